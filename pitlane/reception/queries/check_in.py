"""Step one at the counter: whose car is it, is it here already, what is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from pitlane.accounts import queries as accounts
from pitlane.catalog import queries as catalog
from pitlane.core import search
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.core.reach import reaches
from pitlane.customers import queries as customers
from pitlane.scheduling import queries as scheduling
from pitlane.workshop import queries as orders

from .. import rules
from ..models import Walkaround
from .recommendations import RecommendationCard, recommendations_of

RECENT = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A car that matches what was typed so far."""

    vehicle_id: int
    plate: str
    plate_kind: str
    title: str
    detail: str

    @property
    def vehicle_ref(self) -> str:
        return public_id("veh", self.vehicle_id)


@dataclass(frozen=True, slots=True)
class CheckInScreen:
    """What the counter sees after the plate was entered. ``is_new`` when no such car is known.

    ``open_elsewhere`` names the store of an open order that this person may not open.
    """

    text: str
    vehicle: Any = None
    owner: Any = None
    open_order: Any = None
    open_elsewhere: str = ""
    visits: list[Any] = field(default_factory=list)
    recommendations: list[RecommendationCard] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    problems: list[Any] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return bool(self.text) and self.vehicle is None and not self.candidates and not self.problems


def check_in_screen(
    text: str = "",
    *,
    kind: str = "",
    vehicle_id: int | None = None,
    customer_id: int | None = None,
    by: Actor,
    at: datetime,
) -> CheckInScreen:
    """Find the car by its plate, by any fragment that search understands, or through the person who brings it."""
    car = customers.vehicle_card(vehicle_id) if vehicle_id else _by_plate(text, kind, by)
    if car is not None:
        return _known(text, car, by)
    if customer_id and not text:
        return _brought_by(customer_id, by)
    candidates = _candidates(text, by) if text else []
    problems = [] if candidates or not text else customers.entry_checks(plate=text, plate_kind=kind, by=by)
    return CheckInScreen(text, candidates=candidates, problems=[p for p in problems if p.blocks])


def _by_plate(text: str, kind: str, by: Actor) -> Any:
    car = customers.find_by_plate(text, kind or None) if text.strip() else None
    return car if car is not None and reaches(by, "veh", car.id) else None


def _brought_by(customer_id: int, by: Actor) -> CheckInScreen:
    """The only car of this person at once, or the choice between their cars."""
    cars = customers.vehicles_of(customer_id)
    if len(cars) == 1:
        return _known("", cars[0], by)
    return CheckInScreen("", candidates=[Candidate(car.id, car.plate, car.plate_kind, car.title, "") for car in cars])


def _known(text: str, car: Any, by: Actor) -> CheckInScreen:
    running = orders.open_order_of(car.id)
    hidden = running is not None and not orders.orders_seen([running.id], by)
    return CheckInScreen(
        text=text or car.plate,
        vehicle=car,
        owner=customers.owner_of(car.id),
        open_order=running,
        open_elsewhere=accounts.store_by_id(running.store_id).name if running and hidden else "",
        visits=orders.visits_seen(car.id, by=by, limit=RECENT),
        recommendations=recommendations_of(car.id),
    )


def _candidates(text: str, by: Actor) -> list[Candidate]:
    found = search.find(text, by=by, kinds=["vehicle"], limit=6)["vehicle"]
    return [Candidate(doc.object_id, doc.plate, doc.plate_kind, doc.title, doc.detail) for doc in found]


def odometer_warning(vehicle_id: int, km: int, on: date) -> Any:
    """What looks wrong with the odometer that was just read, or None; the advisor may keep it."""
    known = [catalog.Reading(row.on, row.km) for row in customers.readings(vehicle_id) if not row.doubtful]
    return catalog.odometer_problem(known, km, on)


SEARCHED_DAYS = 15


def promise_now(store_id: int, at: datetime) -> datetime | None:
    """The time to promise for a car taken in now, by the usual length of a visit and the store's opening hours."""
    now = timezone.localtime(at)
    days = scheduling.calendar(store_id, now.date(), SEARCHED_DAYS)
    return rules.promise(now, rules.USUAL_WORK + rules.HANDOVER, [(plan.day, plan.hours) for plan in days])


INTAKE = ("order_type", "concern", "odometer", "fuel_level", "promised_at", "key_place", "bringer_name")


def intake_of(order_id: int) -> dict[str, Any]:
    """What was entered in step two, for going back to it; the bringer's phone stays sealed. Ask ``order_for`` first."""
    order = Walkaround(order_id=order_id).order
    facts = {name: getattr(order, name) for name in INTAKE}
    return facts | {"advisor": order.advisor_id}
