"""The customer's own pages, behind the sign-in with a phone. No JavaScript needed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from pitlane.accounts.queries import House

from .members import Visitor, my_page


@my_page
@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest, *, house: House, visitor: Visitor) -> HttpResponse:
    """What the shop has for whoever holds this phone."""
    return render(request, "portal/my/home.html", {"house": house, "visitor": visitor})
