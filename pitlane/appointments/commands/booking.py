"""Booking, confirming, moving: the time is promised in the same transaction, or nothing happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.crypto import blind
from pitlane.core.errors import Conflict, Refused
from pitlane.core.events import record
from pitlane.core.models import StoredFile
from pitlane.core.phones import normalise_phone, phone_problem
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers
from pitlane.messaging import commands as messaging
from pitlane.scheduling import commands as scheduling

from .. import policies
from ..events import AppointmentBooked, AppointmentConfirmed, AppointmentMoved, of_appointment
from ..models import Appointment, BookedPhoto, BookedService, Source
from ..queries.risk import risk_of
from ..queries.services import Line, lines_of, look, needs_of
from ..rules import MOST_PHOTOS
from ..states import APPOINTMENT
from ..visits import check_car, check_photos, check_version, claimed, locked, tell, with_alternatives

LONGEST_WISH = 500


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is not in the files yet."""

    name: str
    phone: str
    plate: str = ""


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
    confirmed: bool = True,
    token: str = "",
    by: Actor,
    at: datetime,
) -> Appointment:
    """Take a booking: who, for what, when. Bay and technician are chosen here and kept for them.

    ``services`` are ids of the catalogue; without any, a described fault gets half an hour. ``token`` is the secret of
    the link in the message to the customer. When the time is gone: Conflict with three others.
    """
    require(policies.can_book(by, store_id, customer_id), "appointments.book")
    row, lines = drawn(
        store_id=store_id, start=start, services=services, customer_id=customer_id, vehicle_id=vehicle_id, guest=guest,
        wish=wish, source=source, advisor_id=advisor_id, technician_id=technician_id, by=by, at=at,
    )  # fmt: skip
    row.lane, row.parts_at = lane, parts_at
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


def drawn(
    *,
    store_id: int,
    start: datetime,
    services: Sequence[str],
    customer_id: int | None,
    vehicle_id: int | None,
    guest: Guest | None,
    wish: str,
    source: str,
    advisor_id: int | None,
    technician_id: int | None,
    by: Actor,
    at: datetime,
) -> tuple[Appointment, list[Line]]:
    """The appointment as it was asked for, checked, with its services; not stored yet."""
    accounts.store_by_id(store_id)
    if vehicle_id:
        customer_id = check_car(vehicle_id, customer_id)
    elif customer_id:
        customers.customer_card(customer_id)
    if source not in Source.values:
        raise Refused(_("来源无效"), code="source", field="source")
    for person in (advisor_id, technician_id):
        if person:
            accounts.staff_card(person)
    kind = customers.vehicle_card(vehicle_id).vehicle_class if vehicle_id else ""
    lines = lines_of(services, store_id=store_id, vehicle_class=kind, on=timezone.localdate(start))
    if not lines and not wish.strip():
        raise Refused(_("请选择项目，或写下要检查什么"), code="services", field="services")
    lines = lines or [look()]
    needs = needs_of(lines)
    row = Appointment(
        org_id=current_org(),
        store_id=store_id,
        starts_at=start,
        ends_at=start + timedelta(minutes=needs.minutes),
        needs=needs.plain(),
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        source=source,
        advisor_id=advisor_id or (by.id if by.kind == "staff" and by.id else None),
        technician_id=technician_id,
        wish=wish.strip()[:LONGEST_WISH],
        made_at=at,
        made_by=by.name,
    )
    if not (vehicle_id or customer_id):
        _as_guest(row, guest)
    elif guest and guest.plate and not vehicle_id:
        row.guest_plate = guest.plate.strip()[:12]
    return row, lines


def _as_guest(row: Appointment, guest: Guest | None) -> None:
    """A name and a number are the least by which somebody can be expected."""
    if guest is None or not guest.name.strip():
        raise Refused(_("请填写姓名"), code="name", field="name")
    if problem := phone_problem(guest.phone):
        raise Refused(str(problem), code="phone", field="phone")
    phone = normalise_phone(guest.phone)
    row.guest_name, row.guest_phone = guest.name.strip()[:40], phone
    row.guest_plate = guest.plate.strip()[:12]
    row.guest_masked = f"{phone[:3]}****{phone[-4:]}"
    row.guest_index = blind("phone", phone)


def stored(row: Appointment, lines: Sequence[Line], photos: Sequence[int]) -> None:
    """The row with services and photos; the claim needs its id."""
    row.save()
    row.refresh_from_db(fields=["guest_name", "guest_phone", "guest_plate", "wish"])
    BookedService.objects.bulk_create(
        BookedService(
            org_id=row.org_id,
            appointment=row,
            position=place,
            operation_id=line.operation_id,
            package_id=line.package_id,
            name=line.name[:60],
            minutes=line.minutes,
            price=line.price,
        )
        for place, line in enumerate(lines)
    )
    if photos:
        chosen = list(photos)[:MOST_PHOTOS]
        check_photos(chosen, StoredFile.objects.filter(pk__in=chosen, purpose="photo").count())
        BookedPhoto.objects.bulk_create(
            BookedPhoto(org_id=row.org_id, appointment=row, file_id=file_id) for file_id in chosen
        )


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
    _claim_moved(row, start, bay_id, by, at)
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


def _claim_moved(row: Appointment, start: datetime, bay_id: int | None, by: Actor, at: datetime) -> None:
    facts: dict[str, Any] = {"not_before": row.parts_at, "technician_id": row.technician_id, "lane": row.lane}
    try:
        made = scheduling.move_claim(subject=row.subject, start=start, bay_id=bay_id, **facts, by=by, at=at)
    except Conflict as taken:
        raise with_alternatives(taken, row, start, at) from taken
    row.starts_at, row.ends_at = made.starts_at, made.ends_at
