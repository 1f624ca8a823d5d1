"""The router of appointments and what its endpoints do alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from pitlane.core.ids import parse_id

router = Router()


def who_of(request: HttpRequest) -> dict[str, Any]:
    """Actor and time, as every command takes them."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def id_of(prefix: str, ref: str | None) -> int | None:
    """The number behind an id, or nothing."""
    return parse_id(prefix, ref) if ref else None


def aware(moment: datetime) -> datetime:
    """A time without an offset is one of the shop's own clock."""
    return moment if moment.tzinfo else timezone.make_aware(moment)
