"""The home page of each role: search, the most used actions, and what the domains put into the "home" slot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.http import signed_in

from .. import queries


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Technicians go to their terminal; everybody else gets the panels of their role."""
    by = request.actor  # type: ignore[attr-defined]
    if terminal := queries.terminal_url(by):
        return redirect(terminal)
    screen = queries.home_screen(by, at=request.now)  # type: ignore[attr-defined]
    return render(request, "accounts/home.html", {"screen": screen})
