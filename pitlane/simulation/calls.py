"""Appointments by telephone: most people come, some do not, and all of it is in the contact log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from pitlane.customers import commands as customers

from .agenda import Agenda
from .case import Case
from .chain import Shop
from .clients import Clients, Guest
from .occasions import draw_occasion
from .seasons import at_hour, in_hours
from .visit import visit

WEEKDAYS = "一二三四五六日"
NO_SHOW = 0.22


def booking(shop: Shop, clients: Clients, guest: Guest, at: datetime, agenda: Agenda) -> Iterator[datetime]:
    """Somebody rings up and is expected on a day; on that day the car comes, or it does not."""
    yield at
    day = timezone.localdate(at) + timedelta(days=shop.rng.randrange(1, 5))
    occasion = draw_occasion(shop.rng, guest.car, day)
    caller = shop.crew.one("callcentre")
    call = customers.log_contact(
        customer_id=guest.customer_id,
        vehicle_id=guest.vehicle_id,
        channel="call_in",
        text=f"来电约周{WEEKDAYS[day.weekday()]}到店：{occasion.concern}",
        outcome="agreed",
        next_step=f"到店：{occasion.title}",
        next_on=day,
        by=caller,
        at=at,
    )
    arrival = at_hour(day, shop.rng.uniform(9, 15))
    missed = shop.rng.random() < NO_SHOW
    yield at_hour(day, 17.5) if missed else arrival
    now = at_hour(day, 17.5) if missed else arrival
    customers.finish_next_step(contact_id=call.pk, by=caller, at=now)
    if not missed:
        agenda.add(now, visit(Case(shop, clients, guest, occasion, in_hours(now)), agenda))
        return
    guest.in_shop = False
    customers.log_contact(
        customer_id=guest.customer_id,
        vehicle_id=guest.vehicle_id,
        channel="call_out",
        text="预约未到店，电话联系改期",
        outcome="later",
        next_step="重新约时间",
        next_on=_soon(day),
        by=caller,
        at=now,
    )


def _soon(day: date) -> date:
    return day + timedelta(days=3)
