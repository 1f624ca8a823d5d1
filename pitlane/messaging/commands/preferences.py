"""How one customer wants to hear from the shop, and where his channels find him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.crypto import Sealed, blind, seal
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers

from .. import policies, rules
from ..events import PreferenceChanged
from ..models import ChannelAddress, DeliveryEntry, Kind, Message, Preference, Purpose
from ..outbox import note
from ..states import CANCELLABLE, MESSAGE

MAY_BE_OFF = (Purpose.SERVICE.value, Purpose.MARKETING.value)


@command
def set_preference(
    *,
    customer_id: int,
    channels: Sequence[str] = (),
    purposes_off: Sequence[str] = (),
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    language: str = "",
    by: Actor,
    at: datetime,
) -> Preference:
    """Note how a customer wants to hear from the shop; it counts from the next message, also for those that wait."""
    customers.customer_card(customer_id)
    require(policies.can_set_preference(by, customer_id), "customers.edit")
    if any(kind not in Kind.values for kind in channels):
        raise Refused(_("没有这种渠道"), code="channel", field="channels")
    if any(purpose not in MAY_BE_OFF for purpose in purposes_off):
        raise Refused(_("没有这种用途"), code="purpose", field="purposes_off")
    if (quiet_from is None) != (quiet_to is None):
        raise Refused(_("免打扰时间要同时填写开始和结束"), code="quiet_hours", field="quiet_to")
    if language and language not in dict(settings.LANGUAGES):
        raise Refused(_("没有这种语言"), code="language", field="language")
    row = Preference.objects.select_for_update().filter(customer_id=customer_id).first()
    row = row or Preference(org_id=current_org(), customer_id=customer_id)
    facts = {
        "channels": list(dict.fromkeys(channels)),
        "purposes_off": list(dict.fromkeys(purposes_off)),
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "language": language,
    }
    changed = tuple(name for name, value in facts.items() if getattr(row, name) != value)
    for name, value in facts.items():
        setattr(row, name, value)
    row.changed_at = at
    row.save()
    if changed:
        record(PreferenceChanged(customer_id, changed), by=by, at=at)
    return row


@command
def note_address(*, customer_id: int, channel: str, address: str, by: Actor, at: datetime) -> None:
    """Where a channel finds a customer (the open id of a follower); an empty address forgets it."""
    customers.customer_card(customer_id)
    require(policies.can_set_preference(by, customer_id), "customers.edit")
    if channel not in Kind.values:
        raise Refused(_("没有这种渠道"), code="channel", field="channel")
    if not address:
        ChannelAddress.objects.filter(customer_id=customer_id, channel=channel).delete()
        return
    facts = {
        "address": Sealed(seal(address)),
        "address_index": blind(channel, address),
        "masked": rules.mask_address(channel, address),
        "noted_at": at,
    }
    ChannelAddress.objects.update_or_create(
        org_id=current_org(), customer_id=customer_id, channel=channel, defaults=facts
    )
    record(PreferenceChanged(customer_id, ("address",)), by=by, at=at)


@command
def forget_recipient(*, customer_id: int, by: Actor, at: datetime) -> None:
    """A person was erased: what waits is taken back, addresses and the words of messages go, the log's facts stay."""
    require(policies.can_carry(by), "customers.erase")
    ChannelAddress.objects.filter(customer_id=customer_id).delete()
    Preference.objects.filter(customer_id=customer_id).delete()
    own = Message.objects.filter(customer_id=customer_id)
    for message in own.filter(state__in=CANCELLABLE).select_for_update().order_by("pk"):
        MESSAGE.apply(message, "cancel")
        message.reason = "erased"
        message.save(update_fields=["state", "reason"])
        note(message, DeliveryEntry.What.CANCELLED, at, code="erased")
    own.update(address="", address_masked="", variables="", detail="")
    DeliveryEntry.objects.filter(message__customer_id=customer_id).update(detail="")
