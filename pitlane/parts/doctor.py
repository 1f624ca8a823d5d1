"""What must be true of stock: the level is the sum of the ledger, promises are the sum of open requisitions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from pitlane.core.doctor import Trouble, check
from pitlane.core.money import Money

from .costing import THOUSANDTH
from .models import Movement, Requisition, StockLevel

Sums = dict[tuple[int, int], tuple[Decimal, Decimal, int]]


@check("parts_ledger")
def ledger() -> Iterator[Trouble]:
    """On hand, reserved and value of every level are the sums of its movements."""
    sums = _movement_sums()
    for level in StockLevel.objects.order_by("pk").iterator(chunk_size=2000):
        key = (level.warehouse_id, level.part_id)
        present = (level.on_hand, level.reserved, level.value.fen)
        expected = sums.pop(key, (Decimal(0), Decimal(0), 0))
        if present != expected:
            yield Trouble("parts_ledger", _subject(key), f"level {_text(present)}, ledger {_text(expected)}")
    for key in sums:
        yield Trouble("parts_ledger", _subject(key), "movements without a level")


def _movement_sums() -> Sums:
    rows = Movement.objects.order_by().values_list("warehouse_id", "part_id")
    totals = rows.annotate(a=Sum("quantity"), b=Sum("reserved"), c=Sum("value"))
    return {(row[0], row[1]): (_exact(row[2]), _exact(row[3]), _fen(row[4])) for row in totals}


@check("parts_reserved")
def reserved() -> Iterator[Trouble]:
    """What a level has promised is what its reserved requisitions ask for."""
    rows = Requisition.objects.filter(state="reserved").order_by().values_list("warehouse_id", "part_id")
    wanted = {(row[0], row[1]): _exact(row[2]) for row in rows.annotate(q=Sum("quantity"))}
    for level in StockLevel.objects.order_by("pk").iterator(chunk_size=2000):
        key = (level.warehouse_id, level.part_id)
        expected = wanted.pop(key, Decimal(0))
        if level.reserved != expected:
            text = f"level promises {level.reserved}, requisitions ask for {expected}"
            yield Trouble("parts_reserved", _subject(key), text)
    for key in wanted:
        yield Trouble("parts_reserved", _subject(key), "reserved requisitions without a level")


def _exact(quantity: Decimal) -> Decimal:
    """SQLite sums decimals as floating point numbers; quantities have three decimals."""
    return quantity.quantize(THOUSANDTH)


def _fen(value: Any) -> int:
    return value.fen if isinstance(value, Money) else int(value)


def _subject(key: tuple[int, int]) -> str:
    return f"warehouse {key[0]} part {key[1]}"


def _text(figures: tuple[Decimal, Decimal, int]) -> str:
    return f"{figures[0]:f}/{figures[1]:f}/{figures[2]} fen"
