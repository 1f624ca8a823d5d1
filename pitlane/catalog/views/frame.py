"""What the pages of the catalogue share: who acts, what they may, documents with several lines."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.access import require
from pitlane.core.http import is_htmx

from .. import policies


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and time for a command."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def may_edit(request: HttpRequest) -> bool:
    """Does the page offer changes to this person?"""
    return policies.can_edit(request.actor)  # type: ignore[attr-defined]


def ready(request: HttpRequest, form: BaseForm, lines: Any = None) -> bool:
    """A sent document whose head and lines can both be read; whoever may only look sends nothing."""
    if request.method != "POST":
        return False
    require(may_edit(request), "catalog.edit")
    return all([form.is_valid(), lines is None or lines.is_valid()])


def page(request: HttpRequest, template: str, form: BaseForm, lines: Any = None, **context: Any) -> HttpResponse:
    """A form with what was wrong, in the drawer when asked by script."""
    bad = bool(form.errors or (lines is not None and any(lines.errors)))
    facts = {"form": form, "lines": lines, "may_edit": may_edit(request), "fragment": is_htmx(request), **context}
    return render(request, template, facts, status=422 if bad else 200)


def saved(request: HttpRequest, url: str) -> HttpResponse:
    """After a saved form: a drawer is told where to go, a page is redirected."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
