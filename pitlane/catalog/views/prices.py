"""Labour rates and guarantee rules: dated rows, set in a drawer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import GuaranteeForm, RateForm
from .frame import may_edit, page, ready, saved, who

MOST = 200


def _today(request: HttpRequest) -> Any:
    return timezone.localdate(request.now)  # type: ignore[attr-defined]


@screen("catalog.view")
def rates(request: HttpRequest) -> HttpResponse:
    """What an hour costs, by store, vehicle class and trade."""
    today = _today(request)
    by, store = request.actor, request.GET.get("store", "")  # type: ignore[attr-defined]
    rows = queries.labour_rates(today, by=by, store=store, limit=MOST)
    context = {
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "stores": accounts.store_filter(by, store),
        "today": today,
        "may_edit": may_edit(request),
    }
    return render(request, "catalog/rates.html", context)


@screen("catalog.edit")
def rate(request: HttpRequest) -> HttpResponse:
    """Set a rate from a day on."""
    back = reverse("catalog:rates")
    by = request.actor  # type: ignore[attr-defined]
    form = RateForm(request.POST or None, by=by, initial={"valid_from": _today(request)})
    if ready(request, form) and attempt(form, commands.set_labour_rate, **form.facts(), **who(request)) is not None:
        messages.success(request, _("已设置工时单价"))
        return saved(request, back)
    return page(request, "catalog/short_form.html", form, heading=_("设置工时单价"), cancel_url=back)


@screen("catalog.view")
def guarantees(request: HttpRequest) -> HttpResponse:
    """How long repaired work is guaranteed."""
    today = _today(request)
    context = {"rows": queries.guarantee_rules(today), "today": today, "may_edit": may_edit(request)}
    return render(request, "catalog/guarantees.html", context)


@screen("catalog.edit")
def guarantee(request: HttpRequest) -> HttpResponse:
    """Set a rule from a day on."""
    form = GuaranteeForm(request.POST or None, initial={"valid_from": _today(request)})
    back = reverse("catalog:guarantees")
    if ready(request, form):
        rule = attempt(form, commands.set_guarantee_rule, **form.cleaned_data, **who(request))
        if rule is not None:
            messages.success(request, _("已设置质保规则"))
            return saved(request, back)
    return page(request, "catalog/short_form.html", form, heading=_("设置质保规则"), cancel_url=back)
