"""Opens the organisation of the signed-in person or API key for the whole request and builds its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pitlane.core.tenancy import scope

from . import queries
from .models import ApiKey, Staff


class ActorMiddleware:
    """Sets ``request.actor`` (None before sign-in). An API key in the header goes before the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        key = _api_key(request)
        if key is not None:
            request.csrf_processing_done = True  # type: ignore[attr-defined]
            with scope(key.org_id):
                request.actor = queries.actor_for_key(key)  # type: ignore[attr-defined]
                return self.get_response(request)
        user = request.user
        if isinstance(user, Staff):
            with scope(user.org_id):
                request.actor = queries.actor_for(user, request.session.get("store"))  # type: ignore[attr-defined]
                return self.get_response(request)
        return self.get_response(request)


def _api_key(request: HttpRequest) -> ApiKey | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not request.path.startswith("/api/"):
        return None
    key = queries.find_key(secret.strip())
    if key is None or (key.expires_at and key.expires_at <= request.now):  # type: ignore[attr-defined]
        return None
    return key
