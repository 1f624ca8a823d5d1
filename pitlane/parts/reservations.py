"""Who gets what lies on the shelf: reserving, giving free, and serving the oldest backorder first."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pitlane.core.access import Actor
from pitlane.core.events import record

from .events import PartsShort, StockReleased, StockReserved
from .ledger import Change, must_write, write
from .models import Movement, Requisition, StockLevel
from .states import REQUISITION

Kind = Movement.Kind


def facts_of(requisition: Requisition) -> dict[str, Any]:
    """What every event of a requisition says."""
    return {
        "store_id": requisition.warehouse.store_id,
        "warehouse_id": requisition.warehouse_id,
        "order_id": requisition.order_id,
        "requisition_id": requisition.pk,
        "demand": requisition.demand,
        "part_id": requisition.part_id,
        "part_name": requisition.part.name,
        "quantity": requisition.quantity,
    }


def source_of(requisition: Requisition) -> dict[str, Any]:
    """What every ledger line of a requisition says."""
    return {"demand": requisition.demand, "order_id": requisition.order_id}


def move(requisition: Requisition, verb: str, at: datetime) -> None:
    """Move the document and keep when."""
    REQUISITION.apply(requisition, verb)
    requisition.changed_at = at
    requisition.save()


def reserve(requisition: Requisition, level: StockLevel, *, waited: bool, by: Actor, at: datetime) -> bool:
    """Promise the whole quantity to the order, or nothing when there is not enough."""
    change = Change(Kind.RESERVE, reserved=requisition.quantity)
    if write(level, change, by=by, at=at, **source_of(requisition)) is None:
        return False
    move(requisition, "reserve", at)
    record(StockReserved(**facts_of(requisition), from_backorder=waited), by=by, at=at)
    return True


def release(requisition: Requisition, level: StockLevel, verb: str, *, by: Actor, at: datetime) -> None:
    """Give back what was promised, and leave the document in the state the verb leads to."""
    if requisition.state == "reserved":
        change = Change(Kind.RELEASE, reserved=-requisition.quantity)
        must_write(level, change, by=by, at=at, **source_of(requisition))
    move(requisition, verb, at)
    event = PartsShort if verb == "run_short" else StockReleased
    record(event(**facts_of(requisition)), by=by, at=at)


def waiting(level: StockLevel, state: str) -> Any:
    """Requisitions of a level in a state, for update; call it with the level locked."""
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("warehouse", "part")
    return rows.filter(warehouse_id=level.warehouse_id, part_id=level.part_id, state=state)


def serve_backorders(level: StockLevel, *, by: Actor, at: datetime) -> None:
    """Goods came or became free: the oldest requisition that fits wholly is served first."""
    if level.on_hand <= level.reserved:
        return
    for requisition in waiting(level, "backordered").order_by("created_at", "pk"):
        if requisition.quantity <= level.on_hand - level.reserved:
            reserve(requisition, level, waited=True, by=by, at=at)


def give_up_newest(level: StockLevel, needed: Decimal, *, by: Actor, at: datetime) -> None:
    """Less lies there than was promised: the newest promises are taken back until ``needed`` is free."""
    for requisition in waiting(level, "reserved").order_by("-created_at", "-pk"):
        if level.on_hand - level.reserved >= needed:
            return
        release(requisition, level, "run_short", by=by, at=at)
