"""What every endpoint of accounts needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pitlane.core.access import Actor, require
from pitlane.core.ids import parse_id


def actor_of(request: HttpRequest) -> Actor:
    """The person or program that calls."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def call(request: HttpRequest) -> dict[str, Any]:
    """Who and when: what every command asks for."""
    return {"by": actor_of(request), "at": request.now}  # type: ignore[attr-defined]


def may(request: HttpRequest, permission: str) -> Actor:
    """The caller, who must hold the permission."""
    actor = actor_of(request)
    require(actor.may(permission), permission)
    return actor


def ids(prefix: str, refs: list[str]) -> list[int]:
    """Row ids of public ids."""
    return [parse_id(prefix, ref) for ref in refs]
