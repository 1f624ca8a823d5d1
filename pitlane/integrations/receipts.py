"""What came of a message, as any provider tells it, and the shapes in which a hook may be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from pitlane.messaging.ports import Status


class Forged(Exception):
    """The caller could not prove who he is."""


class Unreadable(Exception):
    """Not what this provider sends."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report. ``message_key`` is ours, where the provider sends it back."""

    provider_id: str
    status: Status
    reported_at: datetime
    code: str = ""
    detail: str = ""
    message_key: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a hook: everything a provider's folder needs to judge it."""

    method: str
    query: Mapping[str, str]
    body: bytes
    settings: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What a call said, and the words that the provider wants to read in return."""

    receipts: tuple[Receipt, ...]
    reply: str
    content_type: str = "application/json"


Reader = Callable[[Call], Heard]


def rows_of(body: bytes) -> list[dict[str, Any]]:
    """A JSON list of objects, as both SMS services send it."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(found, list) or len(found) > 500 or not all(isinstance(row, dict) for row in found):
        raise Unreadable
    return found


def china_time(text: str, otherwise: datetime) -> datetime:
    """``2015-10-17 08:03:04`` on Chinese clocks; a time that cannot be read is the time of the call."""
    try:
        naive = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return otherwise
    if naive.year < 2000:  # nothing was sent before, and the first years of all cannot be moved to another zone
        return otherwise
    return timezone.make_aware(naive)
