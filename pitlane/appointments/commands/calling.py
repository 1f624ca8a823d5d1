"""When no message gets through, somebody calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.customers import commands as customers

from .. import policies
from ..events import moment_text
from ..models import Appointment
from ..states import EXPECTED
from ..visits import locked


@command
def call_instead(*, appointment_id: int, by: Actor, at: datetime) -> Appointment:
    """Put a call on somebody's list because messaging gave up; not for a visit that is over."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    if row.state not in EXPECTED:
        return row
    text = _("%(time)s 的预约：消息没有送到") % {"time": moment_text(row.starts_at)}
    step = _("打电话确认 %(time)s 的预约") % {"time": moment_text(row.starts_at)}
    due: dict[str, Any] = {"next_step": step, "next_on": timezone.localdate(at), "by": by, "at": at}
    if row.customer_id:
        facts: dict[str, Any] = {"customer_id": row.customer_id, "vehicle_id": row.vehicle_id}
        customers.log_contact(channel="note", text=text, **facts, **due)
    else:
        known = {"number": row.guest_phone.reveal(), "name": row.guest_name.reveal(), "plate": row.guest_plate.reveal()}
        customers.record_call(text=text, **known, **due)
    return row
