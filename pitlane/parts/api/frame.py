"""What every endpoint of parts needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from pitlane.core.access import require

from .. import policies

router = Router()
Quantity = Field(gt=0, max_digits=12, decimal_places=3)


def may_read(request: HttpRequest) -> None:
    """Seeing parts and stock needs its own permission."""
    require(policies.can_view(request.actor), "parts.view")  # type: ignore[attr-defined]


def who(request: HttpRequest) -> dict[str, Any]:
    """Who calls, and when."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]
