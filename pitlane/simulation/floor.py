"""The cars that stand in the shop when the demo is opened: one or more at every stage of a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from .agenda import Agenda
from .case import Case
from .chain import Shop
from .clients import Clients, Guest
from .occasions import Occasion, occasion
from .seasons import at_hour
from .visit import visit

OPENS, CLOSES = 8.6, 18.0
EVERYDAY = ("blue", "green")


@dataclass(frozen=True, slots=True)
class Spot:
    """A car to be seen at a stage; ``hours`` is how many shop hours ago it came."""

    until: str
    occasion: str
    hours: float
    fleet: bool = False


FLOOR = (
    Spot("checked_in", "oil", 0.15),
    Spot("checked_in", "puncture", 0.3),
    Spot("inspecting", "noise", 0.6),
    Spot("quoted", "lamp", 1.0),
    Spot("quoted", "major", 1.2),
    Spot("quoted", "pads", 1.35),
    Spot("approved", "winter", 1.3),
    Spot("approved", "battery", 1.2),
    Spot("working", "major", 3.2),
    Spot("working", "discs", 3.0),
    Spot("working", "alignment", 2.8),
    Spot("working", "scratch", 2.9),
    Spot("held", "bumper", 6.0),
    Spot("held", "pump", 5.5),
    Spot("finished", "oil", 4.6),
    Spot("finished", "shocks", 5.0),
    Spot("rework", "oil", 5.4),
    Spot("completed", "rear_pads", 5.6),
    Spot("settled", "gearbox", 6.2),
    Spot("settled", "throttle", 6.6),
    Spot("paid", "oil", 6.8, fleet=True),
)


def hours_before(moment: datetime, hours: float) -> datetime:
    """That many shop hours earlier: nights do not count."""
    local = timezone.localtime(moment)
    day, hour = local.date(), local.hour + local.minute / 60
    hour = min(hour, CLOSES) - hours
    while hour < OPENS:
        day, hour = day - timedelta(days=1), hour + CLOSES - OPENS
    return at_hour(day, hour)


def fill(shop: Shop, clients: Clients, agenda: Agenda, moment: datetime) -> None:
    """Put the cars of the last hours into the agenda."""
    for spot in FLOOR:
        when, what = hours_before(moment, spot.hours), occasion(spot.occasion)
        guest = _guest(shop, clients, what, spot)
        guest.in_shop = True
        agenda.add(when, visit(Case(shop, clients, guest, what, when, until=spot.until), agenda))


def _guest(shop: Shop, clients: Clients, what: Occasion, spot: Spot) -> Guest:
    """A known customer whose car this work fits, rare plates last; the part that is missing must exist for it."""
    wanted = [name for job in what.jobs for name, _quantity in job.parts]
    for guest in sorted(clients.guests, key=lambda known: known.car.plate_kind not in EVERYDAY):
        free = guest.known and not guest.in_shop and guest.company == spot.fleet and not guest.car.electric
        if free and guest.car.plate and all(shop.shelf.part(name, guest.car) for name in wanted):
            return guest
    return clients.stranger()
