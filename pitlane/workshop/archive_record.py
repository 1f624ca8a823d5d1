"""The electronic repair record of one order (维修档案): what it contains, which of its elements are missing."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _n

from pitlane.billing import queries as billing
from pitlane.parts import queries as stock

from .models import Assignment, OrderPhoto, QualityCheck
from .sheet import Sheet, demand_of

ELEMENTS = {
    "company": _n("企业名称"),
    "vin": _n("车架号"),
    "plate": _n("车牌"),
    "date_in": _n("送修日期"),
    "odometer_in": _n("送修里程"),
    "settled_on": _n("结算日期"),
    "settlement_number": _n("结算清单编号"),
    "concern": _n("故障描述"),
    "items": _n("维修项目"),
    "hours": _n("维修工时"),
    "part_names": _n("配件名称"),
    "part_codes": _n("配件编码"),
    "part_quantities": _n("配件数量"),
}


def snapshot_of(sheet: Sheet) -> dict[str, Any]:
    """Everything the record keeps, as plain JSON; no contact data of the owner."""
    order = sheet.order
    vehicle, store = order.vehicle, order.store
    cards = billing.settlements_for(order.pk)
    return {
        "company": store.company or store.name,
        "vin": vehicle.vin,
        "plate": vehicle.plate,
        "date_in": timezone.localdate(order.opened_at).isoformat(),
        "odometer_in": order.odometer,
        "settled_on": timezone.localdate(order.settled_at).isoformat() if order.settled_at else "",
        "settlement_number": ", ".join(card.number for card in cards),
        "concern": order.concern or order.title,
        "vehicle": vehicle.title,
        "order_number": order.number,
        "order_type": order.order_type,
        "total_fen": order.total.fen,
        "items": _items(sheet),
        "parts": _parts(sheet),
        "checks": _checks(sheet),
        "photos": list(OrderPhoto.objects.filter(order=order).order_by("pk").values_list("file__sha256", flat=True)),
    }


def _items(sheet: Sheet) -> list[dict[str, Any]]:
    names = defaultdict(list)
    rows = Assignment.objects.filter(item__order=sheet.order, released_at=None).select_related("technician")
    for row in rows.order_by("pk"):
        names[row.item_id].append(row.technician.name)
    return [
        {
            "name": item.name,
            "hours": str(item.hours),
            "amount_fen": item.amount.fen,
            "technicians": names[item.pk],
            "steps": [step for step in item.steps if step.get("done_at")],
        }
        for item in sheet.items
        if item.approval == "approved"
    ]


def _parts(sheet: Sheet) -> list[dict[str, Any]]:
    cards = stock.requisitions_for(sheet.order.pk)
    rows = []
    for part in sheet.parts:
        if part.approval == "approved":
            card = cards.get(demand_of(part))
            rows.append(
                {
                    "name": part.name,
                    "code": part.code,
                    "quantity": str(part.quantity),
                    "unit": part.unit,
                    "grade": part.grade,
                    "amount_fen": part.amount.fen,
                    "customer_supplied": part.customer_supplied,
                    "old_part": part.old_part,
                    "requisition": card.ref if card else "",
                }
            )
    return rows


def _checks(sheet: Sheet) -> list[dict[str, Any]]:
    rows = QualityCheck.objects.filter(order=sheet.order).select_related("inspector").order_by("pk")
    return [
        {"level": row.qc_level, "state": row.state, "inspector": row.inspector.name, "road_test": row.road_test}
        for row in rows
    ]


def missing_elements(snapshot: dict[str, Any]) -> list[str]:
    """Which of the thirteen elements the record lacks; an order without parts needs no part elements."""
    items, parts = snapshot["items"], snapshot["parts"]
    own = [part for part in parts if not part["customer_supplied"]]
    present = {
        **{name: snapshot.get(name) not in ("", None) for name in ELEMENTS},
        "items": bool(items),
        "hours": bool(items) or bool(parts),
        "part_names": all(part["name"] for part in parts),
        "part_codes": all(part["code"] for part in own),
        "part_quantities": all(part["quantity"] for part in parts),
    }
    return [name for name in ELEMENTS if not present[name]]


def digest_of(snapshot: dict[str, Any]) -> str:
    """The hash that proves the record unchanged."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
