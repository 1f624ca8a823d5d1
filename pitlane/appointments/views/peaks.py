"""The analysis of peaks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pitlane.core.http import chosen_store, screen

from .. import queries


@screen("appointments.view")
def page(request: HttpRequest) -> HttpResponse:
    """When the shop is full, when it is empty, and what could be done about it."""
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in map(str, queries.PERIODS) else queries.USUAL_WEEKS
    found = queries.peaks(chosen_store(request), at=request.now, weeks=weeks, skill=request.GET.get("skill", ""))  # type: ignore[attr-defined]
    return render(request, "appointments/peaks.html", {"peaks": found, "periods": queries.PERIODS})
