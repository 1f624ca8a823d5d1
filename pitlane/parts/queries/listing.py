"""The list of parts as the kit draws it: its columns and orders, its conditions in the address, its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.listing import Column, Sort, Spec, capped

from .parts import part_filter

VIEWS = ("", "low", "stocked", "inactive")
CONDITIONS = ("view", "q", "category", "grade", "store")


def part_conditions(given: Mapping[str, str]) -> dict[str, str]:
    """The conditions that stand in the address, as the list takes them."""
    view = given.get("view", "")
    return {
        "text": given.get("q", ""),
        "view": view if view in VIEWS else "",
        "category": given.get("category", ""),
        "grade": given.get("grade", ""),
        "store": given.get("store", ""),
    }


def count_parts(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many parts a kept view shows."""
    return capped(part_filter(by, **part_conditions(given)))


PARTS = Spec(
    key="parts",
    label=_("配件"),
    url_name="parts:list",
    permission="parts.view",
    columns=(
        Column("code", _("编码"), sort="code"),
        Column("name", _("名称")),
        Column("oem", _("OE 号")),
        Column("brand", _("品牌")),
        Column("grade", _("品质")),
        Column("category", _("类别")),
        Column("bin", _("库位")),
        Column("available", _("可用"), right=True),
        Column("on_hand", _("在库"), right=True),
        Column("reserved", _("锁定"), right=True),
        Column("min_stock", _("安全库存"), right=True),
        Column("barcode", _("条码"), extra=True),
        Column("fits", _("适配车型"), extra=True),
        Column("price", _("售价"), right=True),
    ),
    sorts={"code": Sort("code", _("编码"), falling=False)},
    start="code",
    filters=CONDITIONS,
    count=count_parts,
)
