"""The list of orders: saved views with counts, filters, one page by key."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core import access
from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.listing import tally
from pitlane.core.models import SearchKey
from pitlane.core.money import Money, total
from pitlane.core.search import find, normal
from pitlane.core.states import Label

from .. import policies
from ..models import Assignment, RepairOrder
from ..states import ORDER, OVER
from .cards import OrderCard, card_of, label_of

SOON = timedelta(hours=1)
MOST = 500
FEW_HITS = 10_000
IN_SHOP = tuple(state for state in ORDER.states if state not in OVER)
AT_WORK = ("checked_in", "inspecting", "awaiting_approval", "dispatch_pending", "in_progress", "on_hold", "qc_pending")


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the list is asked for; everything stands in the address."""

    view: str = "all"
    q: str = ""
    order_type: str = ""
    advisor_id: int | None = None
    technician_id: int | None = None
    state: str = ""
    days: int | None = None
    customer_id: int | None = None
    vehicle_id: int | None = None
    store: str = ""
    cursor: str | None = None
    limit: int = 30
    by_column: str = "opened_at"
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the list."""

    id: int
    ref: str
    short_number: str
    number: str
    plate: str
    plate_kind: str
    customer: str
    vehicle: str
    type_label: str
    title: str
    state: str
    label: Label
    promised_at: datetime | None
    late: str
    technicians: tuple[str, ...]
    advisor: str
    odometer: int | None
    total: Money
    unpriced: bool
    opened_at: datetime
    store: str


@dataclass(frozen=True, slots=True)
class ViewCount:
    """A saved view with how many orders are in it; None where counting would read everything."""

    key: str
    label: Text
    count: int | None
    family: str = ""


@dataclass(frozen=True, slots=True)
class OrderList:
    """One page of the list. ``sum`` is that of the whole filter, or of the page where the filter is too long."""

    rows: list[OrderRow]
    next: str | None
    views: list[ViewCount]
    sum: Money
    whole: bool
    count: str
    opened_today: int
    due_today: int
    in_shop: int
    filter: OrderFilter = field(default_factory=OrderFilter)


def views_of(by: Actor, at: datetime) -> dict[str, tuple[Text, Q | None, str]]:
    """The saved views: label, condition, colour of the count."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=1)
    here = Q(state__in=IN_SHOP, closed_at=None)
    return {
        "all": (_("全部"), None, ""),
        "in_shop": (_("在厂"), here, ""),
        "mine": (_("我负责的"), here & Q(advisor_id=by.id if by.kind == "staff" else 0), ""),
        "due_today": (_("今天应交"), here & Q(promised_at__gte=start, promised_at__lt=end), ""),
        "late": (_("将超时"), here & Q(state__in=AT_WORK, promised_at__lt=at + SOON), "bad"),
        "parts": (_("待件"), here & Q(state="on_hold", hold_reason="parts"), "hold"),
        "customer": (
            _("待客户确认"),
            here & (Q(state__in=AT_WORK, pending_total__gt=0) | Q(state="awaiting_approval")),
            "cust",
        ),
        "unpaid": (_("已交未结"), Q(delivered_at__isnull=False, settled_at__isnull=False, paid_at=None), ""),
    }


def order_list(wanted: OrderFilter, *, by: Actor, at: datetime) -> OrderList:
    """The page of the list that the filter asks for; six queries whatever its length."""
    base, views = here(by), views_of(by, at)
    found = _filtered(base, wanted, views, by, at)
    rows, cursor = keyset(
        found.select_related("vehicle", "customer", "advisor", "store"),
        wanted.cursor,
        wanted.limit,
        (wanted.by_column, "id"),
        wanted.ascending,
    )
    all_of_it = tally(found, "total")
    counts = _counts(base, views, at)
    people = people_of([row.pk for row in rows])
    return OrderList(
        rows=[_row(row, people.get(row.pk, ()), at) for row in rows],
        next=cursor,
        views=[ViewCount(key, label, counts.get(key), family) for key, (label, _q, family) in views.items()],
        sum=total(row.total for row in rows) if all_of_it.sum is None else all_of_it.sum,
        whole=not all_of_it.many,
        count=all_of_it.count,
        opened_today=counts["opened_today"],
        due_today=counts["due_today"],
        in_shop=counts["in_shop"],
        filter=wanted,
    )


def here(by: Actor) -> Any:
    """The orders that this person may see: of the chosen store or region, or of all of theirs."""
    return RepairOrder.objects.filter(policies.listed(by), access.here(by))


def open_here(by: Actor) -> Any:
    """Those that are not closed: few, however many years lie behind, and found by an index of their own."""
    return here(by).filter(closed_at=None)


def matching(wanted: OrderFilter, *, by: Actor, at: datetime) -> Any:
    """The orders of a filter, unordered: the same for the list, for counts and for "select all"."""
    return _filtered(here(by), wanted, views_of(by, at), by, at)


def narrowed(rows: Any, wanted: OrderFilter, *, by: Actor, at: datetime) -> Any:
    """Those of some orders that a filter lets through, for a file that is made later than the list was looked at."""
    return _filtered(rows, wanted, views_of(by, at), by, at)


def chosen_orders(wanted: OrderFilter, *, by: Actor, at: datetime) -> list[int]:
    """The ids behind "select all", one more than a bulk action takes so that too many are noticed."""
    return list(matching(wanted, by=by, at=at).order_by("-opened_at", "-id").values_list("pk", flat=True)[: MOST + 1])


def order_page(wanted: OrderFilter, *, by: Actor, at: datetime) -> tuple[list[OrderCard], str | None]:
    """One page of orders without the counts, for programs."""
    rows, cursor = keyset(
        _filtered(here(by), wanted, views_of(by, at), by, at).select_related("vehicle"),
        wanted.cursor,
        wanted.limit,
        ("opened_at", "id"),
    )
    return [card_of(row) for row in rows], cursor


def _filtered(base: Any, wanted: OrderFilter, views: dict[str, Any], by: Actor, at: datetime) -> Any:
    condition = views.get(wanted.view, views["all"])[1]
    rows = base.filter(condition) if condition is not None else base
    exact = {
        "order_type": wanted.order_type,
        "advisor_id": wanted.advisor_id,
        "customer_id": wanted.customer_id,
        "vehicle_id": wanted.vehicle_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value}).filter(in_stage(wanted.state))
    rows = rows.filter(accounts.in_named_stores(by, wanted.store))
    if wanted.days:
        rows = rows.filter(opened_at__gte=at - timedelta(days=wanted.days))
    if wanted.technician_id:
        mine = RepairOrder.objects.filter(
            items__assignments__technician_id=wanted.technician_id, items__assignments__released_at=None
        )
        rows = rows.filter(pk__in=mine.values("pk"))
    return _searched(rows, wanted, by) if wanted.q.strip() else rows


def in_stage(state: str) -> Q:
    """The condition of a state, or of a lane of the home page, which may hold several or half of one."""
    given_out = Q(state="dispatch_pending", dispatched_at__isnull=False)
    lanes = {
        "checking": Q(state__in=("checked_in", "inspecting")),
        "to_dispatch": Q(state="dispatch_pending", dispatched_at=None),
        "dispatched": given_out,
        "working": Q(state="in_progress") | given_out,
        "finished": Q(state__in=("completed", "reopened", "settled", "paid", "on_account")),
    }
    return lanes.get(state, Q(state=state)) if state else Q()


def _searched(rows: Any, wanted: OrderFilter, by: Actor) -> Any:
    """By number, plate or customer through the search keys; by words of the title only inside a small view.

    Few hits are looked up one by one. Many are met soon by whoever walks from the newest order on, and looking all of
    them up would take longer.
    """
    plain = normal(wanted.q)
    keys = SearchKey.objects.filter(kind="order", key__gte=plain, key__lt=plain + "\U0010ffff")
    people = [doc.object_id for doc in find(wanted.q, by=by, kinds=["customer"], limit=60)["customer"]]
    numbered, theirs = keys.values("doc__object_id"), Q(customer_id__in=people)
    if wanted.view != "all" or wanted.days:
        return rows.filter(Q(pk__in=numbered) | theirs | Q(title__icontains=wanted.q.strip()))
    if keys.values("pk")[: FEW_HITS + 1].count() > FEW_HITS:
        return rows.filter(Q(pk__in=numbered) | theirs)
    return rows.filter(pk__in=numbered.union(RepairOrder.objects.filter(theirs).values("pk")))


def _counts(base: Any, views: dict[str, Any], at: datetime) -> dict[str, int]:
    """Counts of the open orders in one pass; delivered ones are counted through their own small index."""
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    small = {key: Count("pk", filter=q) for key, (_l, q, _f) in views.items() if q is not None and key != "unpaid"}
    counts: dict[str, int] = base.filter(state__in=IN_SHOP, closed_at=None).aggregate(**small)
    counts["unpaid"] = base.filter(views["unpaid"][1]).count()
    counts["opened_today"] = base.filter(opened_at__gte=start).count()
    return counts


def people_of(order_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Technicians of each order of the page."""
    rows = Assignment.objects.filter(item__order_id__in=order_ids, released_at=None).order_by("pk")
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for order_id, name in rows.values_list("item__order_id", "technician__name"):
        found[order_id][name] = None
    return {order_id: tuple(names) for order_id, names in found.items()}


def lateness(order: RepairOrder, at: datetime) -> str:
    """``late`` when the promise is broken, ``soon`` when it will be within the hour."""
    if order.promised_at is None or order.state not in AT_WORK:
        return ""
    return "late" if order.promised_at < at else "soon" if order.promised_at < at + SOON else ""


def _row(order: RepairOrder, technicians: tuple[str, ...], at: datetime) -> OrderRow:
    return OrderRow(
        id=order.pk,
        ref=order.ref,
        short_number=order.short_number,
        number=order.number,
        plate=order.vehicle.plate,
        plate_kind=order.vehicle.plate_kind,
        customer=order.customer.name,
        vehicle=order.vehicle.title,
        type_label=order.get_order_type_display(),
        title=order.title,
        state=order.state,
        label=label_of(order),
        promised_at=order.promised_at,
        late=lateness(order, at),
        technicians=technicians,
        advisor=order.advisor.name if order.advisor else "",
        odometer=order.odometer,
        total=order.total,
        unpriced=order.unpriced,
        opened_at=order.opened_at,
        store=order.store.name,
    )
