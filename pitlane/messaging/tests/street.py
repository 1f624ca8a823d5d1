"""A provider for tests that keeps the port's promises: it remembers what it took, and fails as it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..ports import Accepted, Channel, Kind, Misconfigured, Outgoing, Rejected, SettingField, Temporary, register


@dataclass
class Street:
    """What the world outside does at the moment, and what reached it."""

    mood: str = "well"
    taken: list[Outgoing] = field(default_factory=list)
    calls: int = 0
    bad_numbers: set[str] = field(default_factory=set)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.taken]


STREET = Street()
FIELDS = (SettingField("secret", "secret", secret=True), SettingField("sign", "sign", required=False))


class Client:
    """Not idempotent, like most SMS providers."""

    idempotent = False

    def __init__(self, provider: str, kind: Kind, settings: Mapping[str, str]) -> None:
        self.provider, self.kind, self.settings = provider, kind, settings

    def send(self, message: Outgoing) -> Accepted:
        STREET.calls += 1
        self._complain(message)
        STREET.taken.append(message)
        if STREET.mood == "silent":
            raise Temporary("no answer", uncertain=True)
        if STREET.mood == "broken":
            raise ValueError("a fault of the client")
        return Accepted(f"{self.kind}-{len(STREET.taken)}")

    def _complain(self, message: Outgoing) -> None:
        if STREET.mood == "down":
            raise Temporary("connection refused")
        if STREET.mood == "busy":
            raise Temporary("slow down", retry_after=1800)
        if STREET.mood == "hello" or message.address in STREET.bad_numbers:
            raise Rejected("N1", "no such number")
        self.check()

    def check(self) -> None:
        if self.settings.get("secret") == "wrong":
            raise Misconfigured("the key is not known")


class AskableClient(Client):
    """Can be asked afterwards what it took."""

    def look_up(self, message: Outgoing, since: datetime) -> Accepted | None:
        for place, taken in enumerate(STREET.taken, 1):
            if taken.message_key == message.message_key:
                return Accepted(f"{self.kind}-{place}")
        return None


class SafeClient(Client):
    """The provider itself drops what it has already."""

    idempotent = True

    def send(self, message: Outgoing) -> Accepted:
        for place, taken in enumerate(STREET.taken, 1):
            if taken.message_key == message.message_key:
                return Accepted(f"{self.kind}-{place}")
        return super().send(message)


def offer(provider: str, kind: Kind, client: type[Client]) -> None:
    """Register a test provider as a provider's folder does."""

    def make(settings: Mapping[str, str]) -> Channel:
        return client(provider, kind, settings)

    register(provider, kind, provider, FIELDS, make, takes_receipts=True)
