"""Labels of 50 × 30 mm that hang on the key or lie behind the windscreen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.barcodes import copies_of, qr_svg
from pitlane.core.errors import Refused
from pitlane.core.http import screen

from .. import queries
from .frame import page
from .lists import chosen


@screen("workshop.view")
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of one car; ``?copies=2`` for two keys."""
    copies = copies_of(request.GET.get("copies"))
    return _paper(request, [pk], copies, {"copies": copies})


@require_POST
@screen("workshop.view")
def labels(request: HttpRequest) -> HttpResponse:
    """The labels of the ticked cars, or after "select all" of the whole filter."""
    ids = chosen(request)
    if not ids:
        raise Refused(_("请先勾选工单"), code="nothing_chosen")
    return _paper(request, ids, 1, {"back_url": reverse("workshop:list")})


def _paper(request: HttpRequest, ids: list[int], copies: int, more: dict[str, object]) -> HttpResponse:
    found = queries.order_labels(ids, by=request.actor)  # type: ignore[attr-defined]
    shown = [
        {
            "card": one.card,
            "key_place": one.key_place,
            "qr": qr_svg(request.build_absolute_uri(reverse("workshop:order", args=[one.card.ref]))),
        }
        for one in found
    ]
    context = {"labels": shown, "times": range(copies), "back_url": reverse("workshop:order", args=[found[0].card.ref])}
    return page(request, "workshop/labels.html", context | more)
