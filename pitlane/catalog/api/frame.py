"""What every endpoint of the catalogue needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from pitlane.core.access import require
from pitlane.core.ids import parse_id
from pitlane.core.money import Money

from .. import policies

router = Router()


def may_read(request: HttpRequest) -> None:
    """Reading the catalogue needs its own permission."""
    require(policies.can_view(request.actor), "catalog.view")  # type: ignore[attr-defined]


def who(request: HttpRequest) -> dict[str, Any]:
    """Who calls, and when."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def optional_id(prefix: str, ref: str | None) -> int | None:
    """The row behind a public id that may be left out."""
    return parse_id(prefix, ref) if ref else None


def optional_money(fen: int | None) -> Money | None:
    """An amount that may be left out."""
    return None if fen is None else Money(fen)
