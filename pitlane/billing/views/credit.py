"""Customers on account: list, statement of account, terms, clearing."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core import search
from pitlane.core.http import attempt, is_htmx, screen
from pitlane.core.ids import parse_id, public_id
from pitlane.customers.queries import customer_card

from .. import commands, queries
from ..forms import ClearForm, CreditChangeForm, CreditForm, PeriodForm


@screen("billing.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """挂账客户: who owes how much, and what is overdue."""
    found = queries.credit_list(request.actor, request.now)  # type: ignore[attr-defined]
    return render(request, "billing/credit.html", {"list": found, "place": "credit"})


@screen("billing.credit")
def account_new(request: HttpRequest) -> HttpResponse:
    """Let a customer pay later: find the customer, then set the limit."""
    ref = request.GET.get("customer", "")
    if not ref:
        text = request.GET.get("q", "")[:40]
        found = search.find(text, by=request.actor, kinds=["customer"], limit=12)["customer"] if text else []  # type: ignore[attr-defined]
        rows = [{"title": doc.title, "detail": doc.detail, "ref": public_id("cus", doc.object_id)} for doc in found]
        return render(request, "billing/credit_find.html", {"query": text, "rows": rows})
    customer = customer_card(parse_id("cus", ref))
    form = CreditForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.open_credit, customer_id=customer.id, **_call(request, form))
        if made:
            messages.success(request, _("已开通挂账"))
            return redirect("billing:credit_account", pk=made.pk)
    return render(request, "billing/credit_form.html", {"form": form, "name": customer.name, "fragment": False})


def _call(request: HttpRequest, form: CreditForm) -> dict[str, Any]:
    return {**form.cleaned_data, "by": request.actor, "at": request.now}  # type: ignore[attr-defined]


@screen("billing.view")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """对账: the entries of a period and the bills still open."""
    period = PeriodForm(request.GET)
    page = queries.account_screen(pk, request.actor, request.now, *period.span())  # type: ignore[attr-defined]
    return render(request, "billing/credit_account.html", {"page": page})


@screen("billing.view")
def account_print(request: HttpRequest, pk: int) -> HttpResponse:
    """对账单 on A4."""
    page = queries.account_screen(pk, request.actor, request.now, *PeriodForm(request.GET).span())  # type: ignore[attr-defined]
    context = {
        "page": page,
        "back_url": reverse("billing:credit_account", args=[page.card.ref]),
        "printed_by": request.actor.name,  # type: ignore[attr-defined]
        "printed_at": request.now,  # type: ignore[attr-defined]
    }
    return render(request, "billing/credit_print.html", context)


@screen("billing.credit")
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Limit, term, stop."""
    page = queries.account_screen(pk, request.actor, request.now)  # type: ignore[attr-defined]
    card = page.card
    form = CreditChangeForm(
        request.POST or None, initial={"limit": card.limit, "days": card.days, "active": card.active}
    )
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, commands.change_credit, account_id=pk, **_call(request, form))
        if saved:
            messages.success(request, _("已保存挂账额度"))
            return redirect("billing:credit_account", pk=pk)
    context = {"form": form, "name": page.name, "fragment": is_htmx(request)}
    return render(request, "billing/credit_form.html", context)


@screen("billing.pay")
def account_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """销账: one payment for several bills."""
    page = queries.account_screen(pk, request.actor, request.now)  # type: ignore[attr-defined]
    choices = [(bill.ref, f"{bill.short_number} · {bill.plate} · {bill.due}") for bill in page.bills]
    initial = {"amount": page.owed, "bills": [ref for ref, _text in choices], "request_key": secrets.token_urlsafe(18)}
    form = ClearForm(request.POST or None, initial=initial, bills=choices)
    if request.method == "POST" and form.is_valid():
        cleared = attempt(form, commands.clear_account, **_clear(request, page, form))
        if cleared:
            messages.success(request, _("已销账 %(amount)s") % {"amount": form.cleaned_data["amount"]})
            return redirect("billing:credit_account", pk=pk)
    return render(request, "billing/credit_clear.html", {"form": form, "page": page, "fragment": is_htmx(request)})


def _clear(request: HttpRequest, page: queries.AccountScreen, form: ClearForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "customer_id": page.card.customer_id,
        "settlement_ids": [parse_id("stl", ref) for ref in data["bills"]],
        "amount": data["amount"],
        "method": data["method"],
        "reference": data["reference"],
        "request_key": data["request_key"],
        "by": request.actor,  # type: ignore[attr-defined]
        "at": request.now,  # type: ignore[attr-defined]
    }
