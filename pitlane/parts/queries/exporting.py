"""What leaves the system about parts: the catalogue with the stock of the stores that the person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from pitlane.core.access import Actor

from ..models import Part, StockLevel

CHUNK = 500


def count_exported_parts(stored: dict[str, Any], by: Actor, at: datetime) -> int:
    """How many parts leave."""
    return Part.objects.count()


def stock_header() -> list[str]:
    """Column heads: those by which the imports of parts and of stock know them again."""
    return [
        *(_("编码"), _("名称"), _("价格"), _("原厂编号"), _("品牌"), _("品质"), _("类别"), _("单位"), _("条码")),
        *(_("适用车型"), _("安全库存"), _("门店"), _("仓库"), _("货位"), _("在库"), _("锁定"), _("可用")),
    ]


def stock_rows(stored: dict[str, Any], with_phones: bool, by: Actor, at: datetime) -> Iterator[list[Any]]:
    """One line for a part in each warehouse, or one without stock. What a part cost stays in the house."""
    stores, last = stored.get("stores"), 0
    seen = Q() if stores is None else Q(warehouse__store_id__in=stores)
    while chunk := list(Part.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        levels: dict[int, list[StockLevel]] = defaultdict(list)
        found = StockLevel.objects.filter(seen, part__in=chunk).select_related("warehouse__store")
        for level in found.order_by("warehouse_id"):
            levels[level.part_id].append(level)
        for part in chunk:
            facts = _part_cells(part)
            yield from ([*facts, *_stock_cells(level)] for level in levels.get(part.pk, [None]))


def _part_cells(part: Part) -> list[Any]:
    return [
        *(part.code, part.name, part.price.yuan, part.oem_no, part.brand, str(Part.Grade(part.grade).label)),
        *(part.category, part.unit, part.barcode, "、".join(part.fits), part.min_stock),
    ]


def _stock_cells(level: StockLevel | None) -> list[Any]:
    if level is None:
        return ["", "", "", 0, 0, 0]
    free = level.on_hand - level.reserved
    return [level.warehouse.store.name, level.warehouse.name, level.bin, level.on_hand, level.reserved, free]
