"""What all wires of the sandbox share: the faults, the limits, and what becomes of a message."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .store import Store

UNREACHABLE = "0000"
LOST = "0001"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one recipient may get in a span of seconds, and when receipts follow."""

    per_recipient: int = 30
    seconds: float = 60
    receipt_after: float = 2
    slow: float = 3


@dataclass(frozen=True, slots=True)
class Request:
    """One call over HTTP."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer; ``hang_up``: the line goes dead instead."""

    status: int
    facts: dict[str, Any] = field(default_factory=dict)
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes messages for every wire."""

    store: Store
    limits: Limits = Limits()

    def fault(self, wire: str) -> str:
        return self.store.faults().get(wire, "")

    def too_many(self, wire: str, account: str, recipient: str) -> bool:
        """Whether this recipient got enough for now."""
        if self.fault(wire) == "limit":
            return True
        since = time.time() - self.limits.seconds
        return len(self.store.to_recipient(wire, account, recipient, since)) >= self.limits.per_recipient

    def refuses(self, wire: str, recipient: str) -> bool:
        """Numbers that end in 0000 do not exist; told to reject, it rejects everybody."""
        return self.fault(wire) == "reject" or recipient.partition("@")[0].endswith(UNREACHABLE)

    def take(self, wire: str, facts: dict[str, str], *, receipts: bool = True) -> int:
        """Keep the message. Numbers that end in 0001 exist, but nothing arrives there."""
        at = time.time()
        fate = "lost" if facts["recipient"].partition("@")[0].endswith(LOST) else "delivered"
        due = at + self.limits.receipt_after if receipts else None
        return self.store.take(wire=wire, at=at, due=due, fate=fate, **facts)

    def wait_if_slow(self, wire: str) -> None:
        if self.fault(wire) == "slow":
            time.sleep(self.limits.slow)
