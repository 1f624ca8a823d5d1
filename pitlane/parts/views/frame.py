"""What the pages of this domain share: who acts, and short edits that answer in a drawer or as a page."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.http import is_htmx


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and time for a command."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def saved(request: HttpRequest, url: str) -> HttpResponse:
    """After a saved form: a drawer is told where to go, a page is redirected."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """A form in the drawer when asked by script, else as a page of its own."""
    facts = {"form": form, "fragment": is_htmx(request), **context}
    return render(request, template, facts, status=422 if form.errors else 200)
