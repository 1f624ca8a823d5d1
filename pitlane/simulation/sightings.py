"""What the simulation must see of an order to go on: plain rows, read in one query each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pitlane.core.money import Money
from pitlane.parts.models import Requisition
from pitlane.workshop.models import OrderPart, WorkItem

UNFINISHED = ("pending", "dispatched", "accepted", "working", "paused", "rework")


@dataclass(frozen=True, slots=True)
class Work:
    """A job of an order."""

    id: int
    operation_id: int | None
    state: str
    approval: str
    skill: str
    bay_type: str
    hours: Decimal
    amount: Money
    package_code: str

    @property
    def key(self) -> str:
        return f"item:{self.id}"


def work_of(order_id: int) -> list[Work]:
    """The jobs of an order that were not taken off, in their order."""
    rows = WorkItem.objects.filter(order_id=order_id).exclude(state="removed").order_by("position", "pk")
    return [Work(*row) for row in rows.values_list(*Work.__slots__)]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A part line of an order."""

    id: int
    item_id: int | None
    approval: str
    amount: Money
    package_code: str

    @property
    def key(self) -> str:
        return f"part:{self.id}"


def parts_of(order_id: int) -> list[Fitted]:
    """The part lines of an order that were not taken off."""
    rows = OrderPart.objects.filter(order_id=order_id, removed=False).order_by("position", "pk")
    return [Fitted(*row) for row in rows.values_list(*Fitted.__slots__)]


def unfinished(order_id: int) -> list[Work]:
    """Approved jobs that somebody must still do."""
    return [work for work in work_of(order_id) if work.approval == "approved" and work.state in UNFINISHED]


def wanted(order_id: int, state: str) -> list[tuple[int, Decimal]]:
    """Part and quantity of the order's requisitions in one state."""
    rows = Requisition.objects.filter(order_id=order_id, state=state).order_by("part_id", "pk")
    return list(rows.values_list("part_id", "quantity"))
