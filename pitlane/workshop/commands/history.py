"""Closed orders of an old program, brought in with their lines so that a car has a past from the first day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from pitlane.accounts import queries as accounts
from pitlane.core import search
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.money import ZERO, Money
from pitlane.customers import queries as customers

from .. import policies
from ..drafting import reprice
from ..events import OrderImported
from ..finding_aid import entry_for
from ..models import OrderPart, RepairOrder, WorkItem
from ..numbering import block_of_numbers
from ..sheet import LineRow, Sheet, recount, tell

BATCH = 2000


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line as the old program knew it: often no more than a name. ``amount`` None is unknown, which is not free."""

    kind: str
    name: str
    amount: Money | None = ZERO
    quantity: Decimal = Decimal(1)
    unit: str = ""
    code: str = ""
    hours: Decimal | None = None
    operation_id: int | None = None
    part_id: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryOrder:
    """A visit of the past."""

    customer_id: int
    vehicle_id: int
    opened_at: datetime
    lines: Sequence[HistoryLine] = ()
    odometer: int | None = None
    title: str = ""
    concern: str = ""
    order_type: str = "repair"
    advisor_id: int | None = None
    closed_at: datetime | None = None


@command
def add_history(*, store_id: int, orders: Sequence[HistoryOrder], by: Actor, at: datetime) -> list[int]:
    """Bring in closed orders, in bulk; answers their ids in order. They take numbers of their own day."""
    require(policies.can_open(by, store_id), "workshop.open")
    code = accounts.store_code(store_id)
    numbers = block_of_numbers(store_id, code, [timezone.localdate(order.opened_at) for order in orders])
    rows = [_order(by.org_id, store_id, past, number, at) for past, number in zip(orders, numbers, strict=True)]
    sheets = [_sheet(row, past) for row, past in zip(rows, orders, strict=True)]
    for sheet in sheets:
        recount(sheet)
    RepairOrder.objects.bulk_create(rows, batch_size=BATCH)
    WorkItem.objects.bulk_create([item for sheet in sheets for item in sheet.items], batch_size=BATCH)
    OrderPart.objects.bulk_create([part for sheet in sheets for part in sheet.parts], batch_size=BATCH)
    cars = customers.vehicle_cards({order.vehicle_id for order in rows})
    search.index_new([entry_for(row, cars[row.vehicle_id]) for row in rows])
    for row in rows:
        facts = {"number": row.number, "title": row.title, "total_fen": None if row.unpriced else row.total.fen}
        tell(OrderImported, row, **facts, by=by, at=row.opened_at)
    return [row.pk for row in rows]


def _order(org_id: int, store_id: int, past: HistoryOrder, number: tuple[str, str], at: datetime) -> RepairOrder:
    day, end = past.opened_at, past.closed_at or past.opened_at
    return RepairOrder(
        org_id=org_id,
        store_id=store_id,
        short_number=number[0],
        number=number[1],
        customer_id=past.customer_id,
        vehicle_id=past.vehicle_id,
        advisor_id=past.advisor_id,
        order_type=past.order_type,
        title=(past.title or " + ".join(line.name for line in past.lines[:2]))[:80],
        concern=past.concern[:500],
        odometer=past.odometer,
        state="closed",
        source="import",
        opened_at=day,
        approved_at=day,
        completed_at=end,
        settled_at=end,
        paid_at=end,
        delivered_at=end,
        closed_at=end,
        changed_at=at,
    )


def _sheet(order: RepairOrder, past: HistoryOrder) -> Sheet:
    sheet = Sheet(order)
    for position, line in enumerate(past.lines, 1):
        row: LineRow = _labour(order, line) if line.kind == "labour" else _part(order, line)
        row.position, row.payers, row.decided_at = position, {"customer": "1"}, order.opened_at
        row.unpriced = line.amount is None
        order.unpriced = order.unpriced or row.unpriced
        reprice(row)
        (sheet.items if isinstance(row, WorkItem) else sheet.parts).append(row)  # type: ignore[arg-type]
    return sheet


def _labour(order: RepairOrder, line: HistoryLine) -> WorkItem:
    return WorkItem(
        org_id=order.org_id,
        order=order,
        operation_id=line.operation_id,
        name=line.name[:80],
        hours=line.hours or Decimal(0),
        flat=True,
        unit_price=line.amount or ZERO,
        state="passed",
        approval="approved",
    )


def _part(order: RepairOrder, line: HistoryLine) -> OrderPart:
    """The amount is kept as it was, also where it does not divide by the quantity."""
    amount = line.amount or ZERO
    whole = line.quantity > 0 and amount.fen % line.quantity == 0
    return OrderPart(
        org_id=order.org_id,
        order=order,
        part_id=line.part_id,
        name=line.name[:80],
        code=line.code[:40],
        quantity=line.quantity if whole else Decimal(1),
        **({"unit": line.unit[:8]} if line.unit else {}),
        unit_price=Money(int(amount.fen / line.quantity)) if whole else amount,
        approval="approved",
        fitted=True,
    )
