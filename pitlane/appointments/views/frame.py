"""What all pages of appointments do alike: store, caller, where to go afterwards."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from pitlane.accounts import queries as accounts
from pitlane.core.http import chosen_store, is_htmx
from pitlane.core.ids import parse_id
from pitlane.scheduling import queries as slots


def who(request: HttpRequest) -> dict[str, Any]:
    """The two arguments that every command takes."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def new_token() -> str:
    """The secret of a private link; only its hash is stored."""
    return secrets.token_urlsafe(32)


def people(request: HttpRequest) -> list[tuple[str, str]]:
    """Technicians of the store, for choosing one."""
    return [(one.ref, one.name) for one in accounts.staff_with_permission(slots.WORKERS, chosen_store(request))]


def bays(request: HttpRequest) -> list[tuple[str, str]]:
    """Bays of the store, for choosing one."""
    return [(one.ref, one.name) for one in slots.bays(chosen_store(request))]


def id_of(prefix: str, ref: str) -> int | None:
    """The id behind a chosen value, or nothing."""
    return parse_id(prefix, ref) if ref else None


def done(request: HttpRequest, url: str) -> HttpResponse:
    """Back to the page behind, or to the one that asked."""
    back = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else url)
