"""What the home pages and the customer's page show of the workshop: cars by stage, what needs me now, orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.states import Label

from .. import policies
from ..models import Finding, RepairOrder
from ..states import ORDER
from .cards import OrderCard, card_of, label_of, stage_of
from .lists import AT_WORK, IN_SHOP, SOON, lateness, open_here, people_of
from .screen import short_time

STAGES: tuple[tuple[str, Text, str, tuple[str, ...]], ...] = (
    ("checking", _("检查报价"), "move", ("checked_in", "inspecting")),
    ("awaiting_approval", _("待客户确认"), "cust", ("awaiting_approval",)),
    ("to_dispatch", _("待派工"), "move", ("dispatch_pending",)),
    ("working", _("施工中"), "move", ("dispatched", "in_progress")),
    ("on_hold", _("已暂停"), "hold", ("on_hold",)),
    ("qc_pending", _("待总检"), "move", ("qc_pending",)),
    ("finished", _("待结算交车"), "done", ("completed", "reopened", "settled", "paid", "on_account")),
)


@dataclass(frozen=True, slots=True)
class StageCount:
    """Cars of one stage: how many, and the next few to be handed over."""

    key: str
    label: Text
    family: str
    count: int
    cards: list[StageCard]
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class StageCard:
    """One car in a stage."""

    card: OrderCard
    customer: str
    late: str
    due: str


@dataclass(frozen=True, slots=True)
class DueToday:
    """A car promised for today or earlier that is still here: who has it and how far it is."""

    card: OrderCard
    customer: str
    late: str
    due: str
    technicians: tuple[str, ...]
    store: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for this person."""

    icon: str
    family: str
    title: str
    text: str
    card: OrderCard
    store: str = ""


def cars_by_stage(by: Actor, at: datetime, shown: int = 3) -> list[StageCount]:
    """How many cars stand in each stage now, and the earliest promises of each (two queries)."""
    inside = open_here(by).filter(state__in=IN_SHOP)
    given_out = Count("pk", filter=Q(state="dispatch_pending", dispatched_at__isnull=False))
    rows = inside.order_by().values_list("state").annotate(n=Count("pk"), given_out=given_out)
    counts = {state: n - given for state, n, given in rows}
    counts["dispatched"] = sum(given for _state, _n, given in rows)
    first: dict[str, list[StageCard]] = defaultdict(list)
    for order in inside.select_related("vehicle", "customer").order_by("promised_at", "pk")[:200]:
        first[stage_of(order)].append(
            StageCard(card_of(order), order.customer.name, lateness(order, at), _due(order, at)[:5])
        )
    return [
        StageCount(
            key=key,
            label=text,
            family=family,
            count=sum(counts.get(state, 0) for state in states),
            cards=[card for state in states for card in first[state]][:shown],
            mixed=len(states) > 1,
        )
        for key, text, family, states in STAGES
    ]


def _due(order: RepairOrder, at: datetime) -> str:
    return short_time(order.promised_at, at) if order.promised_at else ""


def promised_today(by: Actor, at: datetime, limit: int = 12) -> list[DueToday]:
    """Cars that are to be handed over today, and those that should have been before (two queries)."""
    end = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = open_here(by).filter(state__in=IN_SHOP, promised_at__lt=end)
    orders = list(rows.select_related("vehicle", "customer").order_by("promised_at", "pk")[:limit])
    people = people_of([order.pk for order in orders])
    names = accounts.store_names(by, [order.store_id for order in orders])
    return [
        DueToday(
            card_of(o), o.customer.name, lateness(o, at), _due(o, at), people.get(o.pk, ()), names.get(o.store_id, "")
        )
        for o in orders
    ]


def cars_inside(by: Actor, limit: int = 200) -> list[OrderCard]:
    """The orders of all cars that stand in the shop now."""
    rows = open_here(by).filter(state__in=IN_SHOP).select_related("vehicle")
    return [card_of(order) for order in rows.order_by("promised_at", "pk")[:limit]]


def needs_me(by: Actor, at: datetime, limit: int = 6) -> list[Todo]:
    """What needs this person now: late promises first, new findings, unanswered quotes, cars to dispatch or inspect."""
    base, store_id = open_here(by).select_related("vehicle"), by.store_id
    own = (
        base.filter(advisor_id=by.id)
        if by.may("workshop.edit", store_id) and not by.may("workshop.dispatch", store_id)
        else base
    )
    answers_for_time = by.may("workshop.edit", store_id) or by.may("workshop.dispatch", store_id)
    late = own.filter(state__in=AT_WORK, promised_at__lt=at + SOON) if answers_for_time else own.none()
    todos = [
        Todo("clock-exclamation", "bad", _promise(order, at), order.title, card_of(order))
        for order in late.order_by("promised_at")[:limit]
    ]
    if by.may("workshop.edit", store_id):
        todos += _findings(own, limit)
    if by.may("workshop.dispatch", store_id):
        waiting = base.filter(items__state="pending", items__approval="approved").distinct()
        todos += _in_state(waiting, "dispatch_pending", "user-share", str(_("待派工")), limit)
    if by.may("workshop.inspect", store_id):
        todos += _in_state(base, "qc_pending", "shield-check", str(_("待总检")), limit)
    if by.may("billing.pay", store_id):
        todos += _in_state(base, "settled", "cash-register", str(_("待收款")), limit)
    names = accounts.store_names(by, [todo.card.store_id for todo in todos])
    return [replace(todo, store=names.get(todo.card.store_id, "")) for todo in todos[: limit * 2]]


def _promise(order: RepairOrder, at: datetime) -> str:
    """Past the promised time, or close to it."""
    return str(_("已超时") if order.promised_at and order.promised_at < at else _("将超时"))


def _findings(orders: object, limit: int) -> list[Todo]:
    rows = Finding.objects.filter(resolution="open", order__in=orders).select_related("order__vehicle")
    return [
        Todo("alert-hexagon", "bad", str(_("技师发现新问题")), row.text, card_of(row.order))
        for row in rows.order_by("at")[:limit]
    ]


def _in_state(orders: object, state: str, icon: str, title: str, limit: int) -> list[Todo]:
    found = orders.filter(state=state).order_by("promised_at", "pk")[:limit]  # type: ignore[attr-defined]
    return [Todo(icon, ORDER.label(state).family, title, order.title, card_of(order)) for order in found]


def orders_for(
    by: Actor, *, customer_id: int | None = None, vehicle_ids: Iterable[int] = (), limit: int = 12
) -> list[OrderCard]:
    """Orders of a customer or of cars, newest first, in the stores the actor may see."""
    rows = RepairOrder.objects.filter(policies.listed(by)).select_related("vehicle")
    rows = rows.filter(customer_id=customer_id) if customer_id else rows.filter(vehicle_id__in=list(vehicle_ids))
    return [card_of(order) for order in rows.order_by("-opened_at", "-pk")[:limit]]


def badges(order_ids: list[int], by: Actor) -> dict[int, Label]:
    """State pills of orders in the search panel."""
    return {order.pk: label_of(order) for order in RepairOrder.objects.filter(pk__in=order_ids)}


def vehicle_badges(vehicle_ids: Iterable[int]) -> dict[int, Label]:
    """State pill of each car that is in the shop now."""
    rows = RepairOrder.objects.filter(vehicle_id__in=list(vehicle_ids), state__in=IN_SHOP).order_by("opened_at")
    return {order.vehicle_id: label_of(order) for order in rows}


def last_visits(vehicle_ids: Iterable[int]) -> dict[int, datetime]:
    """When each car came last, in any store: days are shared with the car. Visits that came to nothing do not count."""
    visits = RepairOrder.objects.filter(vehicle_id__in=list(vehicle_ids)).exclude(state="cancelled").order_by()
    return dict(visits.values_list("vehicle_id").annotate(Max("opened_at")))


def waiting_count(by: Actor, *states: str) -> int:
    """How many orders of the chosen store stand in these states: the numbers in the rail."""
    rows = open_here(by).filter(state__in=states)
    if states == ("dispatch_pending",):
        rows = rows.filter(dispatched_at=None)
    return int(rows.count())
