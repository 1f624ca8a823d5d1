"""The delivery log: a list with filters, and the page of one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import parse_id, public_id
from pitlane.core.listing import Column, Sort, Spec, capped
from pitlane.core.states import Label

from .. import policies, rules
from ..models import DeliveryEntry, Kind, Message, Purpose, Template
from ..ports import PROVIDERS
from ..states import MESSAGE
from ..words import CHANNELS, reason_text, template_name
from .sealed import values_of

PAGE = 50
VIEWS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (gettext_lazy("全部"), ()),
    "waiting": (gettext_lazy("待发送"), ("queued", "sending")),
    "sent": (gettext_lazy("已发出"), ("accepted",)),
    "delivered": (gettext_lazy("已送达"), ("delivered",)),
    "uncertain": (gettext_lazy("不确定"), ("uncertain",)),
    "lost": (gettext_lazy("没有送到"), ("given_up", "failed")),
    "unsent": (gettext_lazy("未发送"), ("suppressed", "cancelled")),
}
COUNTED = {"waiting": "hold", "uncertain": "hold", "lost": "bad"}
ICONS = {
    "queued": ("clock", "idle"),
    "attempt": ("send", "move"),
    "accepted": ("check", "move"),
    "temporary": ("clock-pause", "hold"),
    "rejected": ("circle-x", "bad"),
    "misconfigured": ("plug-connected-x", "bad"),
    "uncertain": ("help-circle", "hold"),
    "postponed": ("moon", "hold"),
    "delivered": ("checks", "done"),
    "failed": ("circle-x", "bad"),
    "next": ("arrows-exchange", "move"),
    "suppressed": ("bell-off", "idle"),
    "cancelled": ("x", "idle"),
    "given_up": ("phone-x", "bad"),
    "decided": ("user-check", "done"),
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log somebody wants to see."""

    view: str = ""
    channel: str = ""
    template: str = ""
    day: date | None = None
    customer_id: int | None = None
    name: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One message in the list."""

    ref: str
    url: str
    at: datetime
    channel: Text
    template: Text
    purpose: str
    recipient: str
    customer: str
    customer_url: str
    label: Label
    reason: Text
    state: str
    due: datetime | None
    store: str = ""


@dataclass(frozen=True, slots=True)
class LogScreen:
    """A page of the log with its views."""

    rows: list[LogRow]
    next: str | None
    views: list[dict[str, Any]]
    templates: list[tuple[str, Text]]
    customer: str = ""


def _here(by: Actor) -> Q:
    """The log of the stores that the switcher shows, and what belongs to no store."""
    stores = accounts.stores_here(by)
    return Q() if stores is None else Q(store_id__in=stores) | Q(store_id=None)


def log_rows(by: Actor, chosen: LogFilter) -> QuerySet[Message]:
    """The messages that fit, in the chosen store or all stores of the actor."""
    rows: QuerySet[Message] = Message.objects.filter(_here(by), accounts.in_named_stores(by, chosen.store))
    if chosen.channel in Kind.values:
        rows = rows.filter(channel=chosen.channel)
    if chosen.template:
        rows = rows.filter(template__code=chosen.template)
    if chosen.day:
        begin = timezone.make_aware(datetime.combine(chosen.day, time.min))
        rows = rows.filter(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    if chosen.customer_id:
        rows = rows.filter(customer_id=chosen.customer_id)
    if chosen.name:
        rows = rows.filter(customer__name__icontains=chosen.name)
    return rows


def log_filter(given: Mapping[str, str]) -> LogFilter:
    """The conditions that stand in an address; unreadable ones count as nothing."""
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = None
    ref = given.get("customer", "")
    return LogFilter(
        view=given.get("view", "")[:12],
        channel=given.get("channel", "")[:8],
        template=given.get("template", "")[:40],
        day=day,
        customer_id=parse_id("cus", ref) if ref else None,
        name=given.get("q", "").strip()[:40],
        store=given.get("store", "")[:40],
    )


def in_view(by: Actor, chosen: LogFilter) -> QuerySet[Message]:
    """The messages that fit, of the chosen view only."""
    rows = log_rows(by, chosen)
    states = VIEWS.get(chosen.view, VIEWS[""])[1]
    return rows.filter(state__in=states) if states else rows


def message_list(
    by: Actor, chosen: LogFilter, cursor: str | None = None, limit: int = PAGE, *, ascending: bool = False
) -> tuple[list[Message], str | None]:
    """One page of messages, newest first unless the other way is asked for."""
    rows = in_view(by, chosen).select_related("template", "customer")
    return keyset(rows, cursor, limit, ("created_at", "id"), ascending)


def count_messages(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many messages a kept view shows."""
    return capped(in_view(by, log_filter(given)))


def log_screen(
    by: Actor,
    chosen: LogFilter,
    address: Callable[..., str],
    cursor: str | None = None,
    *,
    ascending: bool = False,
) -> LogScreen:
    """The log as the page shows it; ``address`` makes the link of a view."""
    page, following = message_list(by, chosen, cursor, ascending=ascending)
    counts = dict(log_rows(by, chosen).order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    views = [
        {
            "label": label,
            "url": address(view=key),
            "current": chosen.view == key,
            "count": sum(counts.get(state, 0) for state in states) if states else sum(counts.values()),
            "family": COUNTED.get(key, ""),
        }
        for key, (label, states) in VIEWS.items()
    ]
    templates = [
        (code, template_name(code, name)) for code, name in Template.objects.order_by("pk").values_list("code", "name")
    ]
    named = next((row.customer.name for row in page if row.customer and chosen.customer_id), "")
    stores = accounts.store_names(by, [message.store_id for message in page if message.store_id])
    rows = [replace(row_of(message), store=stores.get(message.store_id or 0, "")) for message in page]
    return LogScreen(rows, following, views, templates, named)


def row_of(message: Message) -> LogRow:
    """A message as a line of the list; its template and customer are loaded."""
    customer = message.customer
    waiting = message.state == "queued"
    return LogRow(
        ref=message.ref,
        url=reverse("messaging:message", args=[message.ref]),
        at=message.created_at,
        channel=CHANNELS.get(message.channel, ""),
        template=template_name(message.template.code, message.template.name),
        purpose=str(Purpose(message.purpose).label),
        recipient=message.address_masked,
        customer=customer.name if customer else "",
        customer_url=reverse("customers:detail", args=[public_id("cus", customer.pk)]) if customer else "",
        label=MESSAGE.label(message.state),
        reason=reason_text(message.reason) if message.reason else "",
        state=message.state,
        due=message.next_try_at if waiting else None,
    )


MESSAGES = Spec(
    key="messages",
    label=gettext_lazy("发送记录"),
    url_name="messaging:log",
    permission="messaging.view",
    columns=(
        Column("time", gettext_lazy("时间"), sort="time"),
        Column("store", gettext_lazy("门店"), extra=True),
        Column("customer", gettext_lazy("客户")),
        Column("recipient", gettext_lazy("收件")),
        Column("channel", gettext_lazy("渠道")),
        Column("message", gettext_lazy("消息")),
        Column("state", gettext_lazy("状态")),
        Column("reason", gettext_lazy("说明")),
        Column("purpose", gettext_lazy("用途"), extra=True),
    ),
    sorts={"time": Sort("created_at", gettext_lazy("时间"))},
    start="-time",
    filters=("view", "q", "channel", "template", "day", "customer", "store"),
    count=count_messages,
)


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Everything on the page of one message."""

    row: LogRow
    subject: str
    text: str
    hidden: bool
    items: list[dict[str, Any]]
    facts: list[tuple[str, Any]]
    actions: list[dict[str, Any]] = field(default_factory=list)


def message_for(message_id: int, by: Actor) -> Message:
    """One message that the actor may see."""
    found: Message | None = (
        Message.objects.filter(policies.visible(by), pk=message_id)
        .select_related("template", "version", "customer")
        .first()
    )
    if found is None:
        raise Missing()
    return found


def text_of(message: Message) -> tuple[str, str]:
    """Subject and text as they were or will be sent; empty for codes, for erased people and without words."""
    if message.version is None or not message.variables or message.purpose == Purpose.CODE:
        return "", ""
    values = values_of(message)
    return rules.fill(message.version.subject, values), rules.fill(message.version.body, values)


def message_page(message_id: int, by: Actor) -> MessagePage:
    """The message with its words, its history, and what may be done with it."""
    message = message_for(message_id, by)
    subject, text = text_of(message)
    entries = list(DeliveryEntry.objects.filter(message=message).order_by("-pk"))
    return MessagePage(
        row=row_of(message),
        subject=subject,
        text=text,
        hidden=message.purpose == Purpose.CODE,
        items=[_item(entry) for entry in entries],
        facts=_facts(message),
        actions=_actions(message, by),
    )


def _item(entry: DeliveryEntry) -> dict[str, Any]:
    icon, family = ICONS[entry.what]
    what = DeliveryEntry.What(entry.what).label
    reason = reason_text(entry.code) if entry.code else ""
    detail = " · ".join(str(part) for part in (reason, entry.detail) if part)
    text = str(CHANNELS.get(entry.channel, ""))
    return {"icon": icon, "family": family, "title": what, "text": text, "at": entry.at, "detail": detail}


def _facts(message: Message) -> list[tuple[str, Any]]:
    version = message.version
    number = _("第 %(n)s 版") % {"n": version.number} if version else ""
    later = message.not_before if message.not_before > message.created_at else None
    rows = [
        (_("用途"), Purpose(message.purpose).label),
        (_("模板版本"), number),
        (_("服务商"), PROVIDERS[message.provider].label if message.provider in PROVIDERS else message.provider),
        (_("服务商编号"), message.provider_id),
        (
            _("最早发送"),
            _written(later),
        ),
        (_("过期时间"), _written(message.expires_at)),
        (_("发起人"), message.created_by),
    ]
    return [(label, value) for label, value in rows if value]


def _written(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _actions(message: Message, by: Actor) -> list[dict[str, Any]]:
    """The buttons: those that fit the state; without the permission they stay and say so."""
    verbs = []
    if MESSAGE.may(message.state, "cancel"):
        verbs.append(("message_cancel", _("取消发送"), "x", False))
    if message.state == "uncertain":
        verbs.append(("message_settle", _("确认已发出"), "check", False))
    if MESSAGE.may(message.state, "release") and message.state != "sending":
        verbs.append(("message_resend", _("重新发送"), "send", True))
    allowed = policies.can_write(by)
    return [
        {
            "label": label,
            "url": reverse(f"messaging:{name}", args=[message.ref]),
            "icon": icon,
            "primary": primary,
            "allowed": allowed,
            "why": "" if allowed else _("没有发送权限"),
        }
        for name, label, icon, primary in verbs
    ]


def needs_decision(by: Actor) -> int:
    """The badge of the module: messages of which nobody knows whether they went out."""
    if not policies.can_write(by):
        return 0
    return Message.objects.filter(_here(by), state="uncertain").count()


def messages_about(subject: str, limit: int = 5) -> list[LogRow]:
    """The latest messages about one thing (``apt_…``), whoever got them."""
    rows = Message.objects.filter(subject=subject).select_related("template", "customer")
    return [row_of(message) for message in rows.order_by("-created_at", "-pk")[:limit]]


def messages_of(customer_id: int, limit: int = 5, *, by: Actor) -> list[LogRow]:
    """The latest messages of a customer, of the stores that the actor may see, for the 360° view."""
    rows = Message.objects.filter(policies.visible(by), customer_id=customer_id).select_related("template", "customer")
    return [row_of(message) for message in rows.order_by("-created_at", "-pk")[:limit]]
