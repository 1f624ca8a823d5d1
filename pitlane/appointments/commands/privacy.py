"""What appointments know of a person who is to be forgotten."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command

from .. import policies
from ..models import Appointment
from ..states import EXPECTED
from .ending import cancel

ERASED = "资料已删除"  # zh-data: stored as the reason


@command
def forget_person(*, customer_id: int, by: Actor, at: datetime) -> int:
    """Cancel what is still to come and empty what the customer wrote."""
    require(policies.can_receive(by, by.store_id or 0), "appointments.book")
    coming = Appointment.objects.filter(customer_id=customer_id, state__in=(*EXPECTED, "waitlisted"))
    for pk in coming.order_by("pk").values_list("pk", flat=True):
        cancel(appointment_id=pk, reason=ERASED, by=by, at=at)
    return Appointment.objects.filter(customer_id=customer_id).update(
        wish="", cancel_reason="", guest_index="", guest_plate=""
    )
