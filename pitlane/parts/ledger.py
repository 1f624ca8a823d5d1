"""The stock ledger: every change is one guarded statement on the level and one line that is never changed.

Locks are taken in one order everywhere: the level (by id where there are several), then its requisitions. Quantities
are rounded to the thousandth inside the statement, because SQLite adds decimals as floating point numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Missing
from pitlane.core.money import ZERO, Money
from pitlane.core.rows import one_of
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
    warehouse: Warehouse | None = one_of(Warehouse.objects.filter(pk=warehouse_id))
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
    done = _change({level.pk: change})
    if done:
        _follow(level, change)
    return bool(done)


def _follow(level: StockLevel, change: Change) -> None:
    level.on_hand += change.on_hand
    level.reserved += change.reserved
    level.value += change.value


class Shelf:
    """Changes of several locked levels, written by one statement however many parts an order needs."""

    def __init__(self) -> None:
        self._sums: dict[int, Change] = {}

    def take(self, level: StockLevel, change: Change) -> bool:
        """Note a change, or answer False when the locked level has not enough for it."""
        after = (level.on_hand + change.on_hand, level.reserved + change.reserved, level.value + change.value)
        if min(after[0], after[1]) < 0 or after[1] > after[0] or after[2] < ZERO:
            return False
        _follow(level, change)
        before = self._sums.get(level.pk, Change(change.kind))
        self._sums[level.pk] = Change(
            change.kind,
            before.on_hand + change.on_hand,
            before.reserved + change.reserved,
            before.value + change.value,
        )
        return True

    def write(self) -> None:
        """The statement checks again, level by level, what the locks had promised."""
        if self._sums and _change(self._sums) != len(self._sums):
            raise not_enough()


def _change(changes: Mapping[int, Change]) -> int:
    """Change levels by id where there is enough; answers how many were changed."""
    free = Round(F("on_hand") - F("reserved"), precision=3)
    rows = StockLevel.objects.annotate(free=free).filter(reduce(or_, (_enough(*one) for one in changes.items())))
    done: int = rows.update(
        on_hand=Round(F("on_hand") + _each({pk: change.on_hand for pk, change in changes.items()}), precision=3),
        reserved=Round(F("reserved") + _each({pk: change.reserved for pk, change in changes.items()}), precision=3),
        value=F("value") + _each({pk: change.value.fen for pk, change in changes.items()}),
    )
    return done


def _enough(level_id: int, change: Change) -> Q:
    return Q(
        pk=level_id,
        on_hand__gte=-change.on_hand,
        reserved__gte=-change.reserved,
        value__gte=-change.value.fen,
        free__gte=change.reserved - change.on_hand,
    )


def _each(amounts: Mapping[int, Any]) -> Any:
    """The amount of each level; one value where it is the same for all."""
    values = list(amounts.values())
    if all(value == values[0] for value in values):
        return values[0]
    return Case(*(When(pk=pk, then=Value(value)) for pk, value in amounts.items()))


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
        at=at,
        **{"by_name": by.name, **facts},
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
