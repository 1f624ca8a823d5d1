"""What the screens of this domain share: short edits answer in a drawer or as a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from pitlane.core.http import is_htmx

from ..caller import Request
from ..queries import View


def saved(request: Request, url: str) -> HttpResponse:
    """After a saved form: a drawer is told where to go, a page is redirected."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def form_page(
    request: Request, form: BaseForm, *, heading: str, back: str, template: str = "customers/form.html", **more: Any
) -> HttpResponse:
    """A form in the drawer when asked by script, else as a page of its own."""
    context = {"form": form, "heading": heading, "cancel_url": back, "fragment": is_htmx(request), **more}
    return render(request, template, context)


def view_tabs(views: Iterable[View], current: str) -> list[dict[str, Any]]:
    """The views over a list with their counts; one with nothing in it has no colour."""
    return [
        {
            "label": view.label,
            "url": f"?view={view.key}",
            "count": view.count,
            "family": view.family if view.count != "0" else "",
            "current": view.key == current,
        }
        for view in views
    ]


def onward(request: Request, fallback: str) -> str:
    """Where a form was opened from (``next``), when that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else fallback
