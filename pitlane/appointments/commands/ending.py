"""How an appointment ends without a visit, and how it becomes one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from pitlane.core import links
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Refused
from pitlane.core.events import record
from pitlane.messaging import commands as messaging
from pitlane.scheduling import commands as scheduling

from .. import policies
from ..events import AppointmentArrived, AppointmentCancelled, AppointmentConverted, AppointmentMissed, of_appointment
from ..models import Appointment
from ..queries.places import places_of
from ..rules import late_by
from ..states import APPOINTMENT
from ..visits import LINK, locked, plain_reason, tell

EARLIEST_ARRIVAL = timedelta(hours=12)


@command
def cancel(*, appointment_id: int, reason: str, by: Actor, at: datetime) -> Appointment:
    """Somebody will not come: the time is free for others at once."""
    row = locked(appointment_id)
    require(policies.can_change(by, row), "appointments.book")
    waiting = row.state == "waitlisted"
    APPOINTMENT.apply(row, "cancel")
    row.cancelled_by = "customer" if by.kind == "customer" else "shop"
    row.cancel_reason = plain_reason(reason)
    row.offer_until = None
    row.version += 1
    row.save()
    _give_up(row, by, at)
    record(AppointmentCancelled(**of_appointment(row), start=row.starts_at, who=row.cancelled_by), by=by, at=at)
    if not waiting:
        tell(row, "appointment_cancelled", f"{row.ref}:cancelled", "", by, at)
    return row


def _give_up(row: Appointment, by: Actor, at: datetime) -> None:
    scheduling.release_claim(subject=row.subject, by=by, at=at)
    messaging.cancel(subject=row.subject, by=by, at=at)
    links.revoke_links(purpose=LINK, subject_id=row.pk, at=at)


@command
def mark_no_show(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Nobody came and nobody called. It counts for the risk of the next booking."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if at < row.starts_at:
        raise Refused(_("还没到预约时间"), code="too_early")
    APPOINTMENT.apply(row, "miss")
    row.version += 1
    row.save()
    _give_up(row, by, at)
    record(AppointmentMissed(**of_appointment(row), start=row.starts_at), by=by, at=at)
    return row


@command
def arrive(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """The car is here; late or early, somebody takes care of it now. Also who came after all."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if row.state != "waitlisted" and at < row.starts_at - EARLIEST_ARRIVAL:
        raise Refused(_("预约在别的日子，请先改约到今天"), code="other_day")
    APPOINTMENT.apply(row, "arrive")
    row.arrived_at = at
    row.version += 1
    row.save()
    messaging.cancel(subject=row.subject, by=by, at=at)
    record(AppointmentArrived(**of_appointment(row), late_minutes=late_by(row.starts_at, at)), by=by, at=at)
    return row


@command
def convert(
    *, appointment_id: int, order_id: int, customer_id: int, vehicle_id: int, by: Actor, at: datetime
) -> Appointment:
    """Check-in opened an order for this visit: the promise has been kept and the workshop plans on.

    What was sealed about somebody new is not needed any more. Called again for the same order it changes nothing.
    """
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if row.state == "converted" and row.order_id == order_id:
        return row
    if row.order_id is not None:
        raise Conflict(_("这条预约已经转为工单"), code="converted")
    if row.state != "arrived":
        arrived = arrive(appointment_id=appointment_id, by=by, at=at)
        row.version, row.arrived_at = arrived.version, arrived.arrived_at
        APPOINTMENT.apply(row, "arrive")
    row.order_id, row.customer_id, row.vehicle_id = order_id, customer_id, vehicle_id
    row.guest_name = row.guest_phone = row.guest_plate = row.guest_masked = row.guest_index = ""
    APPOINTMENT.apply(row, "convert")
    row.stood = places_of(row.subject)
    row.version += 1
    row.save()
    scheduling.release_claim(subject=row.subject, by=by, at=at)
    links.revoke_links(purpose=LINK, subject_id=row.pk, at=at)
    record(AppointmentConverted(**of_appointment(row), order_id=order_id), by=by, at=at)
    return row
