"""The customer's own bookings: come, move, cancel, as behind the link of an appointment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pitlane.accounts.queries import House

from . import queries, visit_views
from .members import Visitor, my_page
from .my_views import LAYOUT


def _visit(request: HttpRequest, house: House, visitor: Visitor, pk: int) -> visit_views.Visit:
    """The appointment if it is theirs, and who acts on it."""
    card = queries.my_visit(pk, visitor.customer_ids, visitor.phone.reveal(), at=request.now)  # type: ignore[attr-defined]
    actor = visitor.actor(card.customer_id) if card.customer_id else visitor.guest()
    root = reverse("portal:my_visit", args=[house.code, card.ref])
    return visit_views.Visit(card.id, root, actor, {"house": house, "visitor": visitor, "layout": LAYOUT})


@my_page
@require_http_methods(["GET", "HEAD"])
def visit(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """When and where, and what can be done about it."""
    return visit_views.show(request, _visit(request, house, visitor, pk), done=request.GET.get("done", ""))


@my_page
@require_POST
def come(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """Yes, I come."""
    return visit_views.say_coming(request, _visit(request, house, visitor, pk))


@my_page
@require_POST
def move(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """Another of the offered times."""
    return visit_views.take_time(request, _visit(request, house, visitor, pk))


@my_page
@require_POST
def cancel(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """I cannot come."""
    return visit_views.call_off(request, _visit(request, house, visitor, pk))
