"""Warehouses, levels and the ledger, today and on any past day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, visible
from pitlane.core.errors import Missing, Refused, Text
from pitlane.core.money import Money
from pitlane.core.rows import one_of

from ..costing import average_cost
from ..models import Movement, StockLevel, Warehouse


def main_warehouse(store_id: int) -> Warehouse:
    """Where a store's orders take their parts from."""
    found: Warehouse | None = one_of(Warehouse.objects.filter(store_id=store_id, main=True))
    if found is None:
        raise Refused(_("门店还没有仓库，请先开设"), code="no_warehouse")
    return found


def has_warehouse(store_id: int | None) -> bool:
    """A store without a warehouse is asked to open one."""
    return bool(Warehouse.objects.filter(store_id=store_id).exists())


def warehouses(by: Actor, store_id: int | None = None) -> list[Warehouse]:
    """The warehouses the actor may see, the main one of each store first."""
    rows = Warehouse.objects.filter(visible(by)).select_related("store").order_by("store_id", "-main", "name")
    return list(rows if store_id is None else rows.filter(store_id=store_id))


def warehouse_by_id(warehouse_id: int, by: Actor) -> Warehouse:
    """One warehouse the actor may see."""
    found: Warehouse | None = Warehouse.objects.filter(visible(by), pk=warehouse_id).select_related("store").first()
    if found is None:
        raise Missing()
    return found


def expected_costs(part_ids: Iterable[int], store_id: int) -> dict[int, Money]:
    """What one piece of each part will probably cost an order: the moving average of what lies there, else what the
    last delivery cost. A part that was never bought has no price to expect and is left out (two queries)."""
    wanted = set(part_ids)
    levels = StockLevel.objects.filter(
        warehouse__store_id=store_id, warehouse__main=True, part_id__in=wanted, on_hand__gt=0
    )
    known = {part: average_cost(value, there) for part, there, value in levels.values_list("part", "on_hand", "value")}
    bought = Movement.objects.filter(part_id__in=wanted - set(known), kind=Movement.Kind.RECEIPT, quantity__gt=0)
    last = bought.order_by().values("part_id").annotate(last=Max("pk")).values("last")
    rows = Movement.objects.filter(pk__in=last).values_list("part_id", "quantity", "value")
    return known | {part: average_cost(value, quantity) for part, quantity, value in rows}


@dataclass(frozen=True, slots=True)
class StockFigures:
    """What lay in a warehouse."""

    on_hand: Decimal
    reserved: Decimal
    value: Money

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


def end_of(day: date) -> datetime:
    """The first moment after a day of the shop's calendar."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def stock_at(warehouse_id: int, day: date, part_id: int | None = None) -> dict[int, StockFigures]:
    """Stock at the end of a past day, from the ledger alone: the balance after the last line until then.

    Lines are numbered in the order in which they were written under the level's lock, so the last one has the balance.
    """
    lines = Movement.objects.filter(warehouse_id=warehouse_id, at__lt=end_of(day))
    lines = lines if part_id is None else lines.filter(part_id=part_id)
    last = lines.order_by().values("part_id").annotate(last=Max("pk")).values("last")
    rows = Movement.objects.filter(pk__in=last).values_list("part_id", "on_hand_after", "reserved_after", "value_after")
    return {part: StockFigures(on_hand, reserved, value) for part, on_hand, reserved, value in rows}


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One line of the ledger as a screen or program reads it; ``value`` is None for whoever may not see cost."""

    id: int
    ref: str
    kind: str
    kind_text: Text
    warehouse: str
    warehouse_id: int
    part_id: int
    quantity: Decimal
    reserved: Decimal
    on_hand_after: Decimal
    reserved_after: Decimal
    value: Money | None
    value_after: Money | None
    order_id: int | None
    demand: str
    note: str
    by_name: str
    approved_by: str
    at: datetime


def movement_rows(by: Actor, *, part_id: int | None = None, warehouse_id: int | None = None) -> QuerySet[Any]:
    """Ledger lines the actor may see."""
    rows = Movement.objects.filter(visible(by, "warehouse__store_id")).select_related("warehouse")
    for name, value in (("part_id", part_id), ("warehouse_id", warehouse_id)):
        rows = rows if value is None else rows.filter(**{name: value})
    return rows


def movement_row(row: Movement, by: Actor) -> MovementRow:
    """The read object of a ledger line."""
    cost = by.may("parts.cost", row.warehouse.store_id)
    return MovementRow(
        id=row.pk,
        ref=row.ref,
        kind=row.kind,
        kind_text=Movement.Kind(row.kind).label,
        warehouse=row.warehouse.name,
        warehouse_id=row.warehouse_id,
        part_id=row.part_id,
        quantity=row.quantity,
        reserved=row.reserved,
        on_hand_after=row.on_hand_after,
        reserved_after=row.reserved_after,
        value=row.value if cost else None,
        value_after=row.value_after if cost else None,
        order_id=row.order_id,
        demand=row.demand,
        note=" · ".join(filter(None, [row.supplier, row.document, row.batch, row.reason])),
        by_name=row.by_name,
        approved_by=row.approved_by,
        at=row.at,
    )


def movements_of(part_id: int, by: Actor, limit: int = 100) -> list[MovementRow]:
    """The newest lines of a part's ledger."""
    return [movement_row(row, by) for row in movement_rows(by, part_id=part_id).order_by("-pk")[:limit]]


def level_rows(by: Actor, *, warehouse_id: int | None = None, part_id: int | None = None) -> QuerySet[Any]:
    """Present levels the actor may see, with warehouse, store and part."""
    rows = StockLevel.objects.filter(visible(by, "warehouse__store_id")).select_related("warehouse__store", "part")
    for name, value in (("warehouse_id", warehouse_id), ("part_id", part_id)):
        rows = rows if value is None else rows.filter(**{name: value})
    return rows.annotate(available=F("on_hand") - F("reserved"))
