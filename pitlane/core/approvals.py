"""What an approval is about and what its yes sets off; a domain registers each kind in its ``plugs.connect``.

Some approvals are spent later by whoever asked (a refund is paid out at the till). A kind with ``carry_out`` happens
with the yes itself, in the same transaction: what cannot be done any more is told to the person who decides, and the
request stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .access import Actor
from .errors import Missing, Text


@dataclass(frozen=True, slots=True)
class Matter:
    """What whoever decides should see: where to look it up, and the figures as they are now (label, value)."""

    url: str = ""
    facts: tuple[tuple[Text, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """``describe`` reads the subject for the person who decides; ``carry_out`` is a command of the domain."""

    key: str
    describe: Callable[[str, Actor], Matter]
    carry_out: Callable[..., Any] | None = None


KINDS: dict[str, ApprovalKind] = {}
NOTHING = Matter()


def register(*kinds: ApprovalKind) -> None:
    """Called by a domain's ``plugs.connect``."""
    for kind in kinds:
        KINDS[kind.key] = kind


def matter_of(kind: str, subject: str, by: Actor) -> Matter:
    """What a request is about, as far as its reader may see it."""
    known = KINDS.get(kind)
    try:
        return known.describe(subject, by) if known else NOTHING
    except Missing:
        return NOTHING


def carry_out(kind: str, approval_id: int, *, by: Actor, at: datetime) -> bool:
    """Do what was agreed to; False for kinds that whoever asked does later."""
    known = KINDS.get(kind)
    if known is None or known.carry_out is None:
        return False
    known.carry_out(approval_id=approval_id, by=by, at=at)
    return True
