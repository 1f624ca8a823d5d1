"""The lists of bills and of payments as the kit draws them: columns, orders, conditions in the address, counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.listing import Column, Sort, Spec, capped

from .listing import ListFilter, matching_bills
from .payments import PaymentFilter, matching_payments


def bill_filter(given: Mapping[str, str], by_column: str = "settled_at", ascending: bool = False) -> ListFilter:
    """The conditions that stand in the address of the bills."""
    return ListFilter(
        view=given.get("view", "due"),
        text=given.get("q", "")[:40],
        payer_kind=given.get("payer", ""),
        period=given.get("period"),
        store=given.get("store", ""),
        cursor=given.get("cursor"),
        by_column=by_column,
        ascending=ascending,
    )


def payment_filter(given: Mapping[str, str], by_column: str = "received_at", ascending: bool = False) -> PaymentFilter:
    """The conditions that stand in the address of the cash book."""
    return PaymentFilter(
        view=given.get("view", "all"),
        text=given.get("q", "")[:40],
        method=given.get("method", ""),
        period=given.get("period", "today"),
        store=given.get("store", ""),
        cursor=given.get("cursor"),
        by_column=by_column,
        ascending=ascending,
    )


def count_bills(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many bills a kept view shows."""
    return capped(matching_bills(bill_filter(given), by, at))


def count_payments(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many movements a kept view shows."""
    return capped(matching_payments(payment_filter(given), by, at))


BILLS = Spec(
    key="bills",
    label=_("结算"),
    url_name="billing:list",
    permission="billing.view",
    columns=(
        Column("number", _("结算单")),
        Column("plate", _("车牌")),
        Column("store", _("门店"), extra=True),
        Column("payer", _("付款方")),
        Column("order", _("工单")),
        Column("state", _("状态")),
        Column("total", _("应收"), right=True, sort="total"),
        Column("paid", _("已收"), right=True),
        Column("due", _("待收"), right=True),
        Column("settled", _("结算"), sort="settled"),
    ),
    sorts={"settled": Sort("settled_at", _("结算")), "total": Sort("total", _("应收"))},
    start="-settled",
    filters=("view", "q", "payer", "period", "store"),
    count=count_bills,
)
PAYMENTS = Spec(
    key="payments",
    label=_("收款流水"),
    url_name="billing:payments",
    permission="billing.view",
    columns=(
        Column("number", _("流水号")),
        Column("plate", _("车牌")),
        Column("store", _("门店"), extra=True),
        Column("customer", _("客户")),
        Column("bill", _("结算单")),
        Column("kind", _("类型")),
        Column("method", _("方式")),
        Column("amount", _("金额"), right=True, sort="amount"),
        Column("by", _("经手人")),
        Column("at", _("时间"), sort="at"),
        Column("more", _("操作")),
    ),
    sorts={"at": Sort("received_at", _("时间")), "amount": Sort("amount", _("金额"))},
    start="-at",
    filters=("view", "q", "method", "period", "store"),
    count=count_payments,
)
