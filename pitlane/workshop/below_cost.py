"""What is sold for less than it costs the house: parts, free lines and outside work, each package as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pitlane.core.money import ZERO, Money
from pitlane.parts import queries as stock

from .drafting import quantity_of
from .models import OrderPart, WorkItem
from .payers import house_share, on_the_house
from .sheet import LineRow, Sheet, demand_of, key_of, needs_stock

KIND = "below_cost"
PERMISSION = "accounts.approve_below_cost"


def shortfall(sheet: Sheet, goods: Mapping[str, stock.RequisitionCard]) -> Money:
    """By how much the lines that will be billed stay below cost; what the house bears by order is no sale."""
    if on_the_house(sheet.order.order_type, sheet.order.comeback_of_id is not None):
        return ZERO
    lines = [line for line in sheet.lines if line.approval == "approved" and not house_share(line.payers)]
    shelf = {line.part_id for line in lines if isinstance(line, OrderPart) and needs_stock(line) and not line.fitted}
    expected = stock.expected_costs([part for part in shelf if part], sheet.order.store_id) if shelf else {}
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.package_code or key_of(line)] += line.amount.fen - _cost(line, goods, expected).fen
    return Money(-sum(left for left in sums.values() if left < 0))


def _cost(line: LineRow, goods: Mapping[str, stock.RequisitionCard], expected: Mapping[int, Money]) -> Money:
    if isinstance(line, WorkItem):
        return line.sublet_cost
    card = goods.get(demand_of(line))
    if line.fitted or card is None or not line.part_id:
        return card.cost if card else ZERO
    return expected.get(line.part_id, ZERO) * quantity_of(line)
