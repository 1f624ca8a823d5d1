"""Commands of the contact log: what was said, and the next step that somebody promised."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..events import ContactLogged, NextStepFinished
from ..models import ContactLog, Customer, Vehicle


@command
def log_contact(
    *,
    customer_id: int,
    channel: str,
    text: str = "",
    outcome: str = "",
    next_step: str = "",
    next_on: date | None = None,
    vehicle_id: int | None = None,
    order_id: int | None = None,
    by: Actor,
    at: datetime,
) -> ContactLog:
    """Write down a call, visit or message, so that the next colleague knows what was agreed."""
    require(policies.can_edit(by), "customers.edit")
    if not Customer.objects.filter(pk=customer_id, status=Customer.Status.ACTIVE).exists():
        raise Missing()
    if vehicle_id and not Vehicle.objects.filter(pk=vehicle_id).exists():
        raise Missing()
    if channel not in ContactLog.Channel.values:
        raise Refused(_("请选择联系方式"), code="channel", field="channel")
    if not (text.strip() or outcome or next_step.strip()):
        raise Refused(_("请写下说了什么，或选择结果"), code="contact_empty", field="text")
    if next_on and not next_step.strip():
        raise Refused(_("请写明下一步做什么"), code="next_step", field="next_step")
    contact: ContactLog = ContactLog.objects.create(
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        order_id=order_id,
        channel=channel,
        outcome=outcome[:40],
        text=text.strip()[:500],
        next_step=next_step.strip()[:120],
        next_on=next_on,
        by_staff_id=by.id if by.kind == "staff" and by.id else None,
        at=at,
    )
    record(ContactLogged(customer_id, contact.pk, channel, vehicle_id, order_id), by=by, at=at)
    return contact


@command
def finish_next_step(*, contact_id: int, by: Actor, at: datetime) -> ContactLog:
    """Tick off what was promised; ticking twice changes nothing."""
    contact: ContactLog | None = ContactLog.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise Missing()
    require(policies.can_edit(by), "customers.edit")
    if not contact.next_step:
        raise Refused(_("这条记录没有约定下一步"), code="no_next_step")
    if contact.next_done_at is None:
        contact.next_done_at = at
        contact.save(update_fields=["next_done_at"])
        record(NextStepFinished(contact.customer_id, contact.pk), by=by, at=at)
    return contact
