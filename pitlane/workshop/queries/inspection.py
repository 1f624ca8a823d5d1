"""What waits for inspection, the form of the final inspection, and the printed job sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.errors import Missing

from .. import policies
from ..clocking import workers_of
from ..models import Assignment, QualityCheck, RepairOrder, WorkItem
from .cards import LineCard, OrderCard, card_of, crew_of, line_cards, load_order, sheet_of
from .jobs import StepView, step_view
from .lists import lateness, open_here


@dataclass(frozen=True, slots=True)
class PeerCard:
    """Work that waits for a colleague's eye."""

    item_id: int
    ref: str
    name: str
    card: OrderCard
    technicians: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class QualityRow:
    """An order that waits for the final inspection."""

    card: OrderCard
    items: int
    technicians: tuple[str, ...]
    finished_at: datetime | None
    failed_before: bool
    late: str
    own: bool
    store: str = ""


@dataclass(frozen=True, slots=True)
class QualityQueue:
    """What waits for inspection."""

    rows: list[QualityRow]
    peers: list[PeerCard]


def quality_queue(*, by: Actor, at: datetime) -> QualityQueue:
    """Orders for the final inspection and jobs for a peer check in the chosen store, the earliest promise first."""
    failed = QualityCheck.objects.filter(order=OuterRef("pk"), qc_level="final", state="failed")
    orders = list(
        open_here(by)
        .filter(state="qc_pending")
        .select_related("vehicle")
        .annotate(failed_before=Exists(failed))
        .order_by("promised_at", "pk")
    )
    waiting = list(
        WorkItem.objects.filter(state="self_checked", order__in=open_here(by).filter(state="in_progress").values("pk"))
        .select_related("order__vehicle")
        .order_by("order__promised_at", "pk")
    )
    crew = crew_of({order.pk for order in orders} | {item.order_id for item in waiting})
    jobs = defaultdict(list)
    for pk, order_id in (
        WorkItem.objects.filter(order__in=orders, approval="approved")
        .exclude(state="removed")
        .values_list("pk", "order_id")
    ):
        jobs[order_id].append(pk)
    names = accounts.store_names(by, [order.store_id for order in orders])
    rows = [_quality_row(order, jobs[order.pk], crew, by, at) for order in orders]
    return QualityQueue(
        rows=[replace(row, store=names.get(row.card.store_id, "")) for row in rows],
        peers=[
            PeerCard(
                item.pk,
                item.ref,
                item.name,
                card_of(item.order),
                crew.names.get(item.pk, ()),
                by.id in crew.ids.get(item.pk, ()),
            )
            for item in waiting
        ],
    )


def _quality_row(order: Any, item_ids: list[int], crew: Any, by: Actor, at: datetime) -> QualityRow:
    names = dict.fromkeys(name for pk in item_ids for name in crew.names.get(pk, ()))
    return QualityRow(
        card=card_of(order),
        items=len(item_ids),
        technicians=tuple(names),
        finished_at=order.finished_at,
        failed_before=order.failed_before,
        late=lateness(order, at),
        own=any(by.id in crew.ids.get(pk, ()) for pk in item_ids),
    )


@dataclass(frozen=True, slots=True)
class InspectScreen:
    """The form of the final inspection."""

    card: OrderCard
    items: list[LineCard]
    standards: list[tuple[str, str]]
    steps: list[tuple[str, list[StepView]]]
    people: list[tuple[int, str]]
    own: bool
    concern: str


def inspect_screen(order_id: int, *, by: Actor, at: datetime) -> InspectScreen:
    """What was done, what was measured, what the standard asks for."""
    order = load_order(order_id, by)
    sheet = sheet_of(order)
    lines = [
        line for line in line_cards(sheet) if not line.is_part and line.approval == "approved" and line.kind != "fee"
    ]
    jobs = (
        WorkItem.objects.filter(order=order, approval="approved").exclude(state="removed").select_related("operation")
    )
    people = Assignment.objects.filter(item__order=order).values_list("technician_id", "technician__name").distinct()
    return InspectScreen(
        card=card_of(order),
        items=lines,
        standards=[(job.name, job.operation.standard) for job in jobs if job.operation and job.operation.standard],
        steps=[
            (job.name, taken)
            for job in jobs
            if (taken := [step_view(i, raw, None) for i, raw in enumerate(job.steps) if raw.get("values")])
        ],
        people=list(people),
        own=by.id in workers_of(order.pk),
        concern=order.concern,
    )


@dataclass(frozen=True, slots=True)
class JobSheet:
    """The printed job sheet (施工单)."""

    card: OrderCard
    order: RepairOrder
    store: str
    lines: list[LineCard]
    steps: dict[str, list[StepView]]


@dataclass(frozen=True, slots=True)
class OrderLabel:
    """What hangs on the key: whose car it is by plate and order, and where the key belongs."""

    card: OrderCard
    key_place: str


def order_labels(order_ids: Sequence[int], *, by: Actor) -> list[OrderLabel]:
    """The labels of some orders in the order of their numbers; all must be for this actor."""
    rows = RepairOrder.objects.filter(pk__in=order_ids).select_related("vehicle").order_by("opened_at", "pk")
    found = [row for row in rows if policies.can_view(by, row)]
    if not found or len(found) < len(set(order_ids)):
        raise Missing()
    return [OrderLabel(card_of(row), row.key_place) for row in found]


def job_sheet(order_id: int, *, by: Actor) -> JobSheet:
    """What the technician gets on paper: approved jobs with their steps, and the parts."""
    order = load_order(order_id, by, "store", "advisor", "customer")
    sheet = sheet_of(order)
    lines = [line for line in line_cards(sheet) if line.approval in ("approved", "proposed")]
    steps = {f"item:{item.pk}": [step_view(i, raw, None) for i, raw in enumerate(item.steps)] for item in sheet.items}
    return JobSheet(card_of(order), order, order.store.name, lines, steps)
