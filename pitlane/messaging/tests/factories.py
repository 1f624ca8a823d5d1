"""A shop with channels, and messages on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pitlane.core.access import Actor, system
from pitlane.core.testing import NOON, Shop
from pitlane.customers.models import Customer
from pitlane.customers.tests import factories as people

from .. import commands
from ..carrier import Carrier
from ..models import Message, ProviderSetting
from ..ports import PROVIDERS
from .street import STREET, AskableClient, Client, SafeClient, offer

TOKEN = "hook-" + "t" * 40
VISIT = {"plate": "京A8K326", "time": "周四 09:30", "service": "小保养", "link": "https://x.example/p/1"}
VISIT |= {"old_time": "周三 09:30", "until": "18:00", "shop_phone": "010-1"}


@contextmanager
def street() -> Iterator[None]:
    """Fresh test providers for the block."""
    kept = dict(PROVIDERS)
    STREET.__init__()  # type: ignore[misc]
    for kind in ("sms", "wechat", "email"):
        offer(f"plain_{kind}", kind, Client)  # type: ignore[arg-type]
        offer(f"askable_{kind}", kind, AskableClient)  # type: ignore[arg-type]
        offer(f"safe_{kind}", kind, SafeClient)  # type: ignore[arg-type]
    try:
        yield
    finally:
        PROVIDERS.clear()
        PROVIDERS.update(kept)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class Post:
    """A shop's post room: its clock, its carrier and a customer."""

    shop: Shop
    by: Actor
    clock: Clock = field(default_factory=Clock)

    @property
    def carrier(self) -> Carrier:
        return Carrier(self.by, self.clock)

    def choose(self, channel: str, provider: str, **fields: str) -> ProviderSetting:
        given = {"secret": "right", **fields}
        facts = {"channel": channel, "provider": provider, "fields": given, "hook_token": TOKEN}
        return commands.set_provider(**facts, by=self.by, at=self.clock())  # type: ignore[arg-type]

    def customer(self, phone: str = "13800116217", **facts: Any) -> Customer:
        return people.customer(self.shop, phones=(phone,) if phone else (), **facts)

    def send(self, key: str = "k1", template: str = "appointment_confirmed", **facts: Any) -> Message:
        values = {**VISIT, **facts.pop("variables", {})}
        return commands.send(key=key, template=template, variables=values, by=self.by, at=self.clock(), **facts)

    def round(self) -> int:
        return self.carrier.round()


def post(shop: Shop) -> Post:
    return Post(shop, system(shop.org_id))


def again(message: Message) -> Message:
    """The message as it is in the database now."""
    return Message.objects.get(pk=message.pk)


def log(message: Message) -> list[str]:
    """The lines of its history."""
    return list(message.entries.order_by("pk").values_list("what", flat=True))
