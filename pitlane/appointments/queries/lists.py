"""The list of appointments: views with counts, filters in the address, one page by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core import access
from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.listing import Column, Sort, Spec, capped
from pitlane.core.search import find

from ..models import Source
from ..states import EXPECTED
from .cards import AppointmentCard, cards_of, listed, with_facts

PAGE = 30
FOUND = 60
CONDITIONS = ("view", "q", "day", "source", "state", "store")


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """What the list is narrowed to; lives in the address."""

    view: str = ""
    q: str = ""
    day: date | None = None
    source: str = ""
    state: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A view with the number of its appointments."""

    key: str
    label: Text
    count: int | None
    family: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentList:
    """One page of the list and what stands around it."""

    rows: list[AppointmentCard]
    next: str | None
    count: str
    views: list[View] = field(default_factory=list)


def appointment_filter(given: Mapping[str, str]) -> AppointmentFilter:
    """The conditions that stand in the address."""
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = None
    return AppointmentFilter(
        view=given.get("view", ""),
        q=given.get("q", "").strip()[:60],
        day=day,
        source=given.get("source", ""),
        state=given.get("state", ""),
        store=given.get("store", ""),
    )


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments between which a day lies."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return start, start + timedelta(days=1)


def views_of(at: datetime) -> dict[str, tuple[Text, Q, str]]:
    """The built-in views: label, condition, colour of the count."""
    start, end = bounds(timezone.localdate(at))
    coming = Q(state__in=EXPECTED, starts_at__gte=at)
    return {
        "": (_("今天"), Q(starts_at__gte=start, starts_at__lt=end) & ~Q(state="waitlisted"), ""),
        "coming": (_("之后"), coming & Q(starts_at__gte=end), ""),
        "late": (_("迟到"), Q(state__in=EXPECTED, starts_at__lt=at - timedelta(minutes=5)), "bad"),
        "open": (_("待确认"), Q(state="requested"), "cust"),
        "waiting": (_("候补"), Q(state="waitlisted"), "hold"),
        "missed": (_("爽约"), Q(state="no_show"), ""),
        "all": (_("全部"), Q(), ""),
    }


def matching(wanted: AppointmentFilter, *, by: Actor, at: datetime) -> QuerySet[Any]:
    """The appointments of a filter in the chosen store or stores, unordered."""
    rows = _here(by).filter(accounts.in_named_stores(by, wanted.store))
    views = views_of(at)
    rows = rows.filter(views.get(wanted.view, views[""])[1] if not wanted.day else Q())
    if wanted.day:
        start, end = bounds(wanted.day)
        rows = rows.filter(starts_at__gte=start, starts_at__lt=end)
    for name in ("source", "state"):
        value = getattr(wanted, name)
        rows = rows.filter(**{name: value}) if value else rows
    if wanted.q:
        found = find(wanted.q, by=by, kinds=["vehicle", "customer"], limit=FOUND)
        cars = [doc.object_id for doc in found["vehicle"]]
        people = [doc.object_id for doc in found["customer"]]
        rows = rows.filter(Q(vehicle_id__in=cars) | Q(customer_id__in=people))
    return rows


def _here(by: Actor) -> QuerySet[Any]:
    return listed(by).filter(access.here(by))


def appointment_list(
    wanted: AppointmentFilter,
    *,
    by: Actor,
    at: datetime,
    cursor: str | None = None,
    by_column: str = "starts_at",
    ascending: bool = True,
    limit: int = PAGE,
) -> AppointmentList:
    """The page that the filter asks for; the same number of queries whatever its length."""
    found = matching(wanted, by=by, at=at)
    rows, following = keyset(with_facts(found), cursor, limit, (by_column, "id"), ascending)
    names, views = accounts.store_names(by, [row.store_id for row in rows]), views_of(at)
    counted = {key: Count("pk", filter=condition) for key, (_label, condition, _f) in views.items() if condition}
    counts = _here(by).aggregate(**{f"n_{key or 'today'}": count for key, count in counted.items()})
    return AppointmentList(
        rows=[replace(card, store=names.get(card.store_id, "")) for card in cards_of(rows, at)],
        next=following,
        count=capped(found),
        views=[
            View(key, label, counts.get(f"n_{key or 'today'}"), family)
            for key, (label, _condition, family) in views.items()
        ],
    )


def count_appointments(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many appointments a kept view shows."""
    return capped(matching(appointment_filter(given), by=by, at=at))


def waiting_here(by: Actor, at: datetime, limit: int = 20) -> list[AppointmentCard]:
    """Who waits for a time in this store: those whom it prefers, then the longest wait first."""
    rows = _here(by).filter(state="waitlisted").order_by("-priority", "made_at", "pk")
    return cards_of(with_facts(rows)[:limit], at)


def to_answer(by: Actor) -> int:
    """For the rail: requests that nobody has answered."""
    return _here(by).filter(state="requested").count()


APPOINTMENTS = Spec(
    key="appointments",
    label=_("预约"),
    url_name="appointments:list",
    permission="appointments.view",
    columns=(
        Column("time", _("时间"), sort="time"),
        Column("plate", _("车辆")),
        Column("store", _("门店"), extra=True),
        Column("customer", _("客户")),
        Column("phone", _("电话")),
        Column("services", _("项目")),
        Column("bay", _("工位")),
        Column("technician", _("技师")),
        Column("state", _("状态")),
        Column("risk", _("爽约风险"), right=True),
        Column("price", _("预计金额"), right=True, extra=True),
        Column("source", _("来源"), extra=True),
        Column("advisor", _("顾问"), extra=True),
        Column("made", _("登记"), sort="made", extra=True),
    ),
    sorts={"time": Sort("starts_at", _("时间"), falling=False), "made": Sort("made_at", _("登记"))},
    start="time",
    filters=CONDITIONS,
    count=count_appointments,
)
SOURCES = Source.choices
