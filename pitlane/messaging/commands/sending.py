"""Queueing messages, and taking back what has not gone yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from pitlane.core import jobs
from pitlane.core.access import Actor, require
from pitlane.core.commands import all_or_nothing, command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.phones import normalise_phone
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers

from .. import policies, rules
from ..events import MessageDecided, MessagesCancelled
from ..loading import load_missing
from ..models import DeliveryEntry, Kind, Message, Purpose, Template
from ..outbox import fail, lane_of, locked, note, open_routes, put_on, suppress
from ..queries.routing import channels_set_up, is_on, known_values, versions_for, wishes_of
from ..states import CANCELLABLE, MESSAGE
from ..words import variable_label

OURS = {"customer", "shop", "shop_phone"}
CARRY = "pitlane.messaging.jobs.deliver"


@command
def send(
    *,
    key: str,
    template: str,
    variables: Mapping[str, str],
    customer_id: int | None = None,
    address: str = "",
    channel: str = "",
    language: str = "",
    purpose: str = "",
    subject: str = "",
    store_id: int | None = None,
    order_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Message:
    """Tell a customer something, once per ``key``: queued now, carried to the provider by a job after the commit.

    Give a ``customer_id`` (the channel follows his wishes) or an ``address``. Customer, shop and shop telephone are
    filled in by themselves. What may not be sent is written down as suppressed, with the reason. ``subject`` says what
    it is about (``apt_…``), so that ``cancel`` finds it. After ``expires_at`` it is given up instead of sent late.
    """
    known = _template(template, by, at)
    require(policies.can_send(by, known.purpose), "messaging.send")
    if purpose and purpose != known.purpose:
        raise Refused(_("模板「%(name)s」不是这种用途") % {"name": known.name}, code="purpose", field="purpose")
    if repeated := Message.objects.filter(key=key).first():
        return repeated
    given = _given(customer_id, address, channel)
    if customer_id:
        customers.customer_card(customer_id)
    spoken = language or wishes_of(customer_id).language or "zh-hans"
    values = known_values(customer_id, store_id) | {name: str(value).strip() for name, value in variables.items()}
    if missing := _unfilled(known, spoken, values):
        text = _("消息缺少「%(name)s」的内容") % {"name": variable_label(missing)}
        raise Refused(text, code="variable_missing", field="variables", variable=missing)
    begin = max(at, not_before) if not_before else at
    message = Message(
        org_id=current_org(),
        key=key,
        template=known,
        purpose=known.purpose,
        channel=given[0] if given else "",
        language=spoken,
        customer_id=customer_id,
        address=given[1] if given else "",
        address_given=given is not None,
        lane=lane_of(customer_id, given[1] if given else "", known.purpose),
        variables=json.dumps(values, ensure_ascii=False),
        subject=subject,
        store_id=store_id,
        order_id=order_id,
        created_at=at,
        created_by=by.name,
        not_before=begin,
        next_try_at=begin,
        waiting_since=begin,
        expires_at=expires_at,
    )
    return _queue(message, by, at)


def _queue(message: Message, by: Actor, at: datetime) -> Message:
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError:
        made: Message = Message.objects.get(key=message.key)
        return made
    message.refresh_from_db()
    note(message, DeliveryEntry.What.QUEUED, at)
    if not channels_set_up():
        suppress(message, "no_channel", by, at)
        return message
    ways = open_routes(message)
    if not ways:
        unspoken = not versions_for(message.template, message.language)
        fail(message, "no_words" if unspoken else "no_address", "", by, at)
        return message
    put_on(message, ways[0])
    message.save()
    if message.next_try_at <= at:
        jobs.enqueue(CARRY, at=at, message_id=message.pk)
    return message


def _template(code: str, by: Actor, at: datetime) -> Template:
    """The shop's template; the starting set is written when the first message needs it."""
    found: Template | None = Template.objects.filter(code=code).first()
    if found is None and load_missing(by, at):
        found = Template.objects.filter(code=code).first()
    if found is None:
        raise Missing(_("没有消息模板「%(code)s」") % {"code": code})
    return found


def _given(customer_id: int | None, address: str, channel: str) -> tuple[str, str] | None:
    """The named address with its channel, or None when the customer's own are used."""
    if not address:
        if customer_id is None:
            raise Refused(_("请选择客户，或填写手机号或邮箱"), code="recipient_missing", field="address")
        return None
    if channel == Kind.WECHAT:
        if not rules.OPEN_ID.fullmatch(address):
            raise Refused(_("微信号无效"), code="address", field="address")
        return channel, address
    kind = rules.kind_of(address.strip())
    if kind is None or (channel and channel != kind):
        raise Refused(_("请填写手机号或邮箱"), code="address", field="address")
    return kind, normalise_phone(address) if kind == Kind.SMS else address.strip()


def _unfilled(template: Template, language: str, values: Mapping[str, str]) -> str:
    """The first variable without a value: a message with a hole in it is not queued on any channel."""
    for version in versions_for(template, language).values():
        lacks = rules.lacking(f"{version.subject}\n{version.body}", values)
        if missing := [name for name in lacks if name not in OURS]:
            return missing[0]
    return ""


@command
def tell(
    *,
    key: str,
    template: str,
    variables: Mapping[str, str],
    customer_id: int,
    subject: str = "",
    store_id: int | None = None,
    order_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Message | None:
    """What happened in the shop is told to its customer, if the shop has a channel and the template is on.

    Unlike ``send`` it never stands in the way of the act that it follows: words that the shop changed so that they
    cannot be filled in are left unsent.
    """
    if not is_on(template):
        return None
    try:
        with all_or_nothing():
            return send(
                key=key,
                template=template,
                variables=variables,
                customer_id=customer_id,
                subject=subject,
                store_id=store_id,
                order_id=order_id,
                not_before=not_before,
                expires_at=expires_at,
                by=by,
                at=at,
            )
    except Refused:
        return None


@command
def write_message(
    *,
    key: str,
    template: str,
    variables: Mapping[str, str],
    customer_id: int | None = None,
    address: str = "",
    channel: str = "",
    store_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Message:
    """A member of staff, or a program, sends a message by hand."""
    require(policies.can_write(by), "messaging.send")
    return send(
        key=key,
        template=template,
        variables=variables,
        customer_id=customer_id,
        address=address,
        channel=channel,
        store_id=store_id,
        by=by,
        at=at,
    )


@command
def cancel(*, subject: str = "", key_prefix: str = "", by: Actor, at: datetime) -> int:
    """Take back what waits about one thing (a cancelled appointment), or under keys that begin alike."""
    if not subject and not key_prefix:
        raise Refused(_("请说明取消哪些消息"), code="cancel_what")
    waiting = Message.objects.filter(state__in=CANCELLABLE)
    waiting = waiting.filter(subject=subject) if subject else waiting
    waiting = waiting.filter(key__startswith=key_prefix) if key_prefix else waiting
    found = list(waiting.select_for_update().order_by("pk"))
    for purpose in {message.purpose for message in found} or {Purpose.SERVICE.value}:
        require(policies.can_send(by, purpose), "messaging.send")
    for message in found:
        _take_back(message, at)
    if found:
        record(MessagesCancelled(subject or key_prefix, len(found)), by=by, at=at)
    return len(found)


def _take_back(message: Message, at: datetime) -> None:
    MESSAGE.apply(message, "cancel")
    message.save(update_fields=["state"])
    note(message, DeliveryEntry.What.CANCELLED, at)


@command
def cancel_message(*, message_id: int, by: Actor, at: datetime) -> Message:
    """Somebody at the desk stops one message that has not gone."""
    message = locked(message_id)
    require(policies.can_write(by), "messaging.send")
    _take_back(message, at)
    record(MessagesCancelled(message.subject, 1), by=by, at=at)
    return message


@command
def resend(*, message_id: int, by: Actor, at: datetime) -> Message:
    """Try again what was given up or is uncertain, from the first channel on; the customer may get it twice then."""
    message = locked(message_id)
    require(policies.can_write(by), "messaging.send")
    MESSAGE.apply(message, "release")
    message.tried, message.attempts, message.reason, message.detail, message.expires_at = [], 0, "", "", None
    message.next_try_at = message.waiting_since = at
    ways = open_routes(message)
    if not ways:
        raise Refused(_("没有可用的渠道或联系方式"), code="no_address")
    put_on(message, ways[0])
    message.claim, message.claimed_at = "", None
    message.save()
    note(message, DeliveryEntry.What.DECIDED, at, code="resend", detail=by.name)
    record(MessageDecided(message.pk, "resend"), by=by, at=at)
    jobs.enqueue(CARRY, at=at, message_id=message.pk)
    return message


@command
def settle_uncertain(*, message_id: int, by: Actor, at: datetime) -> Message:
    """Somebody asked the provider or the customer: the uncertain message did go out."""
    message = locked(message_id)
    require(policies.can_write(by), "messaging.send")
    if message.state != "uncertain":
        raise Refused(_("这条消息不需要人工确认"), code="not_uncertain")
    MESSAGE.apply(message, "accept")
    message.accepted_at = at
    message.save(update_fields=["state", "accepted_at"])
    note(message, DeliveryEntry.What.DECIDED, at, code="sent", detail=by.name)
    record(MessageDecided(message.pk, "sent"), by=by, at=at)
    return message
