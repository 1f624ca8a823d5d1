"""Pure decisions of signing in with a phone: how long it holds, when its secret changes, which phones get codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from django.utils.translation import gettext_noop as _n

from pitlane.core.phones import normalise_phone, phone_problem
from pitlane.core.sentences import Problem

SESSION_LIFE = timedelta(days=30)
RENEWED_AFTER = timedelta(days=1)
FORMER_COUNTS = timedelta(minutes=2)
KEPT_AFTER_END = timedelta(days=30)


class Held(Protocol):
    """A car as somebody had it."""

    @property
    def owned(self) -> bool: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


def may_read_record(on: date, customer_id: int, mine: Collection[int], holdings: Iterable[Held]) -> bool:
    """Whose visit it was, and who owned the car on that day. What was done in a former owner's time stays theirs, and
    so does the day on which the car changed hands.
    """
    if customer_id in mine:
        return True
    return any(held.owned and held.since < on and (held.until is None or on <= held.until) for held in holdings)


def token_hash(token: str) -> str:
    """What is kept of the secret in the cookie."""
    return sha256(token.encode()).hexdigest()


def due_for_renewal(renewed_at: datetime, at: datetime) -> bool:
    """Has the secret in the cookie been in use for long enough?"""
    return at - renewed_at >= RENEWED_AFTER


def code_phone_problem(raw: str) -> Problem | None:
    """Why no code can be sent to what was typed: not a number, or one that gets no text messages."""
    if problem := phone_problem(raw):
        return problem
    phone = normalise_phone(raw)
    if phone.startswith("+") or (len(phone) == 11 and phone.startswith("1")):
        return None
    return Problem("phone_no_sms", _n("这个号码收不到短信，请填写手机号"))
