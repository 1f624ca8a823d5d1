"""The API of messaging: the delivery log, sending by hand, templates, channels, rules, preferences."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import Page, idempotent
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id, public_id

from . import commands, policies, queries
from .models import DeliveryEntry, Kind, Message
from .ports import PROVIDERS

router = Router()
LIMITS = (
    "service_per_day",
    "marketing_per_week",
    "codes_per_phone_hour",
    "codes_per_phone_day",
    "codes_per_address_hour",
    "codes_per_hour",
    "codes_per_day",
)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def _may(request: HttpRequest, permission: str) -> None:
    require(request.actor.may(permission), permission)  # type: ignore[attr-defined]


class EntryOut(Schema):
    """One line of a message's history."""

    at: datetime
    what: str
    channel: str
    provider: str
    provider_id: str
    code: str
    detail: str


class MessageOut(Schema):
    """A message; ``recipient`` is masked. ``entries`` only when one message is asked for."""

    id: str
    key: str
    template: str
    purpose: str
    channel: str
    customer: str | None
    recipient: str
    state: str
    reason: str
    subject: str
    created_at: datetime
    not_before: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    entries: list[EntryOut] = []


class MessageIn(Schema):
    """``key`` makes the sending happen once; name a ``customer`` or an ``address``."""

    key: str = Field(max_length=100)
    template: str = Field(max_length=40)
    customer: str | None = None
    address: str = Field("", max_length=120)
    variables: dict[str, str] = {}
    store: str | None = None


def message_out(message: Message, entries: list[DeliveryEntry] | None = None) -> MessageOut:
    """The public form of a message; its template is loaded."""
    return MessageOut(
        id=message.ref,
        key=message.key,
        template=message.template.code,
        purpose=message.purpose,
        channel=message.channel,
        customer=public_id("cus", message.customer_id) if message.customer_id else None,
        recipient=message.address_masked,
        state=message.state,
        reason=message.reason,
        subject=message.subject,
        created_at=message.created_at,
        not_before=message.not_before,
        accepted_at=message.accepted_at,
        delivered_at=message.delivered_at,
        entries=[_entry_out(entry) for entry in entries or []],
    )


def _entry_out(entry: DeliveryEntry) -> EntryOut:
    names = ("at", "what", "channel", "provider", "provider_id", "code", "detail")
    return EntryOut(**{name: getattr(entry, name) for name in names})


def _one(request: HttpRequest, pk: int) -> MessageOut:
    message = queries.message_for(pk, request.actor)  # type: ignore[attr-defined]
    return message_out(message, list(message.entries.order_by("pk")))


@router.get("/messages", operation_id="list_messages", response=Page[MessageOut], summary="The delivery log")
def list_messages(
    request: HttpRequest,
    view: str = "",
    channel: str = "",
    template: str = "",
    customer: str = "",
    day: date | None = None,
    store: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Of ``store``, else of all stores of the caller. ``view``: waiting, sent, delivered, uncertain, lost, unsent."""
    _may(request, "messaging.view")
    customer_id = parse_id("cus", customer) if customer else None
    chosen = queries.LogFilter(view=view, channel=channel, template=template, day=day, customer_id=customer_id)
    by = accounts.looking_at(request.actor, store)  # type: ignore[attr-defined]
    rows, following = queries.message_list(by, chosen, cursor, limit)
    return Page(items=[message_out(row) for row in rows], next=following)


@router.post("/messages", operation_id="send_message", response={201: MessageOut}, summary="Send a message")
@idempotent
def send_message(request: HttpRequest, body: MessageIn) -> Any:
    facts = body.model_dump(include={"template", "address", "variables"})
    made = commands.write_message(
        key=f"api:{body.key}",
        customer_id=parse_id("cus", body.customer) if body.customer else None,
        store_id=parse_id("sto", body.store) if body.store else None,
        **facts,
        **_who(request),
    )
    return 201, _one(request, made.pk)


@router.get("/messages/{ref}", operation_id="get_message", response=MessageOut, summary="One message, its history")
def get_message(request: HttpRequest, ref: str) -> Any:
    _may(request, "messaging.view")
    return _one(request, parse_id("msg", ref))


@router.post("/messages/{ref}/cancel", operation_id="cancel_message", response=MessageOut, summary="Stop a message")
@idempotent
def cancel_message(request: HttpRequest, ref: str) -> Any:
    pk = parse_id("msg", ref)
    _one(request, pk)
    commands.cancel_message(message_id=pk, **_who(request))
    return _one(request, pk)


@router.post("/messages/{ref}/resend", operation_id="resend_message", response=MessageOut, summary="Send again")
@idempotent
def resend_message(request: HttpRequest, ref: str) -> Any:
    pk = parse_id("msg", ref)
    _one(request, pk)
    commands.resend(message_id=pk, **_who(request))
    return _one(request, pk)


@router.post(
    "/messages/{ref}/settle", operation_id="settle_message", response=MessageOut, summary="An uncertain one went out"
)
@idempotent
def settle_message(request: HttpRequest, ref: str) -> Any:
    pk = parse_id("msg", ref)
    _one(request, pk)
    commands.settle_uncertain(message_id=pk, **_who(request))
    return _one(request, pk)


class TemplateOut(Schema):
    id: str
    code: str
    name: str
    purpose: str
    enabled: bool
    variables: list[str]
    required: list[str]


class TemplateIn(Schema):
    code: str = Field(max_length=40)
    name: str = Field(max_length=60)
    purpose: str
    variables: list[str] = []
    required: list[str] = []


class SwitchIn(Schema):
    enabled: bool


class VersionIn(Schema):
    """Words for one channel and language; ``publish`` makes them count at once."""

    channel: str
    language: str
    subject: str = Field("", max_length=120)
    body: str
    provider_template_id: str = Field("", max_length=80)
    publish: bool = False


class VersionOut(VersionIn):
    number: int
    published_at: datetime | None


def _template_out(pk: int) -> TemplateOut:
    template = queries.template_by_id(pk)
    names = ("code", "name", "purpose", "enabled", "variables", "required")
    return TemplateOut(id=template.ref, **{name: getattr(template, name) for name in names})


@router.get(
    "/message-templates", operation_id="list_message_templates", response=list[TemplateOut], summary="Templates"
)
def list_templates(request: HttpRequest) -> Any:
    _may(request, "messaging.templates")
    return [_template_out(row.id) for row in queries.template_rows()]


@router.post(
    "/message-templates",
    operation_id="create_message_template",
    response={201: TemplateOut},
    summary="A message of the shop's own",
)
@idempotent
def create_template(request: HttpRequest, body: TemplateIn) -> Any:
    made = commands.save_template(**body.model_dump(), **_who(request))
    return 201, _template_out(made.pk)


@router.put(
    "/message-templates/{ref}", operation_id="switch_message_template", response=TemplateOut, summary="Turn on or off"
)
@idempotent
def switch_template(request: HttpRequest, ref: str, body: SwitchIn) -> Any:
    made = commands.switch_template(template_id=parse_id("tpl", ref), enabled=body.enabled, **_who(request))
    return _template_out(made.pk)


@router.post(
    "/message-templates/{ref}/versions",
    operation_id="write_message_version",
    response={201: VersionOut},
    summary="Write the words of a template, and publish them",
)
@idempotent
def write_version(request: HttpRequest, ref: str, body: VersionIn) -> Any:
    facts = body.model_dump(exclude={"publish"})
    made = commands.write_version(template_id=parse_id("tpl", ref), **facts, **_who(request))
    if body.publish:
        made = commands.publish_version(version_id=made.pk, **_who(request))
    return 201, VersionOut(**body.model_dump(), number=made.number, published_at=made.published_at)


class ChannelOut(Schema):
    """``says`` is what somebody should do, in words; empty when all is well."""

    channel: str
    provider: str
    state: str
    says: str
    waiting: int
    uncertain: int
    sent: int
    lost: int
    last_success_at: datetime | None


class ChannelIn(Schema):
    """Settings by name as the provider asks for them; a secret left out keeps its value."""

    provider: str
    fields: dict[str, str] = {}


def _channels(request: HttpRequest) -> list[ChannelOut]:
    chosen = queries.channels_set_up()
    return [
        ChannelOut(
            channel=row.channel,
            provider=chosen[row.channel].provider if row.channel in chosen else "",
            state=str(row.label.text),
            says=row.says,
            waiting=row.waiting,
            uncertain=row.uncertain,
            sent=row.sent,
            lost=row.lost,
            last_success_at=row.last_success_at,
        )
        for row in queries.channel_health(request.now)  # type: ignore[attr-defined]
    ]


@router.get("/message-channels", operation_id="list_channels", response=list[ChannelOut], summary="Channels, health")
def list_channels(request: HttpRequest) -> Any:
    _may(request, "messaging.settings")
    return _channels(request)


@router.put("/message-channels/{kind}", operation_id="set_channel", response=ChannelOut, summary="Choose a provider")
@idempotent
def set_channel(request: HttpRequest, kind: str, body: ChannelIn) -> Any:
    if kind not in Kind.values or body.provider not in PROVIDERS:
        _may(request, "messaging.settings")
        raise Missing()
    token = secrets.token_urlsafe(32)
    commands.set_provider(channel=kind, provider=body.provider, fields=body.fields, hook_token=token, **_who(request))
    return next(row for row in _channels(request) if row.channel == kind)


class RulesIn(Schema):
    quiet_from: time | None
    quiet_to: time | None
    sign_name: str = Field("", max_length=20)
    channels: list[str] = []
    limits: dict[str, int] = {}


def _rules_out() -> RulesIn:
    house = queries.house_rules()
    limits = {name: getattr(house, name) for name in LIMITS}
    return RulesIn(
        quiet_from=house.quiet_from,
        quiet_to=house.quiet_to,
        sign_name=house.sign_name,
        channels=house.channels,
        limits=limits,
    )


@router.get("/message-rules", operation_id="get_message_rules", response=RulesIn, summary="Quiet hours and limits")
def get_rules(request: HttpRequest) -> Any:
    _may(request, "messaging.settings")
    return _rules_out()


@router.put("/message-rules", operation_id="set_message_rules", response=RulesIn, summary="Set quiet hours, limits")
@idempotent
def set_rules(request: HttpRequest, body: RulesIn) -> Any:
    limits = {name: value for name, value in body.limits.items() if name in LIMITS}
    commands.set_rules(**{**body.model_dump(), "limits": limits}, **_who(request))
    return _rules_out()


class PreferenceIn(Schema):
    channels: list[str] = []
    purposes_off: list[str] = []
    quiet_from: time | None = None
    quiet_to: time | None = None
    language: str = ""


def _preference_out(customer_id: int) -> PreferenceIn:
    wishes = queries.wishes_of(customer_id)
    names = ("quiet_from", "quiet_to", "language")
    facts = {name: getattr(wishes, name) for name in names}
    return PreferenceIn(channels=list(wishes.channels), purposes_off=list(wishes.purposes_off), **facts)


@router.get(
    "/customers/{ref}/message-preference",
    operation_id="get_message_preference",
    response=PreferenceIn,
    summary="How a customer wants to hear from the shop",
)
def get_preference(request: HttpRequest, ref: str) -> Any:
    _may(request, "customers.view")
    return _preference_out(queries.known_customer(parse_id("cus", ref)))


@router.put(
    "/customers/{ref}/message-preference",
    operation_id="set_message_preference",
    response=PreferenceIn,
    summary="Set how a customer wants to hear from the shop",
)
@idempotent
def set_preference(request: HttpRequest, ref: str, body: PreferenceIn) -> Any:
    customer_id = parse_id("cus", ref)
    require(policies.can_set_preference(request.actor, customer_id), "customers.edit")  # type: ignore[attr-defined]
    commands.set_preference(customer_id=customer_id, **body.model_dump(), **_who(request))
    return _preference_out(customer_id)
