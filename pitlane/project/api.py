"""The REST API: every domain's router under one OpenAPI document with interactive docs at /api/v1/docs."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle
from ninja.utils import check_csrf

import pitlane
from pitlane.core import calls
from pitlane.core.access import Actor
from pitlane.core.api import install_handlers
from pitlane.core.imports import calls as imports

from .openapi import DescribedApi


class ActorThrottle(AuthRateThrottle):
    """Counts by API key or person in the shared cache."""

    def get_cache_key(self, request: HttpRequest) -> str:
        actor = request.actor  # type: ignore[attr-defined]
        return f"throttle_{actor.org_id}_{actor.kind}_{actor.id}"


class SignedIn(HttpBearer):
    """A bearer key, or the session of a browser, which must then prove with its CSRF token that it meant the call.

    The middleware has built the actor already.
    """

    csrf = True

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None and actor.kind == "staff" and check_csrf(request):
            raise HttpError(403, str(_("请求没有通过安全校验，请刷新后再试")))
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Never asked: the middleware has read the header."""
        return None


def build() -> NinjaAPI:
    """Collect the routers; operation ids are unique so that generated clients have good names."""
    api = DescribedApi(
        title="Pitlane 车坊",
        version=pitlane.__version__,
        description="Every business object and action of the shop. Authenticate with `Authorization: Bearer <key>`; "
        "send an `Idempotency-Key` with every state-changing call; errors are problem+json.",
        auth=SignedIn(),
        throttle=[ActorThrottle(settings.API_RATE)] if settings.API_RATE else [],
        urls_namespace="api",
    )
    install_handlers(api)
    for part in (calls, imports):
        api.add_router("", part.router, tags=["core"])
    for domain in settings.DOMAINS:
        if domain != "core" and find_spec(f"pitlane.{domain}.api"):
            api.add_router("", import_module(f"pitlane.{domain}.api").router, tags=[domain])
    return api


api = build()
