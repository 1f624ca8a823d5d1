"""What corrections of the stock are worth, and which of them wait for an approval."""

from __future__ import annotations

from decimal import Decimal

from pitlane.accounts.queries import approval_for
from pitlane.core.money import ZERO, Money

from .costing import average_cost, line_value, share_of
from .models import Adjustment, Movement, StockLevel

KIND = "stock"
PERMISSION = "accounts.approve_stock"


def value_of(level: StockLevel, delta: Decimal, unit_cost: Money | None) -> Money:
    """What a correction adds to the stock value: a loss its share, a find the average or what the part last cost."""
    if delta < 0:
        return -share_of(level.value, level.on_hand, -delta)
    cost = unit_cost if unit_cost is not None else average_cost(level.value, level.on_hand) or _last_cost(level)
    return line_value(cost, delta)


def _last_cost(level: StockLevel) -> Money:
    """What the part last cost when it was taken in; nothing is known of a part that never came."""
    receipts = Movement.objects.filter(
        warehouse_id=level.warehouse_id, part_id=level.part_id, kind=Movement.Kind.RECEIPT
    )
    last = receipts.order_by("-pk").first()
    return average_cost(last.value, last.quantity) if last else ZERO


def adjustment_of(warehouse_id: int, part_id: int) -> Adjustment | None:
    """The correction of a part that waits for its answer."""
    newest: Adjustment | None = (
        Adjustment.objects.filter(warehouse_id=warehouse_id, part_id=part_id).order_by("-pk").first()
    )
    if newest is None or newest.movement_id is not None:
        return None
    asked = approval_for(KIND, newest.ref)
    return newest if asked is not None and asked.state == "requested" else None
