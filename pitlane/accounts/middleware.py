"""Opens the organisation of the signed-in person or API key for the whole request and builds its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from pitlane.core.access import Actor
from pitlane.core.api import problem
from pitlane.core.reach import narrowed
from pitlane.core.tenancy import scope

from . import commands, queries
from .models import Staff

SIGN_IN = "sign_in"
WITHOUT_NEW_PASSWORD = {"/me/", "/me/preferences", "/sign-out"}


class ActorMiddleware:
    """Sets ``request.actor`` (None before sign-in). An API key in the header goes before the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        key = _api_key(request)
        if key is not None:
            with scope(key.org_id):
                request.actor = queries.actor_for_key(key)  # type: ignore[attr-defined]
                return self.get_response(request)
        user = None if _has_bearer(request) else request.user
        if isinstance(user, Staff):
            with scope(user.org_id):  # type: ignore[arg-type]
                return self._as_person(request, user)
        return self.get_response(request)

    def _as_person(self, request: HttpRequest, person: Staff) -> HttpResponse:
        actor = queries.actor_for(person, request.session.get("store"))
        if not _still_signed_in(request, actor):
            logout(request)
            return self.get_response(request)
        if person.must_change_password and request.path not in WITHOUT_NEW_PASSWORD:
            return _change_password_first(request)
        request.actor = actor  # type: ignore[attr-defined]
        with narrowed(actor):
            return self.get_response(request)


def _still_signed_in(request: HttpRequest, actor: Actor) -> bool:
    """Somebody may have ended exactly this session from elsewhere: one row by key says so."""
    sign_in_id = request.session.get(SIGN_IN)
    if sign_in_id is None:
        return True
    sign_in = queries.live_sign_in(sign_in_id)
    if sign_in is None:
        return False
    now = request.now  # type: ignore[attr-defined]
    if now - sign_in.seen_at >= commands.SEEN_EVERY:
        commands.note_seen(sign_in_id=sign_in_id, by=actor, at=now)
    return True


def _change_password_first(request: HttpRequest) -> HttpResponse:
    """A given first password opens nothing but the page that changes it."""
    if request.path.startswith("/api/"):
        return problem(request, 403, "password_change", _("这是初始密码，请先修改"))
    return redirect("accounts:profile")


def _has_bearer(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") and request.headers.get("Authorization", "").lower().startswith("bearer ")


def _api_key(request: HttpRequest) -> queries.LiveKey | None:
    """The live key in the header; a wrong or expired one never falls back to the session of the browser."""
    if not _has_bearer(request):
        return None
    key = queries.find_key(request.headers["Authorization"][7:].strip())
    if key is None or (key.expires_at and key.expires_at <= request.now):  # type: ignore[attr-defined]
        return None
    return key
