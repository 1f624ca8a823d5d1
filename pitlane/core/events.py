"""Events: stored facts in the past tense. One row is audit line, time line entry and outbox message at once.

A domain's ``events.py`` holds frozen dataclasses that inherit ``Event``. Fields named ``customer_id``,
``vehicle_id``, ``order_id`` and ``store_id`` become index columns for time lines. Payloads hold ids, numbers and
amounts, never personal text: erasing a person must not break the hash chain.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

from .access import Actor
from .money import Money
from .states import Family

Reaction = Callable[..., None]
Test = Callable[[Any], bool]
KINDS: dict[str, type[Event]] = {}
REACTIONS: dict[str, list[Reaction]] = {}
INDEXED = ("store_id", "customer_id", "vehicle_id", "order_id")


@dataclass(frozen=True)
class Event:
    """Base of all events. ``icon`` and ``family`` draw it on a time line, ``sentence`` says it to a person."""

    kind: ClassVar[str] = ""
    icon: ClassVar[str] = "point"
    family: ClassVar[Family] = "idle"
    timeline: ClassVar[bool] = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.kind = f"{cls.__module__.split('.')[-2]}.{cls.__name__}"
        KINDS[cls.kind] = cls

    def sentence(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event waiting for the end of its command."""

    event: Event
    by: Actor
    at: datetime


pending: ContextVar[list[Recorded] | None] = ContextVar("pitlane_pending_events", default=None)


def record(event: Event, *, by: Actor, at: datetime) -> None:
    """State a fact. It is written, chained and handed to reactions when the outermost command ends."""
    waiting = pending.get()
    if waiting is None:
        raise RuntimeError("record() outside a @command")
    waiting.append(Recorded(event, by, at))


def subscribe(table: dict[type[Event], Reaction | list[Reaction]]) -> None:
    """Wire a domain's ``reactions.ON``; called once by ``project``. Same pair twice counts once."""
    for event_type, reactions in table.items():
        known = REACTIONS.setdefault(event_type.kind, [])
        for reaction in reactions if isinstance(reactions, list) else [reactions]:
            if reaction not in known:
                known.append(reaction)


def only_when(test: Test) -> Callable[[Reaction], Reaction]:
    """Mark a reaction that most events of its kind do not concern: no job is queued for those."""

    def mark(reaction: Reaction) -> Reaction:
        reaction.__concerns__ = test  # type: ignore[attr-defined]
        return reaction

    return mark


def reactions_to(event: Event) -> list[Reaction]:
    """Who has to do something about an event."""
    return [reaction for reaction in REACTIONS.get(event.kind, []) if _concerns(reaction, event)]


def _concerns(reaction: Reaction, event: Event) -> bool:
    test: Test | None = getattr(reaction, "__concerns__", None)
    return test is None or bool(test(event))


def reaction_name(reaction: Reaction) -> str:
    return f"{reaction.__module__}.{reaction.__name__}"


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def payload_of(event: Event) -> dict[str, Any]:
    """The event's fields as plain JSON (money in fen, decimals and dates as text)."""
    return {field.name: _plain(getattr(event, field.name)) for field in fields(event)}


def chain_hash(previous: str, facts: dict[str, Any]) -> str:
    """SHA-256 over the former hash and the canonical JSON of this row: changing any row breaks all later ones."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{previous}\n{text}".encode()).hexdigest()
