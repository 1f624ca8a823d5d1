"""Corrections of the stock that wait: for the person who decides and for the next one who counts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import approvals_for
from pitlane.core.access import Actor, visible
from pitlane.core.approvals import Matter
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id

from ..adjusting import KIND
from ..costing import average_cost, plain, signed
from ..models import Adjustment, StockLevel


def adjustment_matter(subject: str, by: Actor) -> Matter:
    """Which part, where, how many of how many, and at which cost, as the stock is now."""
    rows = Adjustment.objects.filter(visible(by, "warehouse__store_id"), pk=parse_id(Adjustment.id_prefix, subject))
    kept = rows.select_related("part", "warehouse__store").first()
    if kept is None:
        raise Missing()
    level = StockLevel.objects.filter(warehouse_id=kept.warehouse_id, part_id=kept.part_id).first()
    facts: list[tuple[Any, Any]] = [
        (_("配件"), f"{kept.part.code} {kept.part.name}"),
        (_("仓库"), f"{kept.warehouse.store.name} {kept.warehouse.name}"),
        (_("调整数量"), f"{signed(kept.quantity)} {kept.part.unit}"),
    ]
    if level is not None and kept.movement_id is None:
        average = average_cost(level.value, level.on_hand)
        facts += [
            (_("现在在库"), f"{plain(level.on_hand)} {kept.part.unit}"),
            (_("调整后"), f"{plain(level.on_hand + kept.quantity)} {kept.part.unit}"),
            (_("移动平均成本"), average),
        ]
    url = reverse("parts:detail", args=[kept.part.ref]) if by.may("parts.view") else ""
    return Matter(url, tuple(facts))


def waiting_adjustments(part_id: int, by: Actor) -> list[Any]:
    """The requests about a part that nobody has answered yet."""
    rows = Adjustment.objects.filter(visible(by, "warehouse__store_id"), part_id=part_id, movement=None)
    newest = list(rows.order_by("-pk")[:20])
    return [one for one in approvals_for(KIND, [kept.ref for kept in newest]) if one.state == "requested"]
