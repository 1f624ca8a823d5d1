"""What the desk says about those who book online: plate and owner were checked; this phone may not book any more."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import AppointmentVerified, OnlineBookingAllowed, OnlineBookingBlocked, of_appointment
from ..models import Appointment, OnlineCaller
from ..visits import locked, plain_reason


@command
def verify_visit(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Somebody asked: plate and owner are right. Twice is harmless."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if row.to_verify:
        row.to_verify = False
        row.version += 1
        row.save()
        record(AppointmentVerified(**of_appointment(row)), by=by, at=at)
    return row


@command
def block_online(*, appointment_id: int, reason: str, by: Actor, at: datetime) -> Appointment:
    """The phone behind this appointment books no more by itself; at the desk and on the phone it still may."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if not row.guest_index:
        raise Refused(_("这条预约不是用手机号在网上约的"), code="no_phone")
    facts = {"blocked_at": at, "blocked_by": by.name, "reason": plain_reason(reason)}
    key = {"org_id": current_org(), "phone_index": row.guest_index}
    OnlineCaller.objects.update_or_create(**key, defaults=facts)
    record(OnlineBookingBlocked(**of_appointment(row)), by=by, at=at)
    return row


@command
def allow_online(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """It may book again. Twice is harmless."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    closed = OnlineCaller.objects.filter(phone_index=row.guest_index, blocked_at__isnull=False)
    if closed.update(blocked_at=None, blocked_by="", reason=""):
        record(OnlineBookingAllowed(**of_appointment(row)), by=by, at=at)
    return row
