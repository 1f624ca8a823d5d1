"""Booking, confirming, moving: the time is promised in the same transaction, or nothing happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core import files
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.models import StoredFile
from pitlane.messaging import commands as messaging

from .. import policies
from ..drawing import Guest, drawn, stored
from ..events import AppointmentBooked, AppointmentConfirmed, AppointmentMoved, of_appointment
from ..models import Appointment, Source
from ..queries.risk import risk_of
from ..states import APPOINTMENT
from ..visits import check_version, claim_moved, claimed, locked, tell

LONGEST_WISH = 500


@command
def book(
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
    advisor_id: int | None = None,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int = 0,
    walk_in: bool = False,
    parts_at: datetime | None = None,
    wished_at: datetime | None = None,
    confirmed: bool = True,
    token: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Take a booking: who, for what, when. Bay and technician are chosen here and kept for them.

    ``services`` are ids of the catalogue; without any, a described fault gets half an hour. ``token`` is the secret of
    the link in the message to the customer. When the time is gone: Conflict with three others; who then takes one of
    them says with ``wished_at`` when they had wanted to come.
    """
    require(policies.can_book(by, store_id, customer_id), "appointments.book")
    row, lines = drawn(
        store_id=store_id, start=start, services=services, customer_id=customer_id, vehicle_id=vehicle_id, guest=guest,
        wish=wish, source=source, advisor_id=advisor_id, technician_id=technician_id, by=by, at=at,
    )  # fmt: skip
    row.lane, row.parts_at = lane, parts_at
    row.wished_at = wished_at if wished_at != start else None
    stored(row, lines, photos)
    claimed(row, bay_id=bay_id, walk_in=walk_in, by=by, at=at)
    if confirmed:
        APPOINTMENT.apply(row, "confirm")
    row.risk = risk_of(row)
    row.save()
    record(AppointmentBooked(**of_appointment(row), start=row.starts_at, source=row.source), by=by, at=at)
    if confirmed and not walk_in:
        tell(row, "appointment_confirmed", f"{row.ref}:booked", token, by, at)
    return row


@command
def keep_photo(*, content: bytes, name: str, store_id: int, by: Actor, at: datetime) -> StoredFile:
    """A picture of the fault, checked and kept before the booking is made."""
    require(policies.can_book(by, store_id, by.id if by.kind == "customer" else None), "appointments.book")
    return files.keep(content=content, name=name, purpose="photo", store_id=store_id, by=by, at=at)


@command
def confirm(*, appointment_id: int, token: str = "", by: Actor, at: datetime) -> Appointment:
    """The shop accepts a request, or the customer says that they will come. Twice is harmless."""
    row = locked(appointment_id)
    require(policies.can_change(by, row), "appointments.book")
    before = APPOINTMENT.apply(row, "confirm")
    row.offer_until = None
    if by.kind == "customer":
        row.confirmed_by_customer_at = row.confirmed_by_customer_at or at
    row.version += 1
    row.save()
    if before != "confirmed":
        record(AppointmentConfirmed(**of_appointment(row), start=row.starts_at), by=by, at=at)
    if before == "requested":
        tell(row, "appointment_confirmed", f"{row.ref}:confirmed:{row.version}", token, by, at)
    return row


@command
def move(
    *,
    appointment_id: int,
    start: datetime,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int | None = None,
    version: int | None = None,
    token: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Another time, person or bay: the old one is given up only when the new one is sure."""
    row = locked(appointment_id)
    require(policies.can_change(by, row), "appointments.book")
    check_version(row, version)
    before = row.starts_at
    if start == before and bay_id is None and technician_id is None:
        raise Refused(_("预约已经是这个时间"), code="same_time", field="start")
    APPOINTMENT.apply(row, "move")
    row.technician_id = technician_id or row.technician_id
    row.lane = row.lane if lane is None else lane
    claim_moved(row, start, bay_id=bay_id, by=by, at=at)
    row.moved += start != before
    row.version += 1
    row.reminders, row.confirmed_by_customer_at = [], at if by.kind == "customer" else None
    row.save()
    if row.starts_at != before:
        messaging.cancel(subject=row.subject, by=by, at=at)
        record(AppointmentMoved(**of_appointment(row), before=before, start=row.starts_at), by=by, at=at)
        old = f"{timezone.localtime(before):%m-%d %H:%M}"
        tell(row, "appointment_moved", f"{row.ref}:moved:{row.version}", token, by, at, old_time=old)
    return row
