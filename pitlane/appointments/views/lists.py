"""The list of appointments and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.http import screen

from .. import policies, queries
from .frame import who

NARROWING = ("q", "day", "source", "state", "store")


@screen("appointments.view")
def listing(request: HttpRequest) -> HttpResponse:
    """预约: today first, what is to come, who is late, who waits; filters in the address."""
    given = request.GET.dict()
    frame = accounts.list_frame(queries.APPOINTMENTS, given, **who(request))
    if frame.onward:
        return redirect(frame.onward)
    wanted = queries.appointment_filter(given)
    order: dict[str, Any] = {"by_column": frame.sort_field, "ascending": frame.ascending}
    found = queries.appointment_list(wanted, **who(request), cursor=given.get("cursor"), **order)
    context = {
        "list": found,
        "frame": frame,
        "views": [_view(view, wanted) for view in found.views],
        "query": wanted.q,
        "selects": _selects(wanted),
        "chips": _chips(wanted),
        "hidden": [("view", wanted.view), *frame.hidden] if wanted.view else frame.hidden,
        "clear_url": f"?view={wanted.view}" if any(given.get(name) for name in NARROWING) else "",
        "next_url": _with(request, cursor=found.next) if found.next else "",
        "may": request.actor.may("appointments.book"),  # type: ignore[attr-defined]
    }
    return render(request, "appointments/list.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


def _view(view: Any, wanted: Any) -> dict[str, Any]:
    current = view.key == wanted.view and not wanted.day
    return {
        "label": view.label,
        "url": f"?{urlencode({'view': view.key})}",
        "count": view.count,
        "family": view.family,
        "current": current,
    }


def _selects(wanted: Any) -> list[dict[str, Any]]:
    states = [(key, label.text) for key, label in queries.STATES.labels.items()]
    return [
        {"name": "source", "label": _("来源"), "options": [("", "—"), *queries.SOURCES], "value": wanted.source},
        {"name": "state", "label": _("状态"), "options": [("", "—"), *states], "value": wanted.state},
    ]


def _chips(wanted: Any) -> list[dict[str, Any]]:
    if not wanted.day:
        return []
    return [{"label": _("日期"), "value": f"{wanted.day:%m-%d}", "remove_url": "?"}]


@screen("appointments.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment: when, who, for what; what to do next."""
    page = queries.appointment_page(pk, **who(request))
    may = policies.can_change(request.actor, page.card)  # type: ignore[attr-defined]
    return render(request, "appointments/detail.html", {"page": page, "a": page.card, "may": may})
