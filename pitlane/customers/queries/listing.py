"""The list of customers as the kit draws it: its columns and orders, its conditions in the address, its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.listing import Column, Sort, Spec, capped

from .lists import CustomerFilter, matching

CONDITIONS = ("view", "q", "kind", "source", "tag", "advisor")


def customer_filter(given: Mapping[str, str]) -> CustomerFilter:
    """The conditions that stand in the address."""
    advisor = given.get("advisor", "")
    return CustomerFilter(
        view=given.get("view", ""),
        q=given.get("q", "").strip()[:60],
        kind=given.get("kind", ""),
        source=given.get("source", ""),
        tag=given.get("tag", ""),
        advisor_id=int(advisor) if advisor.isdigit() and len(advisor) < 18 else None,
    )


def count_customers(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many customers a kept view shows."""
    return capped(matching(customer_filter(given), by=by, at=at))


CUSTOMERS = Spec(
    key="customers",
    label=_("客户"),
    url_name="customers:list",
    permission="customers.view",
    columns=(
        Column("plate", _("车牌")),
        Column("name", _("客户")),
        Column("phone", _("电话")),
        Column("vehicle", _("车型")),
        Column("state", _("状态")),
        Column("tags", _("标签")),
        Column("source", _("来源")),
        Column("advisor", _("顾问")),
        Column("completeness", _("完整度"), right=True),
        Column("created", _("建档"), sort="created", extra=True),
        Column("changed", _("最近更新"), sort="changed"),
    ),
    sorts={"changed": Sort("changed_at", _("最近更新")), "created": Sort("created_at", _("建档"))},
    start="-changed",
    filters=CONDITIONS,
    count=count_customers,
)
