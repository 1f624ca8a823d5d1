"""The cashier's pages: settle, take money by several methods, on account, 反结算."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.billing import queries as billing
from pitlane.core.errors import Refused
from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id
from pitlane.core.money import ZERO

from .. import commands, queries
from ..forms import DepositForm, PayForm, ReasonForm, SettleForm
from .frame import drawer, link, order_ref, page, posted, to_order, who


@screen("billing.settle")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What the bill will be, who pays what, what is still in the way."""
    found = queries.settle_screen(pk, **who(request))
    form = SettleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        attempt(form, commands.settle_order, order_id=pk, **form.cleaned_data, **who(request))
        if not form.errors:
            messages.success(request, _("已结算"))
            return redirect("workshop:pay", found.card.ref) if _may_pay(request) else to_order(found.card.ref)
    return page(request, "workshop/settle.html", {"found": found, "card": found.card, "form": form})


@screen("billing.settle")
@require_POST
def ask_below_cost(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the approval that a price below cost needs; the bill is made when it is given."""
    commands.request_below_cost(order_id=pk, reason=request.POST.get("below_cost_reason", ""), **who(request))
    messages.success(request, _("已提交审批"))
    return redirect("workshop:settle", order_ref(pk))


def _may_pay(request: HttpRequest) -> bool:
    return bool(request.actor.may("billing.pay"))  # type: ignore[attr-defined]


@screen("billing.pay")
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Take money: Tab, digits and Enter are enough; several methods one after the other."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    money = billing.order_money(pk)
    open_bills = [bill for bill in billing.settlements_for(pk) if bill.due]
    chosen = _chosen(open_bills, request)
    form = _pay_form(chosen, request)
    if request.method == "POST" and form.is_valid() and _paid(form, pk, request):
        after = billing.order_money(pk)
        return to_order(card.ref) if after.all_paid else redirect("workshop:pay", card.ref)
    context = {
        "card": card,
        "money": money,
        "bills": billing.settlements_for(pk),
        "chosen": chosen,
        "form": form,
        "deposit": billing.deposit_for(chosen.id) if chosen else ZERO,
        "request_key": secrets.token_urlsafe(18),
        "print_url": link("billing:print", chosen.ref) if chosen else "",
    }
    return page(request, "workshop/pay.html", context)


def _chosen(bills: list[Any], request: HttpRequest) -> Any:
    wanted = request.GET.get("bill", "")
    return next((bill for bill in bills if bill.ref == wanted), bills[0] if bills else None)


def _pay_form(chosen: Any, request: HttpRequest) -> PayForm:
    initial = {
        "settlement": chosen.ref if chosen else "",
        "amount": chosen.due if chosen else None,
        "method": "cash",
        "request_key": secrets.token_urlsafe(18),
    }
    form = PayForm(posted(request), initial=initial, methods=billing.methods())
    form.fields["amount"].widget.attrs["data-autofocus"] = True
    return form


def _paid(form: PayForm, pk: int, request: HttpRequest) -> bool:
    data = dict(form.cleaned_data)
    settlement_id = parse_id("stl", data.pop("settlement"))
    payment = attempt(form, commands.take_payment, order_id=pk, settlement_id=settlement_id, **data, **who(request))
    if payment is not None:
        messages.success(request, _("已收款 %(amount)s") % {"amount": payment.amount})
    return payment is not None


@require_POST
@screen("billing.pay")
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is due on account."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    bill = request.POST.get("settlement")
    commands.charge_order(
        order_id=pk,
        settlement_id=parse_id("stl", bill) if bill else None,
        request_key=request.POST.get("request_key", "")[:60] or card.ref,
        **who(request),
    )
    messages.success(request, _("已挂账"))
    return to_order(card.ref)


@screen("billing.pay")
def take_deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """Money in advance, in a drawer of the order."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    initial = {"method": "cash", "request_key": secrets.token_urlsafe(18)}
    form = DepositForm(posted(request), initial=initial, methods=billing.methods())
    if request.method == "POST" and form.is_valid():
        payment = attempt(form, commands.take_deposit, order_id=pk, **form.cleaned_data, **who(request))
        if payment is not None:
            messages.success(request, _("已收定金 %(amount)s") % {"amount": payment.amount})
            return to_order(card.ref)
    return drawer(
        request, "workshop/reason_form.html", {"form": form, "card": card, "title": _("收定金"), "verb": _("收定金")}
    )


@require_POST
@screen("billing.pay")
def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay from the deposit of this order as far as it goes."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    ref = request.POST.get("settlement", "")
    bill = next((one for one in billing.settlements_for(pk) if one.ref == ref), None)
    if bill is None:
        raise Refused(_("没有待付的结算单"), code="nothing_due")
    amount = min(bill.due, billing.deposit_for(bill.id))
    commands.use_deposit(
        order_id=pk,
        settlement_id=bill.id,
        amount=amount,
        request_key=request.POST.get("request_key", "")[:80],
        **who(request),
    )
    messages.success(request, _("已用定金抵扣 %(amount)s") % {"amount": amount})
    return redirect("workshop:pay", card.ref)


@screen("workshop.reopen")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for 反结算, or do it once somebody with authority agreed."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    granted = accounts.approval_for("reverse", card.ref)
    usable = granted if granted is not None and granted.state == "approved" else None
    form = ReasonForm(posted(request), initial={"reason": granted.reason if granted else ""})
    if request.method == "POST" and form.is_valid():
        facts = {"order_id": pk, "reason": form.cleaned_data["reason"]}
        if usable is not None:
            attempt(form, commands.reopen_order, approval_id=usable.pk, **facts, **who(request))
        else:
            attempt(form, commands.request_reopen, **facts, **who(request))
        if not form.errors:
            messages.success(request, _("已反结算") if usable else _("已提交审批"))
            return to_order(card.ref)
    verb = _("反结算") if usable else _("申请反结算")
    context = {"form": form, "card": card, "title": _("反结算"), "verb": verb, "bad": True, "granted": granted}
    return drawer(request, "workshop/reason_form.html", context)
