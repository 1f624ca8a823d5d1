"""Papers: the job sheet with its QR code, the vehicle's archive."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from pitlane.core.http import screen
from pitlane.core.ids import parse_id

from .. import queries
from .frame import page


def qr(request: HttpRequest, address: str) -> str:
    """The address as a QR code that a technician's phone opens."""
    code = segno.make(request.build_absolute_uri(address), error="m", boost_error=False)
    return mark_safe(code.svg_inline(scale=3, border=1))


@screen("workshop.view")
def job_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """施工单 on paper."""
    sheet = queries.job_sheet(pk, by=request.actor)  # type: ignore[attr-defined]
    address = reverse("workshop:order", args=[sheet.card.ref])
    context = {
        "sheet": sheet,
        "card": sheet.card,
        "qr_code": qr(request, address),
        "back_url": address,
        "printed_by": request.actor.name,  # type: ignore[attr-defined]
        "printed_at": request.now,  # type: ignore[attr-defined]
    }
    return page(request, "workshop/job_sheet.html", context)


@screen("workshop.view")
def archive(request: HttpRequest, vehicle: str) -> HttpResponse:
    """The vehicle's electronic repair archive; ``?print`` is the paper for the owner."""
    found = queries.archive_of(parse_id("veh", vehicle), by=request.actor)  # type: ignore[attr-defined]
    printed = "print" in request.GET
    context = {
        "archive": found,
        "elements": list(queries.archive_elements().items()),
        "back_url": reverse("workshop:archive", args=[vehicle]),
        "printed_by": request.actor.name,  # type: ignore[attr-defined]
        "printed_at": request.now,  # type: ignore[attr-defined]
    }
    return page(request, "workshop/archive_print.html" if printed else "workshop/archive.html", context)
