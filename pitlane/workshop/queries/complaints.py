"""What a customer complained of and what was done about it: food for the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from pitlane.core.access import Actor

from ..models import RepairOrder, WorkItem
from .cards import load_order


@dataclass(frozen=True, slots=True)
class ComplaintCard:
    """The concern of an order, its car as far as a diagnosis asks, and the operations the customer agreed to."""

    order_id: int
    state: str
    concern: str
    odometer: int | None
    make: str
    series: str
    model_year: int | None
    fuel: str
    closed_on: date | None
    operations: tuple[str, ...] = ()


def complaint_of(order_id: int, by: Actor | None = None) -> ComplaintCard:
    """Of one order, in two queries; ``Missing`` when it is not for this actor."""
    order = load_order(order_id, by)
    return _card(order, _done([order_id])[order_id])


def closed_complaints(after_id: int, limit: int) -> list[ComplaintCard]:
    """Closed orders with a concern, by id, after one that was seen already (two queries)."""
    rows = RepairOrder.objects.select_related("vehicle").filter(state="closed", pk__gt=after_id).exclude(concern="")
    found = list(rows.order_by("pk")[:limit])
    done = _done([order.pk for order in found])
    return [_card(order, done[order.pk]) for order in found]


def _done(order_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """The codes of the operations that were agreed to, by order."""
    items = WorkItem.objects.filter(order_id__in=order_ids, approval="approved", operation__isnull=False)
    rows = items.exclude(state="removed").order_by("position").values_list("order_id", "operation__code")
    codes: dict[int, dict[str, None]] = {order_id: {} for order_id in order_ids}
    for order_id, code in rows:
        codes[order_id][code] = None
    return {order_id: tuple(found) for order_id, found in codes.items()}


def _card(order: RepairOrder, operations: tuple[str, ...]) -> ComplaintCard:
    car = order.vehicle
    return ComplaintCard(
        order_id=order.pk,
        state=order.state,
        concern=order.concern,
        odometer=order.odometer if order.odometer is not None else car.odometer,
        make=car.make,
        series=car.series,
        model_year=car.model_year,
        fuel=car.fuel,
        closed_on=timezone.localdate(order.closed_at) if order.closed_at and order.state == "closed" else None,
        operations=operations,
    )
