"""Labels of 50 × 30 mm for shelves and boxes: code, name, bin, barcode."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.barcodes import barcode_svg, copies_of
from pitlane.core.errors import Refused
from pitlane.core.http import screen
from pitlane.core.ids import parse_id

from .. import queries


@screen("parts.view")
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label of one part, as often as asked."""
    part = queries.part_here(pk, request.actor)  # type: ignore[attr-defined]
    copies = copies_of(request.GET.get("copies"))
    back = reverse("parts:detail", args=[part.ref])
    return _paper(request, [part], copies, {"copies": copies, "back_url": back})


@require_POST
@screen("parts.view")
def labels(request: HttpRequest) -> HttpResponse:
    """The labels of the ticked parts, or after "select all" of the whole filter."""
    by = request.actor  # type: ignore[attr-defined]
    if request.POST.get("all") == "1":
        found = queries.parts_of_filter(by, queries.part_conditions(request.GET.dict()))
    else:
        ids = [parse_id("prt", ref) for ref in request.POST.getlist("ids")]
        found = sorted(queries.parts_here(ids, by), key=lambda card: card.code)
    if not found:
        raise Refused(_("请先勾选配件"), code="nothing_chosen")
    if len(found) > queries.MOST_LABELS:
        raise Refused(_("一次最多打印 %(n)d 张标签，请先缩小条件") % {"n": queries.MOST_LABELS}, code="too_many")
    return _paper(request, found, 1, {"back_url": reverse("parts:list")})


def _paper(request: HttpRequest, found: list[queries.PartCard], copies: int, more: dict[str, Any]) -> HttpResponse:
    shown = []
    for part in found:
        text = part.barcode or part.code
        shown.append({"part": part, "text": text, "bars": barcode_svg(text)})
    return render(request, "parts/labels.html", {"labels": shown, "times": range(copies), **more})
