"""What leaves the system about orders: one line each, with the sums, of the stores that the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import stores_here
from pitlane.core.access import Actor
from pitlane.core.exports import days_of
from pitlane.core.money import Money
from pitlane.customers import queries as customers

from ..models import RepairOrder
from .cards import label_of
from .listing import order_filter
from .lists import narrowed

CHUNK = 500


def as_shown(stored: dict[str, Any], by: Actor) -> dict[str, Any]:
    """The conditions of the list as its reader saw them: the stores of the switcher, and whose orders 我负责的 are.

    The file is made later and by the worker, for whom both would be others.
    """
    if "list" not in stored or "shown" in stored:
        return stored
    here = stores_here(by)
    conditions = {name: value for name, value in stored["list"].items() if name != "store" or by.store_id is None}
    shown: dict[str, Any] = {"shown": None if here is None else sorted(here.values_list("pk", flat=True))}
    if conditions.get("view") == "mine":
        conditions["view"], shown["advisor_id"] = "in_shop", by.id if by.kind == "staff" else 0
    return {**stored, **shown, "list": conditions}


def _orders(stored: dict[str, Any], by: Actor, at: datetime) -> QuerySet[RepairOrder]:
    rows: QuerySet[RepairOrder] = RepairOrder.objects.order_by("pk")
    if "list" in stored:
        rows = narrowed(rows, order_filter(stored["list"]), by=by, at=at)
    for stores in (stored.get("stores"), stored.get("shown")):
        if stores is not None:
            rows = rows.filter(store_id__in=stores)
    if stored.get("advisor_id") is not None:
        rows = rows.filter(advisor_id=stored["advisor_id"])
    if stored.get("own_id") is not None:
        rows = rows.filter(advisor_id=stored["own_id"])
    days = days_of(stored)
    if days.get("since"):
        rows = rows.filter(opened_at__date__gte=days["since"])
    if days.get("until"):
        rows = rows.filter(opened_at__date__lte=days["until"])
    return rows


def count_exported_orders(stored: dict[str, Any], by: Actor, at: datetime) -> int:
    """How many orders leave."""
    return _orders(stored, by, at).count()


def order_header() -> list[str]:
    """Column heads of the file."""
    return [
        *(_("工单号"), _("门店"), _("进厂时间"), _("状态"), _("类型"), _("车牌"), _("车型"), _("客户姓名"), _("电话")),
        *(
            _("里程"),
            _("项目"),
            _("服务顾问"),
            _("工时费"),
            _("配件费"),
            _("优惠"),
            _("合计"),
            _("结算时间"),
            _("交车时间"),
        ),
    ]


def order_rows(stored: dict[str, Any], with_phones: bool, by: Actor, at: datetime) -> Iterator[list[Any]]:
    """One line per order; money that an old program did not tell stays empty."""
    last, rows = 0, _orders(stored, by, at).select_related("store", "vehicle", "advisor")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        people = customers.named_phones({order.customer_id for order in chunk}, whole=with_phones)
        yield from (_cells(order, *people.get(order.customer_id, ("", ""))) for order in chunk)


def _cells(order: RepairOrder, name: str, phones: str) -> list[Any]:
    return [
        *(order.number, order.store.name, _moment(order.opened_at), str(label_of(order).text)),
        *(order.get_order_type_display(), order.vehicle.plate, order.vehicle.title, name, phones),
        *(order.odometer, order.title, order.advisor.name if order.advisor else ""),
        *_sums(order),
        *(_moment(order.settled_at), _moment(order.delivered_at)),
    ]


def _sums(order: RepairOrder) -> list[Any]:
    sums: list[Money] = [order.labour_total, order.parts_total, order.discount_total, order.total]
    return [""] * len(sums) if order.unpriced else [amount.yuan for amount in sums]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
