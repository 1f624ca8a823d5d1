"""From the lines of an order to the bills of its payers, with the guarantee that each line carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pitlane.billing.commands import Bill, BillLine, OrderFacts
from pitlane.catalog import queries as catalog
from pitlane.core.money import ZERO, Money
from pitlane.parts import queries as stock

from .guarantees import Guarantee, guarantee_until
from .models import Assignment, GuaranteedLine, OrderPart, RepairOrder, WorkItem
from .payers import kind_of, name_of, read_payers
from .sheet import LineRow, Sheet, demand_of, key_of

NOTHING = (None, None)


@dataclass(frozen=True, slots=True)
class Promised:
    """A line's guarantee: what was promised in kilometres and days, and where it ends."""

    km: int | None
    days: int | None
    ends: Guarantee


def billed(sheet: Sheet) -> list[LineRow]:
    """The lines that go on a bill."""
    return [line for line in sheet.lines if line.approval == "approved"]


def promises(sheet: Sheet, on: date) -> dict[str, Promised]:
    """The guarantee of each billed line by key; what the customer brought along has none."""
    terms: dict[str, tuple[int | None, int | None]] = {}
    found = {}
    for line in billed(sheet):
        repair_class = _repair_class(sheet, line)
        if not repair_class:
            continue
        if repair_class not in terms:
            terms[repair_class] = tuple(catalog.guarantee_terms(repair_class, on))  # type: ignore[assignment]
        km, days = terms[repair_class]
        if (km, days) != NOTHING:
            found[key_of(line)] = Promised(km, days, guarantee_until(on, sheet.order.odometer, km, days))
    return found


def _repair_class(sheet: Sheet, line: LineRow) -> str:
    if isinstance(line, WorkItem):
        return "" if line.kind == WorkItem.Kind.FEE else line.repair_class
    if line.customer_supplied:
        return ""
    owner = next((item for item in sheet.items if item.pk == line.item_id), None)
    return owner.repair_class if owner else "minor"


def facts_of(order: RepairOrder) -> OrderFacts:
    """What the head of the bill says about the order."""
    vehicle = order.vehicle
    return OrderFacts(
        order_id=order.pk,
        order_number=order.number,
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        odometer=order.odometer,
        plate=vehicle.plate,
        plate_kind=vehicle.plate_kind,
        vin=vehicle.vin,
        vehicle=vehicle.title,
        consignor=order.bringer_name or order.customer.name,
        advisor=order.advisor.name if order.advisor else "",
        order_type=order.get_order_type_display(),
        concern=order.concern,
        opened_at=order.opened_at,
        completed_at=order.completed_at,
    )


def bills_of(
    sheet: Sheet,
    promised: Mapping[str, Promised],
    costs: Mapping[str, stock.RequisitionCard],
    names: Mapping[str, str],
) -> list[Bill]:
    """One bill for each payer, each with its share of the lines."""
    people = _technicians(sheet)
    lines: dict[str, list[BillLine]] = defaultdict(list)
    for line in billed(sheet):
        cost = _cost(line, costs)
        for payer, ratio in read_payers(line.payers).items():
            lines[payer].append(_bill_line(line, ratio, cost, people, promised.get(key_of(line))))
    return [
        Bill(payer_kind=kind_of(payer), payer_name=_payer_name(sheet.order, payer, names), lines=tuple(shares))
        for payer, shares in sorted(lines.items())
    ]


def _payer_name(order: RepairOrder, payer: str, names: Mapping[str, str]) -> str:
    defaults = {
        "insurer": _("保险公司"),
        "maker": order.vehicle.make or _("厂家"),
        "internal": order.store.name,
    }
    return name_of(payer) or names.get(payer) or defaults.get(kind_of(payer)) or order.customer.name


def _technicians(sheet: Sheet) -> dict[int, str]:
    rows = Assignment.objects.filter(item_id__in=[item.pk for item in sheet.items], released_at=None).order_by("pk")
    names: dict[int, list[str]] = defaultdict(list)
    for item_id, name in rows.values_list("item_id", "technician__name"):
        names[item_id].append(name)
    return {item_id: "、".join(found)[:80] for item_id, found in names.items()}  # zh-data


def _cost(line: LineRow, costs: Mapping[str, stock.RequisitionCard]) -> Money:
    if isinstance(line, WorkItem):
        return line.sublet_cost
    card = costs.get(demand_of(line))
    return card.cost if card else ZERO


def _bill_line(
    line: LineRow, ratio: Decimal, cost: Money, people: Mapping[int, str], promised: Promised | None
) -> BillLine:
    own = _part_facts(line) if isinstance(line, OrderPart) else _job_facts(line, people)
    return BillLine(
        source=key_of(line),
        description=line.name,
        unit_price=line.unit_price,
        list_amount=line.list_amount,
        discount=line.discount,
        amount=line.amount,
        share=ratio,
        note=line.price_note,
        cost=cost,
        guarantee_km=promised.km if promised else None,
        guarantee_days=promised.days if promised else None,
        guarantee_until=promised.ends.until if promised else None,
        guarantee_until_km=promised.ends.until_km if promised else None,
        **own,
    )


def _part_facts(part: OrderPart) -> dict[str, Any]:
    """What only a part line says on the bill."""
    return {
        "part_of_form": "materials",
        "quantity": part.quantity,
        "code": part.code,
        "unit": part.unit,
        "customer_supplied": part.customer_supplied,
        "old_part": part.old_part,
        "grade": part.grade,
    }


def _job_facts(item: WorkItem, people: Mapping[int, str]) -> dict[str, Any]:
    """What only a job says on the bill."""
    return {
        "part_of_form": item.statement_part,
        "quantity": Decimal(1) if item.flat else item.hours,
        "unit": "" if item.flat else "h",
        "technicians": people.get(item.pk, ""),
    }


def guaranteed_rows(sheet: Sheet, promised: Mapping[str, Promised], on: date) -> Sequence[GuaranteedLine]:
    """Rows that recognise the car when it comes back."""
    order = sheet.order
    return [
        GuaranteedLine(
            org_id=order.org_id,
            vehicle_id=order.vehicle_id,
            order=order,
            source=key_of(line),
            operation_id=line.operation_id if isinstance(line, WorkItem) else None,
            description=line.name,
            settled_on=on,
            until=promised[key_of(line)].ends.until,
            until_km=promised[key_of(line)].ends.until_km,
        )
        for line in billed(sheet)
        if key_of(line) in promised
    ]
