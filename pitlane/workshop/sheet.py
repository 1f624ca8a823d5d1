"""An order with its lines, locked for one command, and the one place where its sums are kept.

The order's row is the lock for everything below it; lines are not locked separately because nobody writes a line
without holding its order. Commands that touch several orders lock them by ascending id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.models import EventRow
from pitlane.core.money import Money, total
from pitlane.core.prepared import Prepared
from pitlane.core.rows import one_of, save_changes, watch

from .events import OrderEvent
from .models import OrderPart, RepairOrder, WorkItem
from .states import EDITABLE, ITEM
from .story import told
from .totals import COUNTED, LineAmount, order_totals

LineRow = WorkItem | OrderPart
FINISHED = ("done", "passed")
LOCKED_ORDER: Prepared[RepairOrder] = Prepared(lambda pk: RepairOrder.objects.select_for_update().filter(pk=pk))
ITEMS: Prepared[WorkItem] = Prepared(lambda pk: WorkItem.objects.filter(order_id=pk).exclude(state="removed"))
PARTS: Prepared[OrderPart] = Prepared(lambda pk: OrderPart.objects.filter(order_id=pk, removed=False))


@dataclass(slots=True)
class Sheet:
    """A locked order and its lines in their order; removed lines are kept apart."""

    order: RepairOrder
    items: list[WorkItem] = field(default_factory=list)
    parts: list[OrderPart] = field(default_factory=list)

    @property
    def lines(self) -> list[LineRow]:
        return [*self.items, *self.parts]

    def line(self, key: str) -> LineRow:
        """The line behind a key (``item:5``, ``part:9``)."""
        found = next((line for line in self.lines if key_of(line) == key), None)
        if found is None:
            raise Missing(_("工单上没有这一行"))
        return found

    def item(self, item_id: int) -> WorkItem:
        found = next((item for item in self.items if item.pk == item_id), None)
        if found is None:
            raise Missing(_("工单上没有这个项目"))
        return found

    def approved_items(self) -> list[WorkItem]:
        """Jobs that somebody has to do; fees need no hands."""
        return [item for item in self.items if item.approval == "approved" and item.kind != WorkItem.Kind.FEE]

    def undecided(self) -> list[LineRow]:
        return [line for line in self.lines if line.approval == "proposed"]

    def unfinished(self) -> list[WorkItem]:
        return [item for item in self.approved_items() if item.state not in FINISHED]


def key_of(line: LineRow) -> str:
    return f"{'item' if isinstance(line, WorkItem) else 'part'}:{line.pk}"


def demand_of(part: OrderPart) -> str:
    """The key under which parts knows what this line needs."""
    return f"order_part:{part.pk}"


def needs_stock(part: OrderPart) -> bool:
    """Only parts from our own shelf are reserved and issued."""
    return part.part_id is not None and not part.customer_supplied and not part.removed


def lock_order(order_id: int, *related: str) -> RepairOrder:
    """The order, locked until the command ends; ``related`` rows come along unlocked."""
    if related:
        rows = RepairOrder.objects.select_for_update(of=("self",)).select_related(*related)
        order: RepairOrder | None = one_of(rows.filter(pk=order_id))
    else:
        order = LOCKED_ORDER.one(order_id)
    if order is None:
        raise Missing()
    watch(order)
    return order


def lock_orders(order_ids: Iterable[int]) -> dict[int, RepairOrder]:
    """Several orders, locked by ascending id so that two commands never wait for each other."""
    wanted = sorted(set(order_ids))
    found = {order.pk: order for order in RepairOrder.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(found) != len(wanted):
        raise Missing()
    for order in found.values():
        watch(order)
    return found


def lines_of_order(order: RepairOrder) -> Sheet:
    """The sheet of an order that is locked already."""
    items = sorted(ITEMS(order.pk), key=_place)
    parts = sorted(PARTS(order.pk), key=_place)
    sheet = Sheet(order, items, parts)
    for line in sheet.lines:
        line.order = order
    return sheet


def _place(line: LineRow) -> tuple[int, int]:
    return line.position, line.pk


def lock_sheet(order_id: int, *related: str) -> Sheet:
    """The order with its lines, locked."""
    return lines_of_order(lock_order(order_id, *related))


def order_of_item(item_id: int) -> int:
    """Which order a job belongs to (a job never changes its order)."""
    order_id: int | None = WorkItem.objects.filter(pk=item_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Missing()
    return order_id


def check_version(order: RepairOrder, version: int | None) -> None:
    """Refuse an edit that was made on an older state of the order, naming who was faster and what they did."""
    if version is None or version == order.version:
        return
    last = EventRow.objects.filter(order_id=order.pk).order_by("-seq").first()
    facts = {
        "who": last.actor_name if last else "",
        "when": f"{timezone.localtime(last.at):%H:%M}" if last else "",
        "what": told(last) if last else "",
    }
    text = _("%(who)s 在 %(when)s 改过这张工单（%(what)s），请核对后再保存") % facts
    raise Conflict(text, code="stale", version=order.version, **facts)


def check_editable(order: RepairOrder) -> None:
    """Lines change until the bill is made; afterwards only through 反结算."""
    if order.state not in EDITABLE:
        raise Refused(_("工单已结算或已结束，项目不能再改"), code="not_editable", state=order.state)


def _amounts(lines: Iterable[LineRow]) -> list[LineAmount]:
    return [LineAmount(line.approval, line.list_amount, line.discount, line.amount) for line in lines]


def sublet_cost(sheet: Sheet) -> Money:
    """What outside workshops charge us for the lines that count."""
    return total(item.sublet_cost for item in sheet.items if item.approval in COUNTED)


def recount(sheet: Sheet) -> None:
    """Set the order's sums from its lines; nothing else writes them."""
    sums, order = order_totals(_amounts(sheet.items), _amounts(sheet.parts)), sheet.order
    order.labour_total, order.parts_total = sums.labour, sums.parts
    order.discount_total, order.total, order.pending_total = sums.discount, sums.total, sums.pending


def note_dispatch(sheet: Sheet, at: datetime) -> None:
    """Keep since when every approved job has somebody; a job that nobody has yet takes it away again."""
    order, jobs = sheet.order, sheet.approved_items()
    everybody = bool(jobs) and all(item.state != "pending" for item in jobs)
    order.dispatched_at = (order.dispatched_at or at) if everybody else None


def save_order(order: RepairOrder, at: datetime, *, edited: bool = False) -> None:
    """Write the order; an edit of its content raises the version that other windows hold."""
    order.changed_at = at
    order.version += int(edited)
    save_changes(order)


def tell(kind: type[OrderEvent], order: RepairOrder, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Record an event of this order with the facts that all of them carry."""
    event = kind(
        order_id=order.pk,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        store_id=order.store_id,
        state=order.state,
        **facts,
    )
    record(event, by=by, at=at)


def run_through(item: WorkItem, *verbs: str) -> None:
    """Apply those of the verbs that are still ahead, in order: a job reported done in one go."""
    for verb in verbs:
        if ITEM.may(item.state, verb):
            ITEM.apply(item, verb)
