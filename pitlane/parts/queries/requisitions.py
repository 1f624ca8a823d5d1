"""Requisitions for orders, for the part page and for the queue of the parts clerk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from pitlane.accounts import queries as accounts
from pitlane.core import search
from pitlane.core.access import Actor, here, visible
from pitlane.core.errors import Missing
from pitlane.core.listing import StoreFilter
from pitlane.core.models import SearchDoc
from pitlane.core.money import ZERO, Money, as_money
from pitlane.core.states import Label

from ..models import Requisition, StockLevel
from ..states import REQUISITION

OF_STORE = "warehouse__store_id"
OPEN = ("backordered", "reserved")


@dataclass(frozen=True, slots=True)
class RequisitionCard:
    """What became of the parts wanted for one line of work."""

    id: int
    ref: str
    demand: str
    order_id: int | None
    warehouse_id: int
    store_id: int
    part_id: int
    part_ref: str
    part_code: str
    part_name: str
    unit: str
    quantity: Decimal
    issued: Decimal
    returned: Decimal
    cost: Money
    state: str
    created_at: datetime
    changed_at: datetime
    asked_at: datetime | None
    asked_by: str

    @property
    def label(self) -> Label:
        return REQUISITION.label(self.state)

    @property
    def used(self) -> Decimal:
        """What stayed with the order."""
        return self.issued - self.returned


def card(row: Requisition) -> RequisitionCard:
    """The read object of a row."""
    return RequisitionCard(
        id=row.pk,
        ref=row.ref,
        demand=row.demand,
        order_id=row.order_id,
        warehouse_id=row.warehouse_id,
        store_id=row.warehouse.store_id,
        part_id=row.part_id,
        part_ref=row.part.ref,
        part_code=row.part.code,
        part_name=row.part.name,
        unit=row.part.unit,
        quantity=row.quantity,
        issued=row.issued,
        returned=row.returned,
        cost=row.cost,
        state=row.state,
        created_at=row.created_at,
        changed_at=row.changed_at,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
    )


def _rows() -> QuerySet[Any]:
    return Requisition.objects.select_related("part", "warehouse")


def requisitions_for(order_id: int) -> dict[str, RequisitionCard]:
    """The parts of an order by the key of their line."""
    return {row.demand: card(row) for row in _rows().filter(order_id=order_id).order_by("pk")}


def requisition_by_demand(demand: str) -> RequisitionCard | None:
    """What became of one line's parts."""
    row = _rows().filter(demand=demand).first()
    return card(row) if row else None


def requisition_rows(by: Actor) -> QuerySet[Any]:
    """Requisitions of the stores the actor may see."""
    return _rows().filter(visible(by, "warehouse__store_id"))


def requisition_by_id(requisition_id: int, by: Actor) -> RequisitionCard:
    """One requisition the actor may see."""
    row = requisition_rows(by).filter(pk=requisition_id).first()
    if row is None:
        raise Missing()
    return card(row)


def open_of_part(part_id: int, by: Actor) -> list[Requisition]:
    """Who waits for a part or has it reserved, the oldest first."""
    rows = requisition_rows(by).filter(part_id=part_id, state__in=OPEN)
    return list(rows.order_by("created_at", "pk")[:100])


def orders_cost(order_ids: Iterable[int]) -> dict[int, Money]:
    """What the parts that stayed with each order cost."""
    rows = Requisition.objects.filter(order_id__in=set(order_ids)).order_by().values_list("order_id")
    return {order_id: as_money(cost) for order_id, cost in rows.annotate(total=Sum("cost"))}


def order_cost(order_id: int) -> Money:
    """What the parts that stayed with the order cost."""
    return orders_cost([order_id]).get(order_id, ZERO)


def open_requisition_count(by: Actor) -> int:
    """Reserved requisitions wait for the clerk's hand; the badge of the rail."""
    return int(Requisition.objects.filter(here(by, OF_STORE), state="reserved").count())


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the clerk's queue: what to hand out, for which car, from which bin."""

    requisition: RequisitionCard
    order_url: str
    order_title: str
    plate: str
    plate_kind: str
    bin: str
    available: Decimal
    store: str = ""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The clerk's queue in one state, with the counts of all states."""

    rows: list[QueueRow]
    counts: dict[str, int]
    more: bool
    stores: StoreFilter | None


VIEWS = {"ready": ("reserved",), "short": ("backordered",), "issued": ("issued", "partly_returned"), "": ()}


def queue(by: Actor, *, view: str = "ready", store: str = "", limit: int = 200) -> QueuePage:
    """The requisitions of the chosen store or stores: what somebody at the bay waits for first, the rest as it came."""
    rows = requisition_rows(by).filter(here(by, OF_STORE), accounts.in_named_stores(by, store, OF_STORE))
    counts = {key: rows.filter(state__in=states).count() for key, states in VIEWS.items() if states}
    newest_first = view == "issued"
    rows = rows.filter(state__in=VIEWS.get(view) or REQUISITION.states)
    waited_for_first = (F("asked_at").asc(nulls_last=True), "created_at", "pk")
    rows = rows.order_by("-changed_at", "-pk") if newest_first else rows.order_by(*waited_for_first)
    found = [card(row) for row in rows[: limit + 1]]
    names = accounts.store_names(by, [entry.store_id for entry in found])
    shown = [replace(row, store=names.get(row.requisition.store_id, "")) for row in _queue_rows(found[:limit])]
    return QueuePage(shown, counts, len(found) > limit, accounts.store_filter(by, store))


def _queue_rows(cards: list[RequisitionCard]) -> list[QueueRow]:
    orders = {entry.order_id for entry in cards if entry.order_id}
    shown = {doc.object_id: doc for doc in SearchDoc.objects.filter(kind="order", object_id__in=orders)}
    keys = Q(part_id__in={entry.part_id for entry in cards}, warehouse_id__in={entry.warehouse_id for entry in cards})
    levels = {(row.warehouse_id, row.part_id): row for row in StockLevel.objects.filter(keys)}
    return [_queue_row(entry, shown.get(entry.order_id or 0), levels) for entry in cards]


def _queue_row(entry: RequisitionCard, order: SearchDoc | None, levels: dict[tuple[int, int], StockLevel]) -> QueueRow:
    level = levels.get((entry.warehouse_id, entry.part_id))
    kind = search.KINDS.get("order")
    return QueueRow(
        requisition=entry,
        order_url=kind.url(entry.order_id) if kind and entry.order_id else "",
        order_title=order.title if order else "",
        plate=order.plate if order else "",
        plate_kind=order.plate_kind if order else "",
        bin=level.bin if level else "",
        available=level.on_hand - level.reserved if level else Decimal(0),
    )
