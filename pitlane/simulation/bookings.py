"""Appointments of the demo: many who come have booked, some who booked do not come, and the coming days fill up.

The dice of a day are its own, so that bookings change nothing in what else happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from pitlane.appointments import commands as appointments
from pitlane.appointments import queries as booked
from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor
from pitlane.core.commands import all_or_nothing, command
from pitlane.core.errors import PitlaneError

from .case import Case
from .chain import Shop
from .clients import Clients, Guest
from .seasons import at_hour

WISHES = ("刹车有异响，请检查", "空调不凉", "发动机故障灯亮", "冷车启动抖动", "例行保养", "轮胎偏磨，想做四轮定位")
QUARTER = 15 * 60
BOOKED, MISSED = 0.5, 0.13
COMING_DAYS, A_DAY = 8, 6


def _book(shop: Shop, guest: Guest, start: datetime, source: str, at: datetime, **facts: Any) -> int:
    """The appointment, or nothing when there is no room then."""
    try:
        with all_or_nothing():
            made = appointments.book(
                store_id=shop.store_id, start=start, vehicle_id=guest.vehicle_id, customer_id=guest.customer_id,
                source=source, by=shop.boss, at=at, **facts,
            )  # fmt: skip
    except PitlaneError:
        return 0
    return int(made.pk)


def book_case(case: Case, day: date) -> None:
    """Half of those who are known here have booked in the morning or before."""
    rng = Random(f"{day}:{case.guest.car.plate}")
    start = datetime.fromtimestamp(case.at.timestamp() // QUARTER * QUARTER, timezone.get_current_timezone())
    if case.guest.known and rng.random() < BOOKED and start >= at_hour(day, 9.5):
        source = rng.choice(("phone", "phone", "desk", "portal"))
        case.appointment_id = _book(case.shop, case.guest, start, source, at_hour(day, 8), wish=rng.choice(WISHES))


def book_and_stay_away(shop: Shop, clients: Clients, day: date) -> None:
    """Now and then somebody books and does not come."""
    rng = Random(f"{day}:{shop.place.name}")
    at_home = [guest for guest in clients.guests if guest.known and not guest.in_shop]
    if at_home and rng.random() < MISSED:
        guest, start = rng.choice(at_home[:60]), at_hour(day, rng.randrange(10, 17))
        _book(shop, guest, start, "phone", at_hour(day, 8), wish=rng.choice(WISHES))


def close_day(shop: Shop, day: date) -> None:
    """Who did not come by the evening is marked."""
    at = at_hour(day, 18.5)
    for pk in booked.not_come(at):
        appointments.mark_no_show(appointment_id=pk, by=shop.boss, at=at)


@command
def fill_coming_days(*, branches: Sequence[tuple[Shop, Clients]], by: Actor, at: datetime) -> int:
    """The days after the moment that the demo shows."""
    return sum(_fill(shop, clients.guests, at) for shop, clients in branches)


def _fill(shop: Shop, guests: Iterable[Guest], at: datetime) -> int:
    rng, today = Random(f"{at:%Y-%m-%d}:{shop.place.name}:coming"), timezone.localdate(at)
    at_home = [guest for guest in guests if guest.known and not guest.in_shop and not guest.company]
    rng.shuffle(at_home)
    done = 0
    for number, guest in enumerate(at_home[: COMING_DAYS * A_DAY]):
        day = today + timedelta(days=number // A_DAY)
        start = at_hour(day, rng.randrange(18, 33) / 2)
        fitting = catalog.find_packages("", 3, make=guest.car.make, series=guest.car.series, fuel=guest.car.fuel)
        work: dict[str, Any] = {"services": [rng.choice(fitting).ref]} if fitting and rng.random() < 0.75 else {}
        source = rng.choice(("phone", "desk", "portal"))
        done += bool(_book(shop, guest, start, source, at, **({"wish": rng.choice(WISHES)} | work)))
    return done
