"""Quality: what waits for inspection, the inspections, the figures, and what is changed because of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Refused
from pitlane.core.http import attempt, chosen_store, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import ActionEndForm, ActionForm, InspectForm, PeerForm, PeriodForm
from .frame import drawer, page, posted, to_order, who

USUAL_PERIOD = timedelta(days=90)


@screen("workshop.view")
def quality(request: HttpRequest) -> HttpResponse:
    """质检: what waits for inspection."""
    return page(request, "workshop/quality.html", {"queue": queries.quality_queue(**who(request))})


@screen("workshop.inspect")
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """The final inspection of one order."""
    found = queries.inspect_screen(pk, **who(request))
    form = InspectForm(posted(request), people=found.people, causes=queries.causes().choices)
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
    form = PeerForm(request.POST, causes=queries.causes().choices)
    if not form.is_valid():
        raise Refused(_("请从原因列表里选择"), code="cause", field="cause")
    facts = {"cause": "", "note": ""} if passed else form.cleaned_data
    commands.peer_check(item_id=pk, passed=passed, **facts, **who(request))
    messages.success(request, _("互检合格") if passed else _("已退回返工"))
    return redirect(request.headers.get("Referer") or reverse("workshop:quality"))


@screen("workshop.view")
def report(request: HttpRequest) -> HttpResponse:
    """质量统计 of the chosen store and period; the last three months unless asked otherwise."""
    store_id, form = chosen_store(request), PeriodForm(request.GET)
    form.is_valid()
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    last = form.cleaned_data.get("last_day") or today
    first = form.cleaned_data.get("first_day") or last - USUAL_PERIOD
    found = queries.quality_report(store_id, first, last, **who(request))
    return page(request, "workshop/quality_report.html", {"report": found})


@screen("workshop.view")
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """A corrective action for the fault of this order."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    people = [(p.pk, p.name) for p in accounts.staff_with_permission("workshop.view", card.store_id)]
    form = ActionForm(posted(request), people=people, causes=queries.causes().choices)
    if request.method == "POST" and form.is_valid():
        attempt(form, commands.open_action, order_id=pk, **form.cleaned_data, **who(request))
        if not form.errors:
            messages.success(request, _("已定下纠正措施"))
            return to_order(card.ref, "quality")
    words = {"title": _("纠正措施"), "verb": _("定下措施")}
    return drawer(request, "workshop/reason_form.html", {"form": form, "card": card, **words})


@screen("workshop.view")
def end_action(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """How a corrective action ended."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = ActionEndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = form.cleaned_data["outcome"] == "done"
        effect = form.cleaned_data["effect"]
        attempt(form, commands.end_action, action_id=action, done=done, effect=effect, **who(request))
        if not form.errors:
            messages.success(request, _("已记下结果"))
            return redirect("workshop:quality_report")
    words = {"title": _("结束纠正措施"), "verb": _("保存结果")}
    return drawer(request, "workshop/reason_form.html", {"form": form, "card": card, **words})
