"""坏账核销: proposing that a debt be given up, and taking the money that comes after all."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core.http import attempt, is_htmx, screen

from .. import commands, queries
from ..forms import RecoverForm, WriteOffForm


@screen("billing.write_off")
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to give up what one bill still owes."""
    page = queries.settlement_screen(pk, request.actor, request.now)  # type: ignore[attr-defined]
    back = reverse("billing:settlement", args=[page.card.ref])
    debt = {"name": page.card.payer_name, "number": page.card.short_number, "due": page.card.due}
    call = {"settlement_id": pk}
    return _proposal(request, commands.request_write_off, call, {**debt, "asked": page.write_off}, back)


@screen("billing.write_off")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for all that a customer has on account."""
    page = queries.account_screen(pk, request.actor, request.now)  # type: ignore[attr-defined]
    back = reverse("billing:credit_account", args=[page.card.ref])
    debt = {"name": page.name, "number": "", "due": page.owed, "asked": page.write_off}
    return _proposal(request, commands.request_account_write_off, {"account_id": pk}, debt, back)


def _proposal(
    request: HttpRequest, command: Any, call: dict[str, int], debt: dict[str, Any], back: str
) -> HttpResponse:
    form = WriteOffForm(request.POST or None, initial={"amount": debt["due"]})
    if request.method == "POST" and form.is_valid():
        who = {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]
        if attempt(form, command, **call, **form.cleaned_data, **who):
            messages.info(request, _("核销申请已提交，同意后这笔欠款即核销"))
            return redirect(back)
    context = {"form": form, "debt": debt, "back_url": back, "fragment": is_htmx(request)}
    return render(request, "billing/write_off.html", context, status=422 if form.errors else 200)


@screen("billing.pay")
def recover(request: HttpRequest, pk: int) -> HttpResponse:
    """坏账收回: money for what had been written off."""
    page = queries.payment_screen(pk, request.actor)  # type: ignore[attr-defined]
    back = reverse("billing:settlement", args=[page.settlement.ref]) if page.settlement else reverse("billing:payments")
    form = RecoverForm(
        request.POST or None, initial={"amount": page.row.left, "request_key": secrets.token_urlsafe(18)}
    )
    if request.method == "POST" and form.is_valid():
        who = {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]
        made = attempt(form, commands.recover_write_off, payment_id=pk, **form.cleaned_data, **who)
        if made:
            messages.success(request, _("已收回坏账 %(amount)s") % {"amount": made.amount})
            return redirect(back)
    context = {"page": page, "form": form, "fragment": is_htmx(request), "back_url": back}
    return render(request, "billing/recover.html", context, status=422 if form.errors else 200)
