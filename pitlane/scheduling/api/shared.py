"""The router of scheduling and what its endpoints do alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from pitlane.core.access import require
from pitlane.core.ids import parse_id

from .. import policies

router = Router()


def store_id_of(request: HttpRequest, ref: str) -> int:
    """The store named in the call, if its schedule may be read."""
    store_id = parse_id("sto", ref)
    require(policies.can_view(request.actor, store_id), "scheduling.view")  # type: ignore[attr-defined]
    return store_id


def who_of(request: HttpRequest) -> dict[str, Any]:
    """Actor and time, as every command takes them."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]
