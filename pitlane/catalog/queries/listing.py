"""The list of operations as the kit draws it: its columns and order, its conditions in the address, its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.listing import Column, Frame, Sort, Spec, capped

from ..models import Trade
from .operations import OperationCard, card, operation_filter

SIZE = 50
RETIRED = "retired"


def matching_operations(given: Mapping[str, str]) -> QuerySet[Any]:
    """The operations of the conditions in an address: those in use, unless the retired ones are asked for."""
    trade = given.get("trade", "")
    return operation_filter(
        given.get("q", "").strip()[:60],
        trade=trade if trade in Trade.values else "",
        category=given.get("category", ""),
        active=given.get("state") != RETIRED,
    )


def operation_page(given: Mapping[str, str], frame: Frame) -> tuple[list[OperationCard], str | None, str]:
    """One page, where the next begins, and how many there are; what was searched for comes best first on one page."""
    rows = matching_operations(given)
    if given.get("q", "").strip():
        return [card(row) for row in rows[:SIZE]], None, capped(rows)
    page, following = keyset(rows, given.get("cursor"), SIZE, (frame.sort_field, "id"), frame.ascending)
    return [card(row) for row in page], following, capped(rows)


def count_listed_operations(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many operations a kept view shows."""
    return capped(matching_operations(given))


OPERATIONS = Spec(
    key="operations",
    label=_("维修项目"),
    url_name="catalog:operations",
    permission="catalog.view",
    columns=(
        Column("code", _("编码"), sort="code"),
        Column("name", _("名称")),
        Column("trade", _("工种")),
        Column("category", _("类别")),
        Column("hours", _("标准工时"), right=True),
        Column("bay", _("工位")),
        Column("class", _("维修类别")),
        Column("steps", _("步骤"), right=True),
        Column("price", _("一口价"), right=True),
        Column("english", _("英文名称"), extra=True),
    ),
    sorts={"code": Sort("code", _("编码"), falling=False)},
    start="code",
    filters=("q", "trade", "category", "state"),
    count=count_listed_operations,
)
