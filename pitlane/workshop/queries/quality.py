"""Figures of quality (质量统计): first pass, causes, people, come-backs and what was changed because of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.states import Label

from .. import policies
from ..causes import SIDES
from ..models import Assignment, CorrectiveAction, QualityCheck, RepairOrder
from ..states import ACTION
from .causes import Causes, causes
from .past import FixRate, first_time_fix

FAILED = ("failed", "rechecked")
MOST_ACTIONS = 100


@dataclass(frozen=True, slots=True)
class CauseRow:
    """How often work failed for one reason; ``running`` is the share of this row and those above it (Pareto)."""

    name: str
    side: Text
    count: int
    share: Decimal
    running: Decimal


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One technician: jobs finished, and how many inspections failed on their account."""

    name: str
    jobs: int
    failures: int
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class ComebackRow:
    """Come-backs by side, with what they cost the house."""

    side: Text
    count: int
    cost: Money


@dataclass(frozen=True, slots=True)
class ActionCard:
    """A corrective action as lists show it."""

    id: int
    ref: str
    order_ref: str
    short_number: str
    plate: str
    plate_kind: str
    cause: str
    text: str
    owner: str
    due_on: date
    overdue: bool
    label: Label
    open: bool
    effect: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The quality of a store in a period."""

    first_day: date
    last_day: date
    inspected: int
    passed_first: int
    peer_failures: int
    fix: FixRate
    causes: list[CauseRow]
    people: list[PersonRow]
    comebacks: list[ComebackRow]
    actions: list[ActionCard]
    sees_cost: bool

    @property
    def first_pass(self) -> Decimal | None:
        """一次总检合格率 in percent."""
        return share(self.passed_first, self.inspected)


def share(part: int, whole: int) -> Decimal | None:
    """A percentage with one decimal; nothing of nothing is no figure."""
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1")) if whole else None


def quality_report(store_id: int, first_day: date, last_day: date, *, by: Actor, at: datetime) -> QualityReport:
    """Everything about quality of a store between two days, both included, in nine queries."""
    since, until = _moment(first_day), _moment(last_day + timedelta(days=1))
    checks = QualityCheck.objects.filter(order__store_id=store_id, at__gte=since, at__lt=until)
    finals = checks.filter(qc_level="final").aggregate(
        orders=Count("order", distinct=True), failed=Count("order", filter=Q(state__in=FAILED), distinct=True)
    )
    known = causes()
    sees_cost = policies.can_see_cost(by, store_id)
    return QualityReport(
        first_day=first_day,
        last_day=last_day,
        inspected=finals["orders"],
        passed_first=finals["orders"] - finals["failed"],
        peer_failures=checks.filter(qc_level="peer", state__in=FAILED).count(),
        fix=first_time_fix(store_id, first_day, last_day),
        causes=_pareto(checks, known),
        people=_people(store_id, checks, since, until),
        comebacks=_comebacks(store_id, since, until, known),
        actions=open_actions(store_id, by=by, at=at),
        sees_cost=sees_cost,
    )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _pareto(checks: QuerySet[QualityCheck], known: Causes) -> list[CauseRow]:
    counted = Counter(dict(checks.filter(state__in=FAILED).values_list("cause").annotate(n=Count("pk"))))
    whole, running, rows = sum(counted.values()), 0, []
    for code, count in counted.most_common():
        running += count
        rows.append(
            CauseRow(
                known.name(code) or str(SIDES[""]),
                known.side_name(code),
                count,
                share(count, whole) or Decimal(0),
                share(running, whole) or Decimal(0),
            )
        )
    return rows


def _people(store_id: int, checks: QuerySet[QualityCheck], since: datetime, until: datetime) -> list[PersonRow]:
    done = Assignment.objects.filter(
        item__order__store_id=store_id, item__order__completed_at__gte=since, item__order__completed_at__lt=until
    )
    jobs = dict(done.values_list("technician__name").annotate(n=Count("item", distinct=True)))
    blamed = checks.filter(state__in=FAILED, responsible__isnull=False)
    failures = dict(blamed.values_list("responsible__name").annotate(n=Count("pk")))
    rows = [
        PersonRow(name, jobs.get(name, 0), failures.get(name, 0), share(failures.get(name, 0), jobs.get(name, 0)))
        for name in {**jobs, **failures}
    ]
    return sorted(rows, key=lambda row: (-row.failures, -row.jobs, row.name))


def _comebacks(store_id: int, since: datetime, until: datetime, known: Causes) -> list[ComebackRow]:
    back = RepairOrder.objects.filter(
        store_id=store_id, comeback_of__isnull=False, opened_at__gte=since, opened_at__lt=until
    ).exclude(state="cancelled")
    counts: dict[str, int] = defaultdict(int)
    costs: dict[str, int] = defaultdict(int)
    for code, count, cost in back.values_list("comeback_cause").annotate(n=Count("pk"), cost=Sum("cost_total")):
        counts[known.side(code)] += count
        costs[known.side(code)] += cost.fen if isinstance(cost, Money) else cost or 0
    return [ComebackRow(text, counts[side], Money(costs[side])) for side, text in SIDES.items() if counts[side]]


def open_actions(store_id: int, *, by: Actor, at: datetime) -> list[ActionCard]:
    """What is being changed in a store, the earliest date first; what ended lately below."""
    rows = CorrectiveAction.objects.filter(store_id=store_id).select_related("order__vehicle", "owner")
    ordered = rows.order_by(F("ended_at").desc(nulls_first=True), "due_on", "pk")[:MOST_ACTIONS]
    return _cards(list(ordered), by, at)


def actions_of(order_id: int, *, by: Actor, at: datetime) -> list[ActionCard]:
    """The corrective actions that an order led to."""
    rows = CorrectiveAction.objects.filter(order_id=order_id).select_related("order__vehicle", "owner")
    return _cards(list(rows.order_by("pk")), by, at)


def _cards(rows: list[CorrectiveAction], by: Actor, at: datetime) -> list[ActionCard]:
    today, known = timezone.localdate(at), causes() if rows else Causes({}, {})
    return [_card(row, known, today, by) for row in rows]


def _card(row: CorrectiveAction, known: Causes, today: date, by: Actor) -> ActionCard:
    is_open = row.state == ACTION.start
    return ActionCard(
        id=row.pk,
        ref=row.ref,
        order_ref=public_id(RepairOrder.id_prefix, row.order_id),
        short_number=row.order.short_number,
        plate=row.order.vehicle.plate,
        plate_kind=row.order.vehicle.plate_kind,
        cause=known.name(row.cause),
        text=row.text,
        owner=row.owner.name,
        due_on=row.due_on,
        overdue=is_open and row.due_on < today,
        label=ACTION.label(row.state),
        open=is_open,
        effect=row.effect,
        may_end=is_open and (row.owner_id == by.id or policies.can_improve(by, row.store_id)),
    )
