"""The dispatch board and its drawer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, chosen_store, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import DispatchForm
from .frame import drawer, page, posted, who


@screen("workshop.view")
def board(request: HttpRequest) -> HttpResponse:
    """车间: what waits on the left, who is on what beside it."""
    by, store_id = request.actor, chosen_store(request)  # type: ignore[attr-defined]
    found = queries.board(store_id, by_bay=request.GET.get("by") == "bay", **who(request))
    return page(request, "workshop/board.html", {"board": found, "may_dispatch": by.may("workshop.dispatch", store_id)})


@screen("workshop.dispatch")
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the jobs of an order to technicians and a bay."""
    found = queries.dispatch_screen(pk, **who(request))
    bays = [(bay.id, f"{bay.name} · {bay.type_label}") for bay in found.bays]
    form = DispatchForm(posted(request), bays=bays)
    if request.method == "POST" and form.is_valid():
        items = [parse_id("itm", ref) for ref in request.POST.getlist("items")]
        people = [int(pk) for pk in request.POST.getlist("technicians") if pk.isdigit()]
        attempt(
            form,
            commands.dispatch,
            order_id=pk,
            item_ids=items,
            technician_ids=people,
            **form.cleaned_data,
            **who(request),
        )
        if not form.errors:
            messages.success(request, _("已派工"))
            return redirect(request.POST.get("next") or reverse("workshop:order", args=[found.card.ref]))
    chosen = request.POST.getlist("technicians") or request.GET.getlist("technician")
    context = {"found": found, "form": form, "chosen": [int(c) for c in chosen if c.isdigit()], "back": _back(request)}
    return drawer(request, "workshop/dispatch.html", context)


def _back(request: HttpRequest) -> str:
    return reverse("workshop:board") if request.GET.get("from") == "board" else ""


@require_POST
@screen("workshop.dispatch")
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take jobs back from the board."""
    items = [parse_id("itm", ref) for ref in request.POST.getlist("items")]
    commands.recall_items(order_id=pk, item_ids=items, reason=request.POST.get("reason", ""), **who(request))
    messages.success(request, _("已收回派工"))
    return redirect(request.headers.get("Referer") or reverse("workshop:board"))
