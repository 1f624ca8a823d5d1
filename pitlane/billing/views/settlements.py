"""The list of bills, one bill, its printed statement."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.http import screen

from .. import queries
from ..ways import PayerKind
from .onward import changed_query, next_query, onward, order_url


@screen("billing.view")
def settlements(request: HttpRequest) -> HttpResponse:
    """结算: what waits for money, by whose move it is."""
    given, by, now = request.GET.dict(), request.actor, request.now  # type: ignore[attr-defined]
    frame = accounts.list_frame(queries.BILLS, given, by=by, at=now)
    if frame.onward:
        return redirect(frame.onward)
    chosen = queries.bill_filter(given, frame.sort_field, frame.ascending)
    found = queries.settlement_list(chosen, by, now)
    views = [
        {"label": v.label, "url": f"?view={v.key}", "count": v.count, "family": v.family, "current": v.current}
        for v in found.views
    ]
    context = {
        "list": found,
        "frame": frame,
        "views": views,
        "selects": _selects(chosen),
        "hidden": [("view", chosen.view), *frame.hidden],
        "clear_url": f"?view={chosen.view}" if _narrowed(chosen) else "",
        "first_url": changed_query(request) if chosen.cursor else "",
        "next_url": next_query(request, found.next),
        "place": "settlements",
    }
    return render(request, "billing/settlements.html", context)


def _narrowed(chosen: queries.ListFilter) -> bool:
    return bool(chosen.text or chosen.payer_kind or chosen.period or chosen.store)


def _selects(chosen: queries.ListFilter) -> list[dict[str, Any]]:
    payers = [("", _("不限")), *PayerKind.choices]
    return [
        {"name": "payer", "label": _("付款方"), "options": payers, "value": chosen.payer_kind},
        {"name": "period", "label": _("结算时间"), "options": list(queries.PERIODS.items()), "value": chosen.span},
    ]


@screen("billing.view")
def settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """One bill with its lines explained, its money and its story."""
    page = queries.settlement_screen(pk, request.actor, request.now)  # type: ignore[attr-defined]
    card = page.card
    context = {
        "page": page,
        "card": card,
        "actions": _actions(page),
        "order_url": order_url(card.order_id),
        "customer_url": onward("customers:detail", "cus", card.payer_id or card.customer_id),
        "vehicle_url": onward("customers:vehicle", "veh", page.bill.vehicle_id),
        "facts": _facts(page),
    }
    return render(request, "billing/settlement.html", context)


def _actions(page: queries.SettlementScreen) -> list[dict[str, Any]]:
    """What may be done, the next step first; money moves the order, so its page does the work."""
    order_id, may = page.card.order_id, page.may
    pay_url, reopen_url = order_url(order_id, "workshop:pay"), order_url(order_id, "workshop:reopen")
    print_url = reverse("billing:print", args=[page.card.ref])
    actions = [{"label": _("打印清单"), "url": print_url, "method": "get", "icon": "printer", "key": "P"}]
    if reopen_url:
        allowed, why = may["reverse"].allowed, may["reverse"].why
        reverse_ = {"label": _("反结算"), "url": reopen_url, "method": "get", "icon": "arrow-back-up", "drawer": True}
        actions.append({**reverse_, "allowed": allowed, "why": why})  # type: ignore[dict-item]
    if page.card.due and not page.card.negative:
        allowed, why = may["write_off"].allowed, may["write_off"].why
        url = reverse("billing:write_off", args=[page.card.ref])
        give_up = {"label": _("坏账核销"), "url": url, "method": "get", "icon": "eraser", "drawer": True}
        actions.append({**give_up, "allowed": allowed, "why": why})  # type: ignore[dict-item]
    if pay_url:
        pay = {"label": _("收款"), "url": pay_url, "method": "get", "icon": "cash", "key": "F9", "primary": True}
        actions.append({**pay, "allowed": may["pay"].allowed, "why": may["pay"].why})  # type: ignore[dict-item]
    return actions


def _facts(page: queries.SettlementScreen) -> list[tuple[str, Any]]:
    bill = page.bill
    return [
        (_("结算单号"), bill.number),
        (_("付款方"), f"{page.card.payer_label} · {bill.payer_name}"),
        (_("送修人"), bill.facts.get("consignor", "")),
        (_("维修类别"), bill.facts.get("order_type", "")),
        (_("服务顾问"), bill.facts.get("advisor", "")),
        (_("里程"), f"{bill.odometer:,} km" if bill.odometer else ""),
        (_("结算人"), bill.settled_by),
        (_("结算次数"), _("第 %(round)s 次") % {"round": bill.round}),
    ]


@screen("billing.view")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """结算清单 on A4."""
    paper = queries.statement(pk, request.actor)  # type: ignore[attr-defined]
    link = order_url(paper.card.order_id) or reverse("billing:settlement", args=[paper.card.ref])
    context = {
        "paper": paper,
        "bill": paper.bill,
        "facts": paper.facts,
        "store_name": paper.store.company or paper.store.name,
        "qr": qr_code(request.build_absolute_uri(link)),
        "back_url": reverse("billing:settlement", args=[paper.card.ref]),
        "printed_by": request.actor.name,  # type: ignore[attr-defined]
        "printed_at": request.now,  # type: ignore[attr-defined]
        "old_parts": {"return": _("交还客户"), "waive": _("客户放弃"), "none": _("无")},
    }
    return render(request, "billing/statement.html", context)


def qr_code(text: str) -> str:
    """A QR code as inline SVG; made of our own address, so there is nothing to escape."""
    return mark_safe(segno.make(text, error="m").svg_inline(border=0, omitsize=True))
