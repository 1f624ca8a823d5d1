"""The cash book, refunds, and the 80 mm receipt."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.http import attempt, is_htmx, screen

from .. import commands, queries
from ..forms import RefundForm
from ..ways import Method
from .onward import changed_query, next_query


@screen("billing.view")
def payments(request: HttpRequest) -> HttpResponse:
    """收款流水: every movement of money, with its sums by method."""
    given, by, now = request.GET.dict(), request.actor, request.now  # type: ignore[attr-defined]
    frame = accounts.list_frame(queries.PAYMENTS, given, by=by, at=now)
    if frame.onward:
        return redirect(frame.onward)
    chosen = queries.payment_filter(given, frame.sort_field, frame.ascending)
    found = queries.payment_list(chosen, by, now)
    views = [
        {
            "label": label,
            "url": changed_query(request, view=key, saved=None),
            "count": None,
            "current": key == chosen.view,
        }
        for key, (label, _kinds) in queries.PAYMENT_VIEWS.items()
    ]
    selects = [
        {"name": "method", "label": _("方式"), "options": [("", _("不限")), *Method.choices], "value": chosen.method},
        {"name": "period", "label": _("时间"), "options": list(queries.PERIODS.items()), "value": chosen.period},
    ]
    context = {
        "list": found,
        "frame": frame,
        "views": views,
        "selects": selects,
        "hidden": [("view", chosen.view), *frame.hidden],
        "clear_url": f"?view={chosen.view}" if _narrowed(chosen) else "",
        "first_url": changed_query(request) if chosen.cursor else "",
        "next_url": next_query(request, found.next),
        "place": "payments",
    }
    return render(request, "billing/payments.html", context)


def _narrowed(chosen: queries.PaymentFilter) -> bool:
    return bool(chosen.text or chosen.method or chosen.store or chosen.period != "today")


@screen("billing.refund")
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give money back, or ask for the approval; the same form before and after the decision."""
    page = queries.payment_screen(pk, request.actor)  # type: ignore[attr-defined]
    form = RefundForm(request.POST or None, initial=_suggested(page))
    if request.method == "POST" and form.is_valid():
        done = attempt(form, commands.refund_or_request, payment_id=pk, **_refund_call(request, form))
        if done is not None:
            return _told(request, page, done)
    context = {"page": page, "form": form, "fragment": is_htmx(request), "back_url": _back(page)}
    return render(request, "billing/refund.html", context)


def _suggested(page: queries.PaymentScreen) -> dict[str, Any]:
    asked = page.approval if page.approval and page.approval.state in ("requested", "approved") else None
    return {
        "amount": asked.amount if asked else page.left,
        "method": page.row.method,
        "reason": asked.reason if asked else "",
        "request_key": secrets.token_urlsafe(18),
    }


def _refund_call(request: HttpRequest, form: RefundForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "amount": data["amount"],
        "method": data["method"] or None,
        "reason": data["reason"],
        "request_key": data["request_key"],
        "by": request.actor,  # type: ignore[attr-defined]
        "at": request.now,  # type: ignore[attr-defined]
    }


def _told(request: HttpRequest, page: queries.PaymentScreen, done: commands.Refund) -> HttpResponse:
    if done.payment:
        messages.success(request, _("已退款 %(amount)s") % {"amount": -done.payment.amount})
    else:
        messages.info(request, _("退款需要审批，申请已提交；同意后再点一次「退款」即可执行"))
    return redirect(_back(page))


def _back(page: queries.PaymentScreen) -> str:
    if page.settlement:
        return reverse("billing:settlement", args=[page.settlement.ref])
    return reverse("billing:payments")


@screen("billing.view")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of one payment for an 80 mm printer."""
    slip = queries.receipt(pk, request.actor)  # type: ignore[attr-defined]
    context = {
        "slip": slip,
        "store_name": slip.store.name,
        "printed_by": request.actor.name,  # type: ignore[attr-defined]
        "printed_at": request.now,  # type: ignore[attr-defined]
    }
    return render(request, "billing/receipt.html", context)
