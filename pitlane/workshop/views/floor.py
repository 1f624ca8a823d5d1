"""The dispatch board and its drawer; the quality queue and the inspection form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Refused
from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import DispatchForm, InspectForm
from .frame import drawer, page, posted, to_order, who


@screen("workshop.view")
def board(request: HttpRequest) -> HttpResponse:
    """车间: what waits on the left, who is on what beside it."""
    by = request.actor  # type: ignore[attr-defined]
    by_bay = request.GET.get("by") == "bay"
    found = queries.board(by.store_id, by_bay=by_bay, **who(request))
    return page(
        request, "workshop/board.html", {"board": found, "may_dispatch": by.may("workshop.dispatch", by.store_id)}
    )


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


@screen("workshop.view")
def quality(request: HttpRequest) -> HttpResponse:
    """质检: what waits for inspection."""
    return page(request, "workshop/quality.html", {"queue": queries.quality_queue(**who(request))})


@screen("workshop.inspect")
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """The final inspection of one order."""
    found = queries.inspect_screen(pk, **who(request))
    form = InspectForm(posted(request), people=found.people)
    if request.method == "POST" and form.is_valid() and _judged(form, pk, request):
        return redirect("workshop:quality") if request.POST.get("verdict") == "pass" else to_order(found.card.ref)
    return page(request, "workshop/inspect.html", {"found": found, "form": form, "card": found.card})


def _judged(form: InspectForm, pk: int, request: HttpRequest) -> bool:
    passed = request.POST.get("verdict") == "pass"
    facts: dict[str, Any] = {**form.cleaned_data, "cause": form.cleaned_data["cause"] if not passed else ""}
    failed = [parse_id("itm", ref) for ref in request.POST.getlist("failed")] if not passed else []
    attempt(form, commands.final_check, order_id=pk, passed=passed, failed_items=failed, **facts, **who(request))
    if not form.errors:
        messages.success(request, _("总检合格，可以结算") if passed else _("已退回返工"))
    return not form.errors


@require_POST
@screen("workshop.work")
def peer(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague confirms or refuses a job."""
    passed = request.POST.get("verdict") == "pass"
    cause = request.POST.get("cause", "").strip()
    if not passed and not cause:
        raise Refused(_("不合格要写明哪里不对"), code="cause", field="cause")
    commands.peer_check(item_id=pk, passed=passed, cause=cause[:20], note=cause, **who(request))
    messages.success(request, _("互检合格") if passed else _("已退回返工"))
    return redirect(request.headers.get("Referer") or reverse("workshop:quality"))
