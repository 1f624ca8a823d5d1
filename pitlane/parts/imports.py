"""Parts and opening stock of a former program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.imports import cells
from pitlane.core.imports.profiles import Field, Issue, Profile, Reading, Row, Target, Unit, register
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
OPENING = _("期初库存")


def _reject(reading: Reading, row: Row, code: str, message: object) -> None:
    reading.issues.append(Issue(row, "rejected", code, str(message)))


def _code(row: Row) -> str:
    return row.get("code").upper()[:40]


def read_parts(rows: Iterable[Row], target: Target) -> Reading:
    """One part a row, known by its code."""
    reading, seen = Reading(), set[str]()
    for row in rows:
        reading.rows += 1
        code = _code(row)
        if not code or not row.get("name"):
            _reject(reading, row, "unnamed", _("编码和名称都要有"))
        elif code in seen:
            _reject(reading, row, "twice", _("文件里前面已有这个编码"))
        else:
            seen.add(code)
            reading.units.append(Unit(f"part:{code}", (row,), _part(row, code, reading)))
    return reading


def _part(row: Row, code: str, reading: Reading) -> dict[str, Any]:
    price = cells.money(row.get("price"))
    if price is None or price.fen < 0:
        reading.issues.append(Issue(row, "doubtful", "price", _("没有可用的价格，按 0 元导入")))
        price = ZERO
    facts: dict[str, Any] = {key: row.get(key)[:most] for key, most in LONGEST.items() if row.get(key)}
    facts |= {"code": code, "name": row.get("name")[:60], "price": price}
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


def read_stock(rows: Iterable[Row], target: Target) -> Reading:
    """What lies in the store on the first day; rows of one part (several bins) belong together."""
    reading = Reading()
    groups: dict[str, list[tuple[Row, dict[str, Any]]]] = defaultdict(list)
    for row in rows:
        reading.rows += 1
        line = _stock_line(row, reading)
        if line is not None:
            groups[_code(row)].append((row, line))
    for code, members in groups.items():
        lines = [line for _row, line in members]
        key = f"stock:{target.store_id}:{code}"
        reading.units.append(Unit(key, tuple(row for row, _line in members), {"code": code, "lines": lines}))
    return reading


def _stock_line(row: Row, reading: Reading) -> dict[str, Any] | None:
    quantity = cells.number(row.get("quantity"))
    if not _code(row):
        _reject(reading, row, "unnamed", _("没有配件编码"))
    elif quantity is None or not 0 < quantity <= LARGEST:
        _reject(reading, row, "quantity", _("数量「%(text)s」不能入库") % {"text": row.get("quantity")[:30]})
    else:
        return {"quantity": quantity, "unit_cost": _cost(row, reading), "bin": row.get("bin")[:20]}
    return None


def _cost(row: Row, reading: Reading) -> Money:
    cost = cells.money(row.get("unit_cost"))
    if cost is None or cost.fen < 0:
        reading.issues.append(Issue(row, "doubtful", "cost", _("没有可用的进价，按 0 元入库")))
        return ZERO
    return cost


@command
def apply_stock(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Receive a chunk of opening stock; each part of a store is opened once."""
    warehouse = queries.main_warehouse(target.store_id)
    known = queries.parts_by_code([unit.facts["code"] for unit in units])
    lines, made = [], {}
    for unit in units:
        card = known.get(unit.facts["code"])
        if card is None:
            message = _("没有编码为 %(code)s 的配件，请先导入配件") % {"code": unit.facts["code"]}
            raise Refused(message, code="part_unknown", field="code")
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
    apply=apply_stock,
    permission="parts.receive",
    noun=_("配件"),
)
register(PARTS, STOCK)
