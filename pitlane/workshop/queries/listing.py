"""The list of orders as the kit draws it: its columns and orders, its conditions in the address, its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id
from pitlane.core.listing import Column, Sort, Spec, capped

from ..models import OrderType
from .lists import OrderFilter, matching

CONDITIONS = ("view", "q", "type", "days", "advisor", "technician", "state", "customer", "vehicle", "store")


def _ref(prefix: str, text: str | None) -> int | None:
    try:
        return parse_id(prefix, text) if text else None
    except Missing:
        return None


def order_filter(given: Mapping[str, str], by_column: str = "opened_at", ascending: bool = False) -> OrderFilter:
    """The conditions that stand in the address; what is not understood is left out."""
    days = given.get("days", "")
    return OrderFilter(
        view=given.get("view") or "all",
        q=given.get("q", "")[:60],
        order_type=given.get("type", "") if given.get("type") in OrderType.values else "",
        advisor_id=_ref("stf", given.get("advisor")),
        technician_id=_ref("stf", given.get("technician")),
        state=given.get("state", ""),
        days=int(days) if days.isdecimal() and len(days) < 6 else None,
        customer_id=_ref("cus", given.get("customer")),
        vehicle_id=_ref("veh", given.get("vehicle")),
        store=given.get("store", ""),
        cursor=given.get("cursor") or None,
        by_column=by_column,
        ascending=ascending,
    )


def count_orders(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many orders a kept view shows."""
    return capped(matching(order_filter(given), by=by, at=at))


ORDERS = Spec(
    key="orders",
    label=_("维修工单"),
    url_name="workshop:list",
    permission="workshop.view",
    columns=(
        Column("number", _("单号")),
        Column("plate", _("车牌")),
        Column("store", _("门店"), extra=True),
        Column("customer", _("客户")),
        Column("vehicle", _("车型")),
        Column("type", _("类型")),
        Column("title", _("项目")),
        Column("state", _("状态")),
        Column("promised", _("承诺交车")),
        Column("technicians", _("技师")),
        Column("advisor", _("顾问"), extra=True),
        Column("odometer", _("里程"), right=True, extra=True),
        Column("total", _("金额"), right=True, sort="total"),
        Column("opened", _("接车"), sort="opened"),
    ),
    sorts={"opened": Sort("opened_at", _("接车")), "total": Sort("total", _("金额"))},
    start="-opened",
    filters=CONDITIONS,
    count=count_orders,
)
