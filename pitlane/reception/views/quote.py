"""Quoting in under a minute: one box finds packages, work and parts; each price says why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Refused
from pitlane.core.http import is_htmx, screen
from pitlane.core.ids import parse_id
from pitlane.customers import queries as customers
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import commands, queries
from ..forms import LineForm, SendForm
from .caller import actor_of, who


@screen("reception.quote")
def choose(request: HttpRequest) -> HttpResponse:
    """F6 from anywhere: quotes that wait, and the way to a car."""
    store = request.GET.get("store", "")
    context = {
        "waiting": queries.waiting_estimates(**who(request), limit=50, store=store),
        "stores": accounts.store_filter(actor_of(request), store),
    }
    return render(request, "reception/choose.html", context)


@screen("reception.quote")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The quote of one order."""
    found = queries.quote_screen(pk, **who(request))
    text = request.GET.get("q", "").strip()[:40]
    offers = queries.find_offers(text, store_id=found.order.store_id, vehicle=found.vehicle)
    context = {
        "found": found,
        "text": text,
        "offers": offers,
        "send_form": SendForm(),
        "again": _sold_twice(request, found),
        "diagnosis": queries.diagnosis_of(pk, **who(request)) if found.may_quote else None,
    }
    return render(request, "reception/quote.html", context)


def _sold_twice(request: HttpRequest, found: queries.QuoteScreen) -> dict[str, str]:
    """What was about to be added a second time, to be asked about; nothing in the usual case."""
    ref = request.GET.get("again", "")
    name = orders.sold_already(found.order.id, ref) if found.may_quote else ""
    return {"ref": ref, "name": name} if name else {}


@screen("reception.quote")
def find(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the box finds while typing; without JavaScript it is the page itself."""
    if not is_htmx(request):
        return page(request, pk)
    order = orders.order_for(pk, actor_of(request))
    text = request.GET.get("q", "").strip()[:40]
    car = customers.vehicle_card(order.vehicle_id)
    offers = queries.find_offers(text, store_id=order.store_id, vehicle=car)
    return render(request, "reception/_offers.html", {"offers": offers, "order": order, "text": text})


@require_POST
@screen("reception.quote")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one thing into the quote."""
    order = orders.order_for(pk, actor_of(request))
    ref = request.POST.get("add", "")
    job = queries.job_for_part(pk) if ref.startswith("prt_") else None
    lines = [_line(ref, request.POST.get("quantity") or "1", request.POST.get("item") or (job.key if job else ""))]
    try:
        workshop.add_lines(order_id=pk, lines=lines, despite_same=bool(request.POST.get("twice")), **who(request))
    except Refused as refusal:
        if refusal.code != "same_line":
            raise
        return redirect(f"{reverse('reception:quote', args=[order.ref])}?again={ref}")
    if job:
        messages.info(request, _("配件已放在「%(name)s」下，客户一起答复") % {"name": job.name})
    return redirect(f"{reverse('reception:quote', args=[order.ref])}?focus=1")


def _line(ref: str, quantity: str, item: str) -> Any:
    kind = ref.partition("_")[0]
    if kind == "pkg":
        return workshop.NewPackage(parse_id("pkg", ref))
    if kind == "opn":
        return workshop.NewLabour(operation_id=parse_id("opn", ref))
    if kind == "prt":
        return workshop.NewPart(part_id=parse_id("prt", ref), quantity=_number(quantity), item=item)
    raise Refused(_("请先从列表里选一项"), code="nothing_chosen")


def _number(text: str) -> Decimal:
    form = LineForm({"amount": text})
    if not form.is_valid():
        raise Refused(_("数量应为大于 0 的数"), code="quantity", field="quantity")
    return Decimal(form.cleaned_data["amount"] or 1)


@require_POST
@screen("reception.quote")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours, quantity or discount of a line, or the line away."""
    order = orders.order_for(pk, actor_of(request))
    facts: dict[str, Any] = {"order_id": pk, **who(request)}
    if code := request.POST.get("remove_package"):
        workshop.remove_package(code=code, **facts)
        messages.success(request, _("已去掉整个套餐"))
        return redirect(f"{reverse('reception:quote', args=[order.ref])}?focus=1")
    if key := request.POST.get("remove"):
        workshop.remove_line(key=key, **facts)
        return redirect(f"{reverse('reception:quote', args=[order.ref])}?focus=1")
    for key in request.POST.getlist("key"):
        _change_line(request, key, facts)
    messages.success(request, _("已更新报价"))
    return redirect("reception:quote", order.ref)


def _change_line(request: HttpRequest, key: str, facts: dict[str, Any]) -> None:
    form = LineForm({"amount": request.POST.get(f"amount:{key}"), "discount": request.POST.get(f"discount:{key}")})
    if not form.is_valid():
        raise Refused(_("数量应大于 0，优惠应在 0 到 100 之间"), code="quantity", field=key)
    changes: dict[str, Any] = {}
    had = request.POST.get(f"had:{key}", "")
    if form.cleaned_data["amount"] is not None and request.POST.get(f"amount:{key}") != request.POST.get(f"was:{key}"):
        changes["hours" if key.startswith("item:") else "quantity"] = form.cleaned_data["amount"]
    off = form.cleaned_data["discount"]
    if (off is not None or had) and request.POST.get(f"discount:{key}") != had:
        changes["discount_rate"] = (off or 0) / 100
    if changes:
        workshop.change_line(key=key, changes=changes, **facts)


@require_POST
@screen("reception.quote")
def add_advice(request: HttpRequest, pk: int) -> HttpResponse:
    """Advice becomes lines of the quote."""
    order = orders.order_for(pk, actor_of(request))
    keys = commands.add_advice(order_id=pk, advice=request.POST.getlist("advice"), **who(request))
    messages.success(request, _("已加入 %(n)s 项") % {"n": len(keys)})
    return redirect("reception:quote", order.ref)
