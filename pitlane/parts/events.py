"""What happens to parts and stock. Payloads carry ids, the part's name and quantities; money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pitlane.core.events import Event

from .costing import plain


@dataclass(frozen=True)
class StartingPartsLoaded(Event):
    icon = "package"
    parts: int

    def sentence(self) -> str:
        return _("已载入初始配件 %(count)s 种") % {"count": self.parts}


@dataclass(frozen=True)
class PartChanged(Event):
    icon = "package"
    part_id: int
    code: str
    part_name: str
    created: bool
    price_fen: int
    former_price_fen: int | None

    def sentence(self) -> str:
        text = _("新增配件「%(name)s」") if self.created else _("修改配件「%(name)s」")
        return text % {"name": self.part_name}


@dataclass(frozen=True)
class SubstituteChanged(Event):
    icon = "link"
    part_id: int
    other_id: int
    removed: bool

    def sentence(self) -> str:
        return _("已取消通用件关系") if self.removed else _("已登记通用件")


@dataclass(frozen=True)
class WarehouseOpened(Event):
    icon = "building-warehouse"
    store_id: int
    warehouse_id: int
    name: str

    def sentence(self) -> str:
        return _("已开设仓库「%(name)s」") % {"name": self.name}


@dataclass(frozen=True)
class StockReceived(Event):
    """One delivery: its lines are in the ledger."""

    icon = "package-import"
    family = "move"
    store_id: int
    warehouse_id: int
    supplier: str
    document: str
    lines: int
    value_fen: int

    def sentence(self) -> str:
        return _("入库 %(lines)s 种配件") % {"lines": self.lines}


@dataclass(frozen=True)
class StockAdjusted(Event):
    icon = "adjustments"
    family = "hold"
    store_id: int
    warehouse_id: int
    part_id: int
    part_name: str
    quantity: Decimal
    reason: str
    approval_id: int | None = None

    def sentence(self) -> str:
        return _("库存调整：%(name)s %(quantity)s") % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class RequisitionEvent(Event):
    """Base of what happens to one requisition; never recorded itself."""

    icon = "package"
    store_id: int
    warehouse_id: int
    order_id: int | None
    requisition_id: int
    demand: str
    part_id: int
    part_name: str
    quantity: Decimal


@dataclass(frozen=True)
class StockReserved(RequisitionEvent):
    """Parts lie ready for the order; ``from_backorder`` when they had been missing until now."""

    family = "move"
    from_backorder: bool

    def sentence(self) -> str:
        text = (
            _("到货并已锁定：%(name)s × %(quantity)s")
            if self.from_backorder
            else _("已锁定配件：%(name)s × %(quantity)s")
        )
        return text % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class PartsWanted(RequisitionEvent):
    """Somebody at the bay waits for these parts."""

    icon = "package-export"
    family = "hold"

    def sentence(self) -> str:
        return _("要料：%(name)s × %(quantity)s") % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class PartsShort(RequisitionEvent):
    """The order waits for this part."""

    icon = "package-off"
    family = "hold"

    def sentence(self) -> str:
        return _("缺件：%(name)s × %(quantity)s") % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class StockReleased(RequisitionEvent):
    """The requisition was cancelled or changed; what it held is free again."""

    def sentence(self) -> str:
        return _("取消领料：%(name)s × %(quantity)s") % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class StockIssued(RequisitionEvent):
    """Handed out; ``followed`` when whoever asked for it keeps the order in step by itself."""

    icon = "package-export"
    family = "move"
    cost_fen: int
    followed: bool = False

    def sentence(self) -> str:
        return _("领料出库：%(name)s × %(quantity)s") % _facts(self.part_name, self.quantity)


@dataclass(frozen=True)
class StockReturned(RequisitionEvent):
    """Brought back; ``followed`` as in ``StockIssued``."""

    icon = "package-import"
    cost_fen: int
    reason: str
    followed: bool = False

    def sentence(self) -> str:
        return _("退料入库：%(name)s × %(quantity)s") % _facts(self.part_name, self.quantity)


def _facts(name: str, quantity: Decimal | str) -> dict[str, str]:
    """Read back from a stored event, a quantity is text."""
    return {"name": name, "quantity": plain(Decimal(quantity))}
