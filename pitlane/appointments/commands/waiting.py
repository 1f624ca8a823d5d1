"""The waiting list: who would come sooner, and what is offered to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.messaging import commands as messaging
from pitlane.scheduling import commands as scheduling

from .. import policies
from ..drawing import Guest, drawn, stored
from ..events import AppointmentOffered, AppointmentWaiting, of_appointment
from ..models import Appointment, Source
from ..queries.plans import card_tags, plan_of
from ..rules import priority_of
from ..states import APPOINTMENT
from ..visits import claimed, locked, tell


@command
def join_waiting_list(
    *,
    store_id: int,
    start: datetime,
    services: Sequence[str] = (),
    customer_id: int | None = None,
    vehicle_id: int | None = None,
    guest: Guest | None = None,
    wish: str = "",
    photos: Sequence[int] = (),
    source: str = Source.DESK,
    technician_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Somebody wants a time that is taken: they are offered what comes free near it. Nothing is promised.

    Customers with a tag that the store prefers stand before the others.
    """
    require(policies.can_book(by, store_id, customer_id), "appointments.book")
    row, lines = drawn(
        store_id=store_id, start=start, services=services, customer_id=customer_id, vehicle_id=vehicle_id, guest=guest,
        wish=wish, source=source, advisor_id=None, technician_id=technician_id, by=by, at=at,
    )  # fmt: skip
    row.wished_at = start
    row.priority = priority_of(card_tags(row.customer_id), plan_of(store_id).priority_tags)
    stored(row, lines, photos)
    APPOINTMENT.apply(row, "withdraw")
    row.save()
    record(AppointmentWaiting(**of_appointment(row), start=row.starts_at), by=by, at=at)
    return row


@command
def offer_waiting(*, appointment_id: int, start: datetime, token: str = "", by: Actor, at: datetime) -> Appointment:
    """Offer a free time to somebody who waits: it is kept for them as long as the store's plan says."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    APPOINTMENT.apply(row, "offer")
    row.starts_at = start
    claimed(row, by=by, at=at)
    row.offer_until = min(at + timedelta(minutes=plan_of(row.store_id).offer_minutes), row.starts_at)
    row.version += 1
    row.save()
    event = AppointmentOffered(**of_appointment(row), start=row.starts_at, until=row.offer_until)
    record(event, by=by, at=at)
    until = f"{timezone.localtime(row.offer_until):%m-%d %H:%M}"
    tell(row, "waiting_list_offer", f"{row.ref}:offer:{row.version}", token, by, at, until=until)
    return row


@command
def withdraw_offer(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Nobody answered in time, or they said no: the time goes back, and they wait on."""
    row = locked(appointment_id)
    require(policies.can_change(by, row), "appointments.book")
    APPOINTMENT.apply(row, "withdraw")
    row.offer_until = None
    row.version += 1
    row.save()
    scheduling.release_claim(subject=row.subject, by=by, at=at)
    messaging.cancel(subject=row.subject, by=by, at=at)
    record(AppointmentWaiting(**of_appointment(row), start=row.starts_at), by=by, at=at)
    return row
