"""The home page of each role: search, the most used actions, and what the domains put into the "home" slot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pitlane.core.http import signed_in

from .. import queries


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Technicians go to their terminal; everybody else gets the panels of their role."""
    screen = queries.home_screen(request.actor, at=request.now)  # type: ignore[attr-defined]
    if screen.redirect_to:
        return redirect(screen.redirect_to)
    return render(request, "accounts/home.html", {"screen": screen})
