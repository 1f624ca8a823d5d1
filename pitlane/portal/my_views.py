"""The customer's own pages, behind the sign-in with a phone: cars, visits, quotes, bills. No JavaScript needed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pitlane.accounts.queries import House
from pitlane.core.ids import public_id
from pitlane.core.views import send_file

from . import queries, views
from .doorkeeper import too_many, too_often
from .members import Visitor, my_page
from .record_paper import record_pdf

MOST_RECORDS = 30
LAYOUT = "portal/my/base.html"


@my_page
@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest, *, house: House, visitor: Visitor) -> HttpResponse:
    """What waits for an answer, what goes on, the cars."""
    page = queries.my_home(visitor.customer_ids, visitor.phone.reveal(), at=request.now)  # type: ignore[attr-defined]
    return render(request, "portal/my/home.html", {"house": house, "visitor": visitor, "page": page})


@my_page
@require_http_methods(["GET", "HEAD"])
def car(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """A car: what it needs, what was done to it."""
    page = queries.my_car(pk, visitor.customer_ids, at=request.now)  # type: ignore[attr-defined]
    return render(request, "portal/my/car.html", {"house": house, "visitor": visitor, "page": page})


def _door(house: House, visitor: Visitor, pk: int) -> views.Door:
    root = reverse("portal:my_order", args=[house.code, public_id("ord", pk)])
    return views.Door(root, {"house": house, "visitor": visitor, "layout": LAYOUT})


@my_page
@require_http_methods(["GET", "HEAD"])
def order(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """A visit: the quote to answer, progress, photos, costs."""
    page = queries.my_order(pk, visitor.customer_ids, at=request.now)  # type: ignore[attr-defined]
    return views.show_visit(request, page, _door(house, visitor, pk), visitor.actor(page.progress.customer_id))


@my_page
@require_POST
def answer(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """The answer to a quote."""
    page = queries.my_order(pk, visitor.customer_ids, at=request.now)  # type: ignore[attr-defined]
    return views.take_answer(request, page, _door(house, visitor, pk), visitor.actor(page.progress.customer_id))


@my_page
@require_GET
def bill(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponse:
    """The bills of a visit."""
    page = queries.my_bill(pk, visitor.customer_ids, at=request.now)  # type: ignore[attr-defined]
    return views.show_bill(request, page, _door(house, visitor, pk))


@my_page
@require_GET
def record(request: HttpRequest, *, house: House, visitor: Visitor, pk: int) -> HttpResponseBase:
    """The record of a finished visit as a file to keep. Drawing it costs the server, so a network gets a few."""
    if too_often(request, "record", MOST_RECORDS):
        return too_many(request)
    found = queries.my_record(pk, visitor.customer_ids)
    content = record_pdf(found, house=house.name, at=request.now)  # type: ignore[attr-defined]
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@my_page
@require_GET
def photo(request: HttpRequest, *, house: House, visitor: Visitor, pk: int, file: int) -> HttpResponseBase:
    """A photo of a visit that the shop shows to its owner."""
    return send_file(queries.my_photo(pk, file, visitor.customer_ids, at=request.now))  # type: ignore[attr-defined]
