"""Other work than was booked: the time that is promised changes with it, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record

from .. import policies
from ..drawing import keep_services
from ..events import AppointmentChanged, of_appointment
from ..models import Appointment
from ..queries.changes import lines_for
from ..queries.work import needs_of
from ..states import EXPECTED
from ..visits import check_version, claim_moved, locked


@command
def change_services(
    *, appointment_id: int, services: Sequence[str], version: int | None = None, by: Actor, at: datetime
) -> Appointment:
    """Book other services for the same beginning. When the longer work does not fit: Conflict with three other times.

    Staff may change work that begins soon; customers keep to the store's lead time.
    """
    row = locked(appointment_id)
    require(policies.can_change(by, row), "appointments.book")
    check_version(row, version)
    if row.state not in (*EXPECTED, "waitlisted"):
        raise Refused(_("车已到店或预约已结束，请在工单里改项目"), code="over", field="services")
    lines = lines_for(row, services)
    if not lines:
        raise Refused(_("请选择项目，或写下要检查什么"), code="services", field="services")
    needs, before = needs_of(lines), row.minutes
    row.needs, row.ends_at = needs.plain(), row.starts_at + timedelta(minutes=needs.minutes)
    if row.state in EXPECTED:
        claim_moved(row, row.starts_at, needs=needs, walk_in=by.kind != "customer", by=by, at=at)
    row.version += 1
    row.save()
    keep_services(row, lines)
    record(AppointmentChanged(**of_appointment(row), before=before, minutes=row.minutes), by=by, at=at)
    return row
