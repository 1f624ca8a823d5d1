"""The page of a car: its people over time, its kilometres, what higher domains know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Missing, Text
from pitlane.core.panels import Panel

from ..models import Ownership, Vehicle
from .cards import Reading, VehicleCard, masked_phones, readings, vehicle_card_of
from .lists import badges_of
from .overview import Due, allowed, by_place, checkin_url, dues_of


@dataclass(frozen=True, slots=True)
class Holder:
    """Who had the car from when to when."""

    name: str
    url: str
    role: Text
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class VehiclePage:
    """Everything on the page of a car."""

    card: VehicleCard
    class_name: Text
    fuel_name: Text
    vin_checked: bool
    dues: list[Due]
    holders: list[Holder]
    readings: list[Reading]
    per_year: int | None
    panels: dict[str, list[Panel]]
    checkin_url: str
    may: dict[str, bool]


def vehicle_page(vehicle_id: int, *, by: Actor, at: datetime) -> VehiclePage:
    """A car with its people over time, its kilometres and what higher domains know of it."""
    vehicle = Vehicle.objects.filter(pk=vehicle_id).first()
    if vehicle is None:
        raise Missing()
    links = list(Ownership.objects.filter(vehicle=vehicle).select_related("customer").order_by("-since", "-pk"))
    people = {link.role: link.customer for link in links if link.until is None}
    badge = badges_of([vehicle.pk], by=by, at=at).get(vehicle.pk)
    card = vehicle_card_of(vehicle, people, masked_phones(p.pk for p in people.values()), badge=badge)
    history = readings(vehicle.pk, limit=60)
    return VehiclePage(
        card=card,
        class_name=Vehicle.VehicleClass(vehicle.vehicle_class).label,
        fuel_name=Vehicle.Fuel(vehicle.fuel).label,
        vin_checked=vehicle.vin_checked,
        dues=dues_of(card, timezone.localdate(at)),
        holders=[_holder(link) for link in links],
        readings=history,
        per_year=_per_year(history),
        panels=by_place("vehicle", by=by, at=at, vehicle_id=vehicle.pk, customer_id=card.owner_id),
        checkin_url=checkin_url(vehicle_ref=card.ref),
        may=allowed(by, erased=False),
    )


def _holder(link: Ownership) -> Holder:
    role = Ownership.Role(link.role).label
    url = reverse("customers:detail", args=[link.customer.ref])
    return Holder(link.customer.name, url, role, link.since, link.until)


def _per_year(history: list[Reading]) -> int | None:
    """How far the car goes in a year, from believed readings at least two months apart."""
    believed = [row for row in history if not row.doubtful]
    days = (believed[0].on - believed[-1].on).days if len(believed) > 1 else 0
    return round((believed[0].km - believed[-1].km) * 365 / days / 100) * 100 if days >= 60 else None
