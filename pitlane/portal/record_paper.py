"""A repair record as a PDF file for the people of the car: what was done, with which parts, for how much.

It says nothing about who had the car then: the frozen record keeps no contact data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pitlane.core.money import Money
from pitlane.core.pdf import pdf_of
from pitlane.workshop.queries import RecordCard, archive_elements

TEMPLATE = Path(__file__).parent / "data" / "record.typ"
SHOWN = ("vin", "odometer_in", "date_in", "settled_on", "settlement_number")


def record_pdf(record: RecordCard, *, house: str, at: datetime) -> bytes:
    """The paper in the reader's language; the facts stand in it as they were frozen."""
    return pdf_of(TEMPLATE, facts_of(record, house), at=at)


def facts_of(record: RecordCard, house: str) -> dict[str, Any]:
    """Everything on the paper."""
    kept, names = record.snapshot, archive_elements()
    language, _dash, region = (get_language() or "zh-hans").partition("-")
    return {
        "lang": language,
        "region": {"hant": "TW", "hans": "CN"}.get(region, "CN"),
        "title": _("汽车维修记录"),
        "company": kept.get("company") or house,
        "plate": kept.get("plate") or "",
        "number": record.number,
        "head": [[_("车型"), kept.get("vehicle") or "—"], *([names[key], _value(kept, key)] for key in SHOWN)],
        "concern": kept.get("concern") or "—",
        "words": {
            "concern": names["concern"],
            "items": names["items"],
            "measured": _("检测数据"),
            "parts": _("配件"),
            "total": _("合计"),
            "proof": _("这份记录在交车时生成，之后没有改动。校验值："),
        },
        "item_head": [_("项目"), _("工时"), _("技师"), _("金额")],
        "items": [
            [item["name"], _plain(item["hours"]), "、".join(item["technicians"]), _yuan(item["amount_fen"])]
            for item in kept["items"]
        ],
        "measured_head": [_("步骤"), _("项目"), _("数值")],
        "measured": list(_measured(kept["items"])),
        "part_head": [_("名称"), _("编码"), _("数量"), _("金额")],
        "parts": [
            [part["name"], part["code"] or "—", f"{_plain(part['quantity'])} {part['unit']}", _yuan(part["amount_fen"])]
            for part in kept["parts"]
        ],
        "total": str(record.total),
        "digest": f"SHA-256 {record.digest}",
        "foot": f"{house} · {record.number}",
    }


def _value(kept: dict[str, Any], key: str) -> str:
    value = kept.get(key)
    if value in ("", None):
        return "—"
    return f"{value:,} km" if key == "odometer_in" else str(value)


def _measured(items: list[dict[str, Any]]) -> Iterator[list[str]]:
    for item in items:
        for step in item["steps"]:
            unit = (step.get("measure") or {}).get("unit", "")
            for label, value in (step.get("values") or {}).items():
                yield [str(step.get("text", "")), str(label), f"{value} {unit}".strip()]


def _plain(number: Any) -> str:
    return f"{Decimal(str(number)).normalize():f}"


def _yuan(fen: int) -> str:
    return str(Money(int(fen)))
