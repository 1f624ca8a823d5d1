"""Who calls and when: what the middleware put on the request, in one typed place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from pitlane.core.access import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person; ``screen`` has made sure that there is one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def now_of(request: HttpRequest) -> datetime:
    """When the request came in: the only clock of a page."""
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def who(request: HttpRequest) -> dict[str, Any]:
    """The two arguments that every command takes."""
    return {"by": actor_of(request), "at": now_of(request)}
