"""Stored events as sentences: for the 记录 tab and for telling somebody who was faster."""

from __future__ import annotations

from pitlane.core.events import KINDS, Event
from pitlane.core.models import EventRow


def event_of(row: EventRow) -> Event | None:
    """The event behind a row; None when its kind no longer exists."""
    kind = KINDS.get(row.kind)
    return kind(**row.payload) if kind else None


def told(row: EventRow) -> str:
    """What happened, in the reader's language."""
    event = event_of(row)
    return event.sentence() if event else row.kind
