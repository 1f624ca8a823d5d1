"""The cashier's shift and the store's day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.http import attempt, chosen_store, screen
from pitlane.core.money import ZERO

from .. import commands, queries
from ..forms import CloseTillForm, DayForm, OpenTillForm


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    page = queries.till_screen(request.actor, request.now, request.GET.get("store", ""))  # type: ignore[attr-defined]
    context = {"page": page, "place": "till", "open_form": OpenTillForm(), "close_form": CloseTillForm(), **forms}
    return render(request, "billing/till.html", context)


@screen("billing.pay")
def till(request: HttpRequest) -> HttpResponse:
    """我的班次: what should be in the drawer now, and earlier shifts."""
    return _page(request)


@screen("billing.pay")
def till_open(request: HttpRequest) -> HttpResponse:
    """Begin a shift."""
    form = OpenTillForm(request.POST or None)
    actor = request.actor  # type: ignore[attr-defined]
    if form.is_valid():
        amount = form.cleaned_data["float_amount"] or ZERO
        facts = {"store_id": chosen_store(request), "float_amount": amount, "by": actor, "at": request.now}  # type: ignore[attr-defined]
        if attempt(form, commands.open_till, **facts):
            messages.success(request, _("已开班，备用金 %(amount)s") % {"amount": amount})
            return redirect("billing:till")
    return _page(request, open_form=form)


@screen("billing.pay")
def till_close(request: HttpRequest, pk: int) -> HttpResponse:
    """交班: one's own shift, or that of a colleague who went home."""
    sheet = queries.till_sheet(pk, request.actor)  # type: ignore[attr-defined]
    form = CloseTillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            commands.close_till,
            till_id=pk,
            counted=form.counted(),
            note=form.cleaned_data["note"],
            by=request.actor,  # type: ignore[attr-defined]
            at=request.now,  # type: ignore[attr-defined]
        )
        if done:
            messages.success(request, _("已交班，长短款 %(amount)s") % {"amount": done.difference})
            return redirect("billing:till_sheet", pk=pk)
    return render(request, "billing/till_close.html", {"sheet": sheet, "form": form})


@screen("billing.pay")
def till_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """交班单 on paper."""
    sheet = queries.till_sheet(pk, request.actor)  # type: ignore[attr-defined]
    context = {"sheet": sheet, "printed_by": request.actor.name, "printed_at": request.now}  # type: ignore[attr-defined]
    return render(request, "billing/till_sheet.html", context)


@screen("billing.view")
def day(request: HttpRequest) -> HttpResponse:
    """日结 of the chosen store."""
    actor = request.actor  # type: ignore[attr-defined]
    store_id = chosen_store(request)
    today = timezone.localtime(request.now).date()  # type: ignore[attr-defined]
    form = DayForm(request.GET)
    chosen = (form.is_valid() and form.cleaned_data["day"]) or today
    context = {
        "report": queries.day_report(store_id, chosen, actor),
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1) if chosen < today else None,
        "place": "day",
    }
    return render(request, "billing/day.html", context)
