"""What all pages of scheduling do alike: the chosen store, who acts, a form as page or drawer."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.http import chosen_store, is_htmx

from .. import policies


def who(request: HttpRequest) -> dict[str, Any]:
    """Store, actor and time, as every command of these pages takes them."""
    return {"store_id": chosen_store(request), "by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def may_edit(request: HttpRequest) -> bool:
    """Whether the page shows how to change things."""
    return policies.can_edit(request.actor, chosen_store(request))  # type: ignore[attr-defined]


def form_page(request: HttpRequest, form: BaseForm, heading: str, back: str, summary: str = "") -> HttpResponse:
    """A short form, in the drawer or as a page."""
    facts = {"form": form, "heading": heading, "summary": summary, "cancel_url": back, "fragment": is_htmx(request)}
    return render(request, "scheduling/form.html", facts, status=422 if form.errors else 200)


def saved(request: HttpRequest, url: str) -> HttpResponse:
    """Back to the page behind the form."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if is_htmx(request) else redirect(url)
