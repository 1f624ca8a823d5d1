"""Carrying messages: claim one, and write down what came of it. Between the two lies the network, outside any
transaction; a claim that a killed worker left is taken over after ``LEASE``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.customers import queries as customers

from .. import policies, rules
from ..arrivals import apply_receipt
from ..events import ChannelStopped, MessageSent
from ..models import DeliveryEntry, Message, ProviderSetting, Purpose, StrayReceipt
from ..outbox import facts_of, fail, locked, note, open_routes, put_on, suppress
from ..parcels import Parcel, pack
from ..queries.routing import house_rules, wishes_of
from ..states import MESSAGE, UNFINISHED

WHAT = DeliveryEntry.What


@command
def claim_message(*, message_id: int, claim: str, by: Actor, at: datetime) -> Parcel | None:
    """Take a message that is due to the provider; None when it must wait, was taken, or must not go at all.

    Everything is asked again here, because hours may have passed since it was queued: consent, quiet hours, limits,
    the address, the channel.
    """
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    if message.state != "queued" or message.next_try_at > at or _has_earlier(message, at):
        return None
    if message.expires_at is not None and message.expires_at <= at:
        fail(message, "expired", "", by, at)
        return None
    if reason := _objection(message, at):
        suppress(message, reason, by, at)
        return None
    if _postponed(message, at):
        return None
    setting = _ready_setting(message, by, at)
    if setting is None:
        return None
    MESSAGE.apply(message, "claim")
    message.claim, message.claimed_at, message.provider = claim, at, setting.provider
    message.attempts += 1
    message.save()
    note(message, WHAT.ATTEMPT, at)
    return pack(message, setting, claim, at)


def _has_earlier(message: Message, at: datetime) -> bool:
    """Somebody's messages for one purpose keep their order: an earlier one that is due and not gone yet goes first."""
    earlier = Q(not_before__lt=message.not_before) | Q(not_before=message.not_before, pk__lt=message.pk)
    lane = Message.objects.filter(lane=message.lane, state__in=UNFINISHED, not_before__lte=at)
    return lane.filter(earlier).exists()


def _objection(message: Message, at: datetime) -> str | None:
    consents: dict[str, bool | None] = {}
    if message.customer_id and message.purpose != Purpose.CODE:
        consents[message.purpose] = customers.consent_of(message.customer_id, message.purpose)
    elif message.purpose == Purpose.MARKETING:
        consents[message.purpose] = None
    reason = rules.objection(
        message.purpose,
        consents=consents,
        purposes_off=wishes_of(message.customer_id).purposes_off,
        enabled=message.template.enabled,
    )
    return reason or ("too_many" if _too_many(message, at) else None)


def _too_many(message: Message, at: datetime) -> bool:
    """Has this person had enough for now?"""
    house = house_rules()
    limits = {
        Purpose.SERVICE: (house.service_per_day, timedelta(days=1)),
        Purpose.MARKETING: (house.marketing_per_week, timedelta(days=7)),
    }
    limit = limits.get(Purpose(message.purpose))
    if limit is None:
        return False
    most, span = limit
    sent = Message.objects.filter(lane=message.lane, state__in=("sending", "accepted", "delivered"))
    return sent.filter(claimed_at__gt=at - span).count() >= most


def _postponed(message: Message, at: datetime) -> bool:
    """In quiet hours nobody is disturbed, except by a code that he asked for."""
    if message.purpose == Purpose.CODE:
        return False
    house, wishes = house_rules(), wishes_of(message.customer_id)
    hours = ((house.quiet_from, house.quiet_to), (wishes.quiet_from, wishes.quiet_to))
    end = rules.latest_end(timezone.localtime(at), *hours)
    if end is None:
        return False
    message.next_try_at = message.waiting_since = end
    message.save(update_fields=["next_try_at", "waiting_since"])
    note(message, WHAT.POSTPONED, at, code="quiet_hours")
    return True


def _ready_setting(message: Message, by: Actor, at: datetime) -> ProviderSetting | None:
    """The provider of the message's channel if it can be asked now, with the recipient's address as it is today."""
    ways = open_routes(message)
    way = next((way for way in ways if way.channel == message.channel), ways[0] if ways else None)
    if way is None:
        fail(message, "no_address", "", by, at)
        return None
    put_on(message, way)
    setting = ProviderSetting.objects.get(channel=way.channel)
    if setting.paused_until is None or setting.paused_until <= at:
        return setting
    if not setting.trouble and rules.out_of_patience(message.waiting_since, at):
        fail(message, "provider_down", setting.last_failure, by, at)
        return None
    message.next_try_at = setting.paused_until
    message.save()
    return None


@command
def take_over(*, message_id: int, claim: str, by: Actor, at: datetime) -> Parcel | None:
    """A worker was killed between the network and the record: another one takes its message over, to ask first."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    if message.state != "sending" or message.claimed_at is None or message.claimed_at > at - rules.LEASE:
        return None
    setting = ProviderSetting.objects.filter(channel=message.channel, provider=message.provider).first()
    if setting is None:
        _doubt(message, "", at)
        return None
    since, message.claim, message.claimed_at = message.claimed_at, claim, at
    message.save(update_fields=["claim", "claimed_at"])
    return pack(message, setting, claim, since, again=True)


@command
def note_accepted(*, message_id: int, provider: str, channel: str, provider_id: str, by: Actor, at: datetime) -> None:
    """The provider took the message; true even when a slow worker says so late. Receipts that were faster count now."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    provider_id = provider_id[:120]
    if MESSAGE.may(message.state, "accept") and message.provider == provider:
        MESSAGE.apply(message, "accept")
        message.accepted_at, message.provider_id = at, provider_id
        message.claim = message.reason = message.detail = ""
        message.save()
        record(MessageSent(**facts_of(message), channel=channel), by=by, at=at)
    note(message, WHAT.ACCEPTED, at, channel=channel, provider=provider, provider_id=provider_id)
    _note_success(channel, at)
    strays = StrayReceipt.objects.filter(provider=provider, provider_id=provider_id, used_at=None)
    for stray in strays.select_for_update().order_by("reported_at"):
        stray.used_at = at
        stray.save(update_fields=["used_at"])
        facts = (provider_id, stray.status, stray.reported_at, stray.code, stray.detail, by, at)
        apply_receipt(message, *facts, provider=provider)


def _note_success(channel: str, at: datetime) -> None:
    ProviderSetting.objects.filter(channel=channel).update(
        last_success_at=at, failures=0, paused_until=None, trouble="", trouble_at=None
    )


@command
def note_temporary(
    *,
    message_id: int,
    claim: str,
    reason: str,
    code: str = "",
    retry_after: int | None = None,
    of_address: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Not now. The message waits longer each time; after hours without success the customer's next channel is tried."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    note(message, WHAT.TEMPORARY, at, code=code[:60], detail=reason[:200])
    if not of_address:
        _pause(message.channel, reason, retry_after, at)
    if message.state != "sending" or message.claim != claim:
        return
    if rules.out_of_patience(message.waiting_since, at):
        fail(message, "provider_down", reason, by, at)
        return
    _release(message, at + rules.back_off(message.attempts, retry_after))


def _pause(channel: str, reason: str, retry_after: int | None, at: datetime) -> None:
    setting = ProviderSetting.objects.select_for_update().get(channel=channel)
    setting.failures = min(setting.failures + 1, 1000)
    setting.paused_until = at + rules.back_off(setting.failures, retry_after)
    setting.last_failure, setting.last_failure_at = reason[:200], at
    setting.save(update_fields=["failures", "paused_until", "last_failure", "last_failure_at"])


def _release(message: Message, next_try_at: datetime) -> None:
    MESSAGE.apply(message, "release")
    message.claim, message.claimed_at, message.next_try_at = "", None, next_try_at
    message.save()


@command
def note_rejected(*, message_id: int, claim: str, reason: str, code: str = "", by: Actor, at: datetime) -> None:
    """This address or text will never do on this channel."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    note(message, WHAT.REJECTED, at, code=code[:60], detail=reason[:200])
    if message.state == "sending" and message.claim == claim:
        fail(message, "rejected", reason, by, at)


@command
def note_misconfigured(*, message_id: int, claim: str, reason: str, by: Actor, at: datetime) -> None:
    """The shop's settings are wrong: stop the channel, keep every message, say so on the health page."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    note(message, WHAT.MISCONFIGURED, at, detail=reason[:200])
    setting = ProviderSetting.objects.select_for_update().get(channel=message.channel)
    if not setting.trouble:
        record(ChannelStopped(setting.channel, setting.provider), by=by, at=at)
        setting.trouble_at = at
    setting.trouble, setting.paused_until = reason[:200] or "?", at + rules.PROBE
    setting.save(update_fields=["trouble", "trouble_at", "paused_until"])
    if message.state == "sending" and message.claim == claim:
        message.attempts = max(0, message.attempts - 1)
        _release(message, setting.paused_until)


@command
def note_uncertain(*, message_id: int, claim: str, reason: str, by: Actor, at: datetime) -> None:
    """Nobody can say whether the provider took it. It is held for a person instead of being sent twice."""
    message = locked(message_id)
    require(policies.can_carry(by), "messaging.send")
    if message.state == "sending" and message.claim == claim:
        _doubt(message, reason, at)


def _doubt(message: Message, reason: str, at: datetime) -> None:
    MESSAGE.apply(message, "doubt")
    message.claim, message.claimed_at, message.detail = "", None, reason[:200]
    message.save()
    note(message, WHAT.UNCERTAIN, at, detail=reason[:200])
