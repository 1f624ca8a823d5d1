"""How full the coming fortnight is."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pitlane.core.http import chosen_store, screen

from ..queries.screens import capacity_screen


def _first(request: HttpRequest) -> date:
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    try:
        wanted = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return today
    return min(max(wanted, today - timedelta(days=366)), today + timedelta(days=366))


@screen("scheduling.view")
def capacity(request: HttpRequest) -> HttpResponse:
    """Fourteen days by hour: how much is taken, how many people and bays are free, and why."""
    page = capacity_screen(chosen_store(request), _first(request), request.now)  # type: ignore[attr-defined]
    return render(request, "scheduling/capacity.html", {"page": page})
