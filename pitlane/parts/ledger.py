"""The stock ledger: every change is one guarded statement on the level and one line that is never changed.

Locks are taken in one order everywhere: the level (by id where there are several), then its requisitions. Quantities
are rounded to the thousandth inside the statement, because SQLite adds decimals as floating point numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Missing
from pitlane.core.money import ZERO, Money
from pitlane.core.tenancy import current_org

from .models import Movement, StockLevel, Warehouse

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Change:
    """What one line of the ledger adds: to what lies there, to what is promised, to the value."""

    kind: str
    on_hand: Decimal = NOTHING
    reserved: Decimal = NOTHING
    value: Money = ZERO


def warehouse_of(warehouse_id: int) -> Warehouse:
    """A warehouse of this organisation."""
    warehouse: Warehouse | None = Warehouse.objects.filter(pk=warehouse_id).first()
    if warehouse is None:
        raise Missing()
    return warehouse


def locked_levels(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], StockLevel]:
    """The levels of (warehouse, part) pairs for update, created where a part never lay there before."""
    wanted = set(keys)
    found = _lock(wanted)
    for warehouse_id, part_id in sorted(wanted - set(found)):
        StockLevel.objects.get_or_create(warehouse_id=warehouse_id, part_id=part_id, defaults={"org_id": current_org()})
    return found if len(found) == len(wanted) else _lock(wanted)


def _lock(keys: set[tuple[int, int]]) -> dict[tuple[int, int], StockLevel]:
    if not keys:
        return {}
    either = reduce(or_, (Q(warehouse_id=warehouse, part_id=part) for warehouse, part in sorted(keys)))
    rows = StockLevel.objects.select_for_update().filter(either).order_by("pk")
    return {(row.warehouse_id, row.part_id): row for row in rows}


def locked_level(warehouse_id: int, part_id: int) -> StockLevel:
    """One level for update."""
    return locked_levels([(warehouse_id, part_id)])[(warehouse_id, part_id)]


def change_level(level: StockLevel, change: Change) -> bool:
    """Change a locked level, or leave it alone and answer False when there is not enough.

    One statement decides, so two people can never both take the last piece.
    """
    enough = StockLevel.objects.annotate(free=Round(F("on_hand") - F("reserved"), precision=3)).filter(
        pk=level.pk, on_hand__gte=-change.on_hand, reserved__gte=-change.reserved, value__gte=-change.value.fen
    )
    done = enough.filter(free__gte=change.reserved - change.on_hand).update(
        on_hand=Round(F("on_hand") + change.on_hand, precision=3),
        reserved=Round(F("reserved") + change.reserved, precision=3),
        value=F("value") + change.value.fen,
    )
    if done:
        level.on_hand += change.on_hand
        level.reserved += change.reserved
        level.value += change.value
    return bool(done)


def line_of(level: StockLevel, change: Change, *, by: Actor, at: datetime, **facts: Any) -> Movement:
    """The line of the ledger for a change just made, not yet saved; save lines in the order of the changes."""
    return Movement(
        org_id=current_org(),
        warehouse_id=level.warehouse_id,
        part_id=level.part_id,
        kind=change.kind,
        quantity=change.on_hand,
        reserved=change.reserved,
        value=change.value,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        value_after=level.value,
        by_name=by.name,
        at=at,
        **facts,
    )


def write(level: StockLevel, change: Change, *, by: Actor, at: datetime, **facts: Any) -> Movement | None:
    """Change the level and write the line; None when there is not enough."""
    if not change_level(level, change):
        return None
    line = line_of(level, change, by=by, at=at, **facts)
    line.save(force_insert=True)
    return line


def not_enough() -> Conflict:
    """For changes that the lock had promised to be possible."""
    return Conflict(_("库存刚刚变动，请重试"), code="stock_changed")


def must_write(level: StockLevel, change: Change, *, by: Actor, at: datetime, **facts: Any) -> Movement:
    """As ``write`` where the lock promises that there is enough."""
    line = write(level, change, by=by, at=at, **facts)
    if line is None:
        raise not_enough()
    return line
