"""The calendar: a day or a week, by bay or by technician; a visit is moved by drag, by arrows, or by its page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pitlane.core.errors import PitlaneError, Refused
from pitlane.core.http import chosen_store, screen

from .. import commands, queries
from .frame import id_of, new_token, who


def _day(request: HttpRequest) -> date:
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return min(max(wanted, today - timedelta(days=366)), today + timedelta(days=366))


@screen("appointments.view")
def page(request: HttpRequest) -> HttpResponse:
    """Who stands where when."""
    day, by_bay = _day(request), request.GET.get("by", "bay") != "technician"
    facts: dict[str, Any] = {"by_bay": by_bay, **who(request)}
    context: dict[str, Any] = {
        "day": day,
        "by": "bay" if by_bay else "technician",
        "may": request.actor.may("appointments.book"),  # type: ignore[attr-defined]
        "today": timezone.localdate(request.now),  # type: ignore[attr-defined]
    }
    if request.GET.get("span") == "week":
        context["week"] = queries.week_grid(chosen_store(request), day, **facts)
    else:
        context["grid"] = queries.day_grid(chosen_store(request), day, **facts)
    return render(request, "appointments/calendar.html", context)


def _wanted(request: HttpRequest, given: Any) -> dict[str, Any]:
    start = parse_datetime(given.get("start", "").replace(" ", "+"))
    if start is None or timezone.is_naive(start):
        raise Refused(_("请选择时间"), code="start", field="start")
    return {
        "start": start,
        "bay_id": id_of("bay", given.get("bay", "")),
        "technician_id": id_of("stf", given.get("technician", "")),
    }


@screen("appointments.book")
@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Would it fit there? The reasons when not, and what else there is; nothing is changed."""
    card = queries.appointment_for(pk, **who(request))
    wanted = _wanted(request, request.GET)
    found = queries.conflicts(card.id, **wanted, at=request.now)  # type: ignore[attr-defined]
    when = f"{timezone.localtime(wanted['start']):%H:%M}"
    return JsonResponse({"fits": not found.reasons, "when": when, "reasons": found.reasons, "others": found.others})


@require_POST
@screen("appointments.book")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was dragged."""
    card = queries.appointment_for(pk, **who(request))
    wanted = _wanted(request, request.POST)
    version = request.POST.get("version", "")
    try:
        commands.move(
            appointment_id=card.id,
            version=int(version) if version.isdigit() else None,
            token=new_token(),
            **wanted,
            **who(request),
        )
    except PitlaneError as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status)
    return JsonResponse({"saved": True})
