"""The list of bills: views by whose move it is, filters from the address, sums over the filter, paged by key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.money import Money, as_money
from pitlane.core.states import Family

from ..models import Settlement
from ..states import OWING
from .settlements import SettlementCard, settlement_card

VIEWS: dict[str, tuple[Text, tuple[str, ...], Family]] = {
    "due": (_("待付款"), OWING, "cust"),
    "partial": (_("部分已付"), ("partial",), "hold"),
    "on_account": (_("挂账"), ("on_account",), "hold"),
    "today": (_("今日"), (), "idle"),
    "all": (_("全部"), (), "idle"),
}
PERIODS: dict[str, Text] = {
    "": _("不限"),
    "today": _("今天"),
    "week": _("最近 7 天"),
    "month": _("最近 30 天"),
    "year": _("最近一年"),
}
DAYS = {"today": 0, "week": 6, "month": 29, "year": 364}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the address of the list says. ``period`` None means: what suits the view."""

    view: str = "due"
    text: str = ""
    payer_kind: str = ""
    period: str | None = None
    customer_id: int | None = None
    store: str = ""
    cursor: str | None = None
    limit: int = 30
    by_column: str = "settled_at"
    ascending: bool = False

    @property
    def span(self) -> str:
        """Everything ever settled is too much to look at: the view of all shows a month unless told otherwise."""
        if self.period is not None:
            return self.period
        return {"all": "month", "today": "today"}.get(self.view, "")


@dataclass(frozen=True, slots=True)
class View:
    """One saved view with what waits in it."""

    key: str
    label: Text
    family: Family
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class SettlementList:
    """One page of bills and the sums of everything that matches."""

    rows: list[SettlementCard]
    next: str | None
    views: list[View]
    count: int
    total: Money
    paid: Money
    due: Money
    filter: ListFilter


def day_start(day: date) -> datetime:
    """Midnight in the shop."""
    return timezone.make_aware(datetime.combine(day, time.min))


def since(period: str, at: datetime) -> datetime | None:
    """Where a named period begins."""
    if period not in DAYS:
        return None
    return day_start(timezone.localtime(at).date() - timedelta(days=DAYS[period]))


def _mine(by: Actor) -> Q:
    return here(by, own_field="customer__advisor_id")


def matching_bills(chosen: ListFilter, by: Actor, at: datetime) -> QuerySet[Settlement]:
    """The bills of a filter, unordered: the same for the list and for counts."""
    rows: QuerySet[Settlement] = Settlement.objects.filter(_mine(by))
    states = VIEWS.get(chosen.view, VIEWS["all"])[1]
    if states:
        rows = rows.filter(state__in=states)
    if chosen.store:
        rows = rows.filter(accounts.in_named_stores(by, chosen.store))
    if chosen.payer_kind:
        rows = rows.filter(payer_kind=chosen.payer_kind)
    if chosen.customer_id:
        rows = rows.filter(payer_id=chosen.customer_id)
    if start := since(chosen.span, at):
        rows = rows.filter(settled_at__gte=start)
    return rows.filter(_matches(chosen.text)) if chosen.text.strip() else rows


def _matches(text: str) -> Q:
    """A number, a plate or a payer, as far as it was typed."""
    plain = text.strip()
    plate = plain.replace("·", "").replace(" ", "").upper()
    return (
        Q(short_number__istartswith=plain)
        | Q(number__iexact=plain)
        | Q(order_number__iendswith=plain)
        | Q(payer_name__contains=plain)
        | Q(vehicle__plate__contains=plate)
    )


def settlement_list(chosen: ListFilter, by: Actor, at: datetime) -> SettlementList:
    """The list in four queries, and one for the names of stores, however long it is."""
    found = matching_bills(chosen, by, at)
    owed = F("total") - F("paid")
    waiting = ~Q(state="reversed")
    sums: dict[str, Any] = found.aggregate(
        rows=Count("pk"), billed=Sum("total"), got=Sum("paid"), due=Sum(owed, filter=waiting)
    )
    rows, following = keyset(found, chosen.cursor, chosen.limit, (chosen.by_column, "id"), chosen.ascending)
    names = accounts.store_names(by, [bill.store_id for bill in rows])
    return SettlementList(
        rows=[replace(settlement_card(bill), store=names.get(bill.store_id, "")) for bill in rows],
        next=following,
        views=_views(chosen, by, at),
        count=sums["rows"],
        total=as_money(sums["billed"]),
        paid=as_money(sums["got"]),
        due=as_money(sums["due"]),
        filter=chosen,
    )


def _views(chosen: ListFilter, by: Actor, at: datetime) -> list[View]:
    mine = Settlement.objects.filter(_mine(by))
    waiting = mine.filter(state__in=(*OWING, "on_account")).values_list("state").annotate(n=Count("pk")).order_by()
    counts = dict(waiting)
    today = mine.filter(settled_at__gte=since("today", at)).count()
    numbers = {key: sum(counts.get(s, 0) for s in states) for key, (_l, states, _f) in VIEWS.items() if states}
    numbers["today"] = today
    return [
        View(key, label, family, numbers.get(key), key == chosen.view) for key, (label, _s, family) in VIEWS.items()
    ]


def waiting_count(by: Actor) -> int:
    """Bills that wait for money in the chosen store, for the badge of the rail."""
    return Settlement.objects.filter(_mine(by), state__in=OWING).count()
