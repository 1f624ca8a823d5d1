"""Which times to offer first: when this customer usually comes, where the shop has room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from pitlane.catalog import queries as catalog
from pitlane.customers import queries as customers
from pitlane.scheduling import queries as slots

from ..models import Appointment, BookedService
from ..rules import Wont, ranked
from .risk import over_starts
from .work import Line, look, needs_of, offered

HABIT = 12
OFFERS = 6
CHOICES = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that may be taken, and why it is offered: ``usual`` is when this customer comes, ``quiet`` has room,
    ``over`` is beyond what is free, because somebody is expected to stay away."""

    slot: slots.Slot
    usual: bool
    quiet: bool
    over: bool = False

    @property
    def value(self) -> str:
        return self.slot.start.isoformat()


def habits_of(customer_id: int | None) -> tuple[Wont, ...]:
    """Weekday and hour of the customer's former visits."""
    if customer_id is None:
        return ()
    rows = Appointment.objects.filter(customer_id=customer_id, state__in=("arrived", "converted"))
    times = rows.order_by("-starts_at").values_list("starts_at", flat=True)[:HABIT]
    return tuple(Wont(local.weekday(), local.hour) for local in map(timezone.localtime, times))


def preferred_technician(customer_id: int | None) -> str:
    """Whom a customer wants to work on the car, as an id; empty when it does not matter to them."""
    return str(customers.customer_card(customer_id).preferences.get("technician", "")) if customer_id else ""


def offers_for(
    store_id: int,
    lines: list[Line],
    *,
    at: datetime,
    customer_id: int | None = None,
    technician_id: int | None = None,
    days: int = 14,
    n: int = OFFERS,
) -> list[Offer]:
    """The times to show first, in the order of time."""
    needs, wish = needs_of(lines or [look()]), {"at": at, "days": days, "technician_id": technician_id}
    found = slots.free_starts(store_id, needs, **wish)  # type: ignore[arg-type]
    over = over_starts(store_id, needs, **wish, free=found)  # type: ignore[arg-type]
    beyond = {slot.start for slot in over}
    best = ranked([(_place(slot), slot) for slot in [*found, *over]], habits_of(customer_id), at, n)
    return [
        Offer(slot, usual, slot.load < 0.5 and slot.start not in beyond, slot.start in beyond)
        for slot, usual in sorted(best, key=lambda pair: pair[0].start)
    ]


def _place(slot: slots.Slot) -> tuple[Wont, datetime, float]:
    local = timezone.localtime(slot.start)
    return Wont(local.weekday(), local.hour), slot.start, slot.load


def services_for(
    vehicle_id: int | None, text: str, chosen: list[str], lines: list[Line]
) -> list[tuple[str, str, int, bool]]:
    """What to tick: what was chosen, what this car had before or fits it, or what was typed."""
    car = customers.vehicle_card(vehicle_id) if vehicle_id else None
    kind = {"make": car.make, "series": car.series, "fuel": car.fuel} if car else {}
    rows = offered(text, limit=CHOICES, **kind)
    if not text and car:
        rows = [*_before(car.id), *rows]
    kept = [(line.ref, line.name, line.minutes) for line in lines]
    merged = {ref: (ref, name, minutes) for ref, name, minutes in [*kept, *rows]}
    return [(*row, row[0] in chosen) for row in list(merged.values())[: max(CHOICES, len(kept))]]


def _before(vehicle_id: int) -> list[tuple[str, str, int]]:
    rows = BookedService.objects.filter(appointment__vehicle_id=vehicle_id).order_by("-pk")
    found: list[Any] = list(rows.select_related("package", "operation")[:3])
    return [
        ((row.package or row.operation).ref, row.name, row.minutes) for row in found if row.package or row.operation
    ]


def first_choice(vehicle_id: int | None) -> list[str]:
    """What is ticked when the drawer opens: what the car had last, else the package that fits it best."""
    if vehicle_id is None:
        return []
    if before := _before(vehicle_id):
        return [before[0][0]]
    car = customers.vehicle_card(vehicle_id)
    fitting = catalog.find_packages("", 1, make=car.make, series=car.series, fuel=car.fuel)
    return [fitting[0].ref] if fitting else []
