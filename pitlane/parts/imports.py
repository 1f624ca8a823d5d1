"""Parts and opening stock of a former program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.imports import cells
from pitlane.core.imports.profiles import Field, Found, Issue, Obstacles, Profile, Target, Unit, register
from pitlane.core.imports.rows import Row
from pitlane.core.imports.sorting import Sorter
from pitlane.core.money import ZERO, Money

from . import commands, queries
from .models import Part

GRADES = {
    "oem": ("原厂", "原厂件", "正厂", "oe"),  # zh-data
    "branded": ("品牌", "品牌件"),  # zh-data
    "aftermarket": ("副厂", "副厂件"),  # zh-data
    "reman": ("再制造", "再制造件", "翻新"),  # zh-data
    "used": ("拆车", "拆车件", "二手"),  # zh-data
}
LONGEST = {"oem_no": 40, "brand": 30, "category": 30, "unit": 8, "barcode": 40}
LARGEST = Decimal(100_000)
MOST_BINS = 1000
OPENING = _("期初库存")


def _code(row: Row) -> str:
    return row.get("code").upper()[:40]


def read_parts(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    """One part a row, known by its code."""
    for row in rows:
        code = _code(row)
        if not code or not row.get("name"):
            yield Issue(row, "rejected", "unnamed", _("编码和名称都要有"))
        elif not sorter.first(code):
            yield Issue(row, "rejected", "twice", _("文件里前面已有这个编码"))
        else:
            yield Unit(f"part:{code}", (row,), _part(row, code))
            if _no_amount(row, "price"):
                yield Issue(row, "doubtful", "price", _("没有可用的价格，按 0 元导入"))


def _no_amount(row: Row, key: str) -> bool:
    amount = cells.money(row.get(key))
    return amount is None or amount.fen < 0


def _amount(row: Row, key: str) -> Money:
    return ZERO if _no_amount(row, key) else cells.money(row.get(key)) or ZERO


def _part(row: Row, code: str) -> dict[str, Any]:
    facts: dict[str, Any] = {key: row.get(key)[:most] for key, most in LONGEST.items() if row.get(key)}
    facts |= {"code": code, "name": row.get("name")[:60], "price": _amount(row, "price")}
    facts["grade"] = cells.choice(row.get("grade"), GRADES, Part.Grade.BRANDED.value)
    least = cells.number(row.get("min_stock"))
    facts["min_stock"] = least if least is not None and 0 <= least <= LARGEST else Decimal(0)
    return facts | {"fits": cells.words(row.get("fits"))}


@command
def apply_parts(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Write a chunk of parts; a code that is known already keeps the shop's own data."""
    known = queries.parts_by_code([unit.facts["code"] for unit in units])
    made = {}
    for unit in units:
        card = known.get(unit.facts["code"])
        made[unit.key] = card.id if card else commands.save_part(**unit.facts, by=by, at=at).pk
    return made


def read_stock(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    """What lies in the store on the first day; rows of one part (several bins) belong together."""
    pile = sorter.pile()
    for row in rows:
        quantity = cells.number(row.get("quantity"))
        if not _code(row):
            yield Issue(row, "rejected", "unnamed", _("没有配件编码"))
        elif quantity is None or not 0 < quantity <= LARGEST:
            text = _("数量「%(text)s」不能入库") % {"text": row.get("quantity")[:30]}
            yield Issue(row, "rejected", "quantity", text)
        else:
            if _no_amount(row, "unit_cost"):
                yield Issue(row, "doubtful", "cost", _("没有可用的进价，按 0 元入库"))
            pile.add(_code(row), row=row)
    for before, entries in pile.groups(MOST_BINS):
        if before:
            text = _("一种配件最多 %(most)d 行库存，多出的没有导入") % {"most": MOST_BINS}
            yield from (Issue(entry.row, "rejected", "too_many", text) for entry in entries)
        else:
            yield _stock([entry.row for entry in entries], target)


def _stock(rows: list[Row], target: Target) -> Unit:
    code = _code(rows[0])
    lines = [
        {
            "quantity": cells.number(row.get("quantity")),
            "unit_cost": _amount(row, "unit_cost"),
            "bin": row.get("bin")[:20],
        }
        for row in rows
    ]
    return Unit(f"stock:{target.store_id}:{code}", tuple(rows), {"code": code, "lines": lines})


def check_stock(units: Sequence[Unit], target: Target) -> Obstacles:
    """Stock needs its part, and a place to lie."""
    if not queries.has_warehouse(target.store_id):
        return {unit.key: ("no_warehouse", _("门店还没有仓库，请先开设")) for unit in units}
    known = queries.parts_by_code([unit.facts["code"] for unit in units])
    return {unit.key: ("part_unknown", _unknown(unit)) for unit in units if unit.facts["code"] not in known}


def _unknown(unit: Unit) -> str:
    return _("没有编码为 %(code)s 的配件，请先导入配件") % {"code": unit.facts["code"]}


@command
def apply_stock(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Receive a chunk of opening stock; each part of a store is opened once."""
    warehouse = queries.main_warehouse(target.store_id)
    known = queries.parts_by_code([unit.facts["code"] for unit in units])
    lines, made = [], {}
    for unit in units:
        card = known.get(unit.facts["code"])
        if card is None:
            raise Refused(_unknown(unit), code="part_unknown", field="code")
        lines += [commands.ReceiptLine(part_id=card.id, **line) for line in unit.facts["lines"]]
        made[unit.key] = card.id
    commands.receive(warehouse_id=warehouse.pk, lines=lines, supplier=str(OPENING), by=by, at=at)
    return made


CODE = Field("code", _("编码"), ("配件编码", "编号", "零件号", "part_no"), required=True)  # zh-data
PARTS = Profile(
    key="parts",
    label=_("配件"),
    fields=(
        CODE,
        Field("name", _("名称"), ("配件名称", "品名", "part_name"), required=True),  # zh-data
        Field("price", _("价格"), ("售价", "销售价", "单价")),  # zh-data
        Field("oem_no", _("原厂编号"), ("OE号", "OEM", "原厂号")),  # zh-data
        Field("brand", _("品牌"), ("厂家", "生产厂家")),  # zh-data
        Field("grade", _("品质"), ("品质等级", "等级")),  # zh-data
        Field("category", _("类别"), ("分类", "配件类别")),  # zh-data
        Field("unit", _("单位"), ("计量单位",)),  # zh-data
        Field("barcode", _("条码"), ("条形码",)),  # zh-data
        Field("fits", _("适用车型"), ("车型", "适用"), help=_("多个车型用逗号或顿号分开")),  # zh-data
        Field("min_stock", _("安全库存"), ("最低库存", "库存下限")),  # zh-data
    ),
    read=read_parts,
    apply=apply_parts,
    permission="parts.edit",
    noun=_("配件"),
)
STOCK = Profile(
    key="stock",
    label=_("期初库存"),
    fields=(
        CODE,
        Field("quantity", _("数量"), ("库存", "库存数量", "结存"), required=True),  # zh-data
        Field("unit_cost", _("进价"), ("成本", "成本价", "单价")),  # zh-data
        Field("bin", _("货位"), ("库位", "仓位")),  # zh-data
    ),
    read=read_stock,
    check=check_stock,
    apply=apply_stock,
    permission="parts.receive",
    noun=_("配件"),
)
register(PARTS, STOCK)
