"""Reads of integrations: what the sandbox holds for this organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.errors import Missing, Text
from pitlane.core.phones import mask_phone
from pitlane.core.states import Label
from pitlane.core.tenancy import current_org
from pitlane.messaging import queries as messaging

from .sandbox.providers import STANDS, Stand, account_of, sandbox_store
from .sandbox.store import Taken

LINK = re.compile(r"https?://[^\s<>\"'，。；、！？（）]+")
ICONS = {"sms": "device-mobile-message", "wechat": "brand-wechat", "email": "mail"}
MOODS: dict[str, Text] = {
    "": _("正常"),
    "down": _("停机"),
    "slow": _("很慢"),
    "limit": _("限流"),
    "reject": _("全部拒收"),
    "silent": _("收下但不回答"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; ``link`` when it can be tapped."""

    text: str
    link: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One message as its recipient would see it."""

    icon: str
    recipient: str
    to: str
    sign: str
    subject: str
    parts: list[Part]
    url: str
    at: datetime
    label: Label


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chip above the list."""

    key: str
    name: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire that is in use, and its mood."""

    wire: str
    label: Text
    mood: str
    mood_label: Text


@dataclass(frozen=True, slots=True)
class InboxScreen:
    """The page."""

    items: list[Item]
    recipients: list[Recipient]
    wires: list[Wire]
    moods: list[tuple[str, Text]]
    running: bool
    may_set: bool
    chosen: str


def stands_chosen() -> list[Stand]:
    """The wires of the sandbox that carry a channel of this organisation."""
    chosen = messaging.channels_set_up().values()
    return [STANDS[setting.provider] for setting in chosen if setting.provider in STANDS]


def inbox_screen(to: str, *, by: Actor) -> InboxScreen:
    """What was sent; ``Missing`` where no sandbox is in use."""
    stands = stands_chosen()
    if not stands:
        raise Missing()
    store = sandbox_store()
    kinds = {stand.wire: stand.kind for stand in STANDS.values()}
    items = [_item(one, kinds[one.wire]) for one in store.recent(account_of(current_org()))]
    faults = store.faults()
    wires = [Wire(one.wire, one.label, mood := faults.get(one.wire, ""), MOODS[mood]) for one in stands]
    return InboxScreen(
        items=[item for item in items if not to or item.to == to],
        recipients=_recipients(items, to),
        wires=wires,
        moods=list(MOODS.items()),
        running=bool(store.address_of("http")),
        may_set=by.may("messaging.settings"),
        chosen=to,
    )


def _recipients(items: list[Item], to: str) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for item in items:
        before = found.get(item.to)
        found[item.to] = Recipient(item.to, item.recipient, (before.count if before else 0) + 1, item.to == to)
    return list(found.values())[:12]


def _item(one: Taken, kind: str) -> Item:
    return Item(
        icon=ICONS[kind],
        recipient=_masked(one.recipient),
        to=sha256(one.recipient.encode()).hexdigest()[:12],
        sign=one.sign,
        subject=one.subject,
        parts=split_links(one.text),
        url=one.url if LINK.fullmatch(one.url) else "",
        at=datetime.fromtimestamp(one.at, UTC),
        label=_fate(one),
    )


def _masked(recipient: str) -> str:
    if "@" in recipient:
        name, _at, domain = recipient.partition("@")
        return f"{name[:2]}***@{domain}"
    if recipient.lstrip("+").isdigit():
        return mask_phone(re.sub(r"^\+?86(?=1\d{10}$)", "", recipient))
    return f"{recipient[:4]}***"


def _fate(one: Taken) -> Label:
    if one.due is None:
        return Label("done", _("已收下"))
    if one.told is None:
        return Label("move", _("回执还没送回"))
    return Label("done", _("已送达")) if one.fate == "delivered" else Label("bad", _("未送达"))


def split_links(text: str) -> list[Part]:
    """The text in pieces, so that the page can make links of addresses and nothing else."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        if found.start() > end:
            parts.append(Part(text[end : found.start()]))
        parts.append(Part(found.group(), link=True))
        end = found.end()
    return [*parts, Part(text[end:])] if end < len(text) else parts
