"""Commands on calls from people who are no customers yet: written down, called back, taken over by the file."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.phones import mask_phone

from .. import policies
from ..entries import phone_index, phone_numbers
from ..events import CallClosed, CallRecorded
from ..models import Call


@command
def record_call(
    *,
    number: str,
    text: str,
    name: str = "",
    plate: str = "",
    next_step: str = "",
    next_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Call:
    """Write down who called and what they want, so that nobody asks them a second time."""
    require(policies.can_edit(by), "customers.edit")
    numbers = phone_numbers([number])
    if not numbers:
        raise Refused(_("请填写来电号码"), code="phone_empty", field="number")
    if not text.strip():
        raise Refused(_("请写下客户要什么"), code="call_empty", field="text")
    if next_on and not next_step.strip():
        raise Refused(_("请写明下一步做什么"), code="next_step", field="next_step")
    call: Call = Call.objects.create(
        store_id=by.store_id,
        number=numbers[0],
        number_index=phone_index(numbers[0]),
        masked=mask_phone(numbers[0]),
        name=name.strip()[:40],
        plate=plate.strip().upper()[:12],
        text=text.strip()[:500],
        next_step=next_step.strip()[:120],
        next_on=next_on,
        by_staff_id=by.id if by.kind == "staff" and by.id else None,
        at=at,
    )
    record(CallRecorded(call.pk), by=by, at=at)
    return call


@command
def close_call(*, call_id: int, outcome: str = "", by: Actor, at: datetime) -> Call:
    """Nothing more to do for this caller: the number is forgotten. Closing twice changes nothing."""
    call: Call | None = Call.objects.select_for_update().filter(pk=call_id).first()
    if call is None:
        raise Missing()
    require(policies.can_edit(by), "customers.edit")
    if call.closed_at is None:
        call.number, call.number_index = "", ""
        call.outcome, call.closed_at = outcome.strip()[:60], at
        call.save()
        record(CallClosed(call.pk), by=by, at=at)
    return call
