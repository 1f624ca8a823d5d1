"""What the pages of messaging share."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.access import Actor
from pitlane.core.http import is_htmx


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and time for a command."""
    return {"by": actor_of(request), "at": request.now}  # type: ignore[attr-defined]


def drawer(request: HttpRequest, form: BaseForm, heading: str, back: str, summary: str = "") -> HttpResponse:
    """A short form: in the drawer, or as a page without JavaScript."""
    facts = {"form": form, "heading": heading, "summary": summary, "cancel_url": back, "fragment": is_htmx(request)}
    return render(request, "messaging/form.html", facts, status=422 if form.errors else 200)


def saved(request: HttpRequest, url: str) -> HttpResponse:
    """Where a saved form leads."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if is_htmx(request) else redirect(url)
