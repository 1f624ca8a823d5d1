"""Lists: a domain declares columns, orders and filters of a list once; the kit draws head, choice and saved views.

A list offers only orders that an index supports, so that paging by key stays right and quick at any length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from .access import Actor
from .errors import Text
from .money import Money, as_money

LONGEST = 120
MOST_COUNTED = 1000
MOST_SUMMED = 5000
ORDER, SAVED = "sort", "saved"
STORE = "store"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``sort`` names the order that a click on its head asks for; ``extra`` ones show when chosen."""

    key: str
    label: Text
    right: bool = False
    sort: str = ""
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one indexed column that is never empty; ``falling`` is what the first click gives."""

    field: str
    label: Text
    falling: bool = True


@dataclass(frozen=True, slots=True)
class StoreFilter:
    """The condition 门店 of a list: all of a few stores to choose from, a text to type when there are many."""

    value: str
    options: list[tuple[str, Text]]

    @property
    def typed(self) -> bool:
        return not self.options


Count = Callable[[Mapping[str, str], Actor, datetime], str]


@dataclass(frozen=True, slots=True)
class Spec:
    """One list: its page, who may see it, what it shows, how it is narrowed and counted."""

    key: str
    label: Text
    url_name: str
    permission: str
    columns: tuple[Column, ...]
    sorts: dict[str, Sort]
    start: str
    filters: tuple[str, ...]
    count: Count
    fixed: int = 2

    @property
    def by_store(self) -> bool:
        """Do its rows belong to stores? Whoever looks at several sees which, and can narrow to some."""
        return any(column.key == STORE for column in self.columns)


LISTS: dict[str, Spec] = {}


def register(*specs: Spec) -> None:
    """A domain's ``plugs.connect`` makes its lists known, so that people can keep views of them."""
    for spec in specs:
        LISTS[spec.key] = spec


def clean_filters(spec: Spec, given: Mapping[str, Any]) -> dict[str, str]:
    """The conditions of this list in an address, and nothing else of it; an empty one may differ from none."""
    return {name: str(given[name])[:LONGEST] for name in spec.filters if name in given}


def clean_columns(spec: Spec, wanted: Iterable[str]) -> list[str]:
    """The chosen columns in the list's order; those that name the row cannot be left out."""
    chosen = set(wanted)
    return [one.key for place, one in enumerate(spec.columns) if place < spec.fixed or one.key in chosen]


def clean_order(spec: Spec, text: str) -> str:
    """An order of this list, or nothing."""
    return text if text.removeprefix("-") in spec.sorts else ""


def usual_columns(spec: Spec) -> list[str]:
    """What the list shows to whoever chose nothing."""
    return [one.key for one in spec.columns if not one.extra]


def address(spec: Spec, given: Mapping[str, str]) -> str:
    """The page of a list with conditions."""
    return f"{reverse(spec.url_name)}?{urlencode(given)}"


def _said(filters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


@dataclass(frozen=True, slots=True)
class Saved:
    """A view that a person keeps: a link beside the built-in ones, with its count."""

    id: int
    ref: str
    name: str
    filters: dict[str, str]
    order: str
    columns: list[str]
    default: bool
    url: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where its order leads and which way it points now."""

    column: Column
    url: str
    direction: str
    order: str


@dataclass(frozen=True, slots=True)
class Frame:
    """How one person sees one list now: columns, order, kept views. ``onward`` is the default view to open.

    ``stores`` is the condition 门店, for who looks at several.
    """

    spec: Spec
    given: dict[str, str]
    shown: list[str]
    order: str
    saved: list[Saved] = field(default_factory=list)
    keeps: bool = False
    onward: str = ""
    stores: StoreFilter | None = None

    @property
    def current(self) -> Saved | None:
        return next((view for view in self.saved if view.current), None)

    @property
    def changed(self) -> bool:
        """Does the page show something else than the kept view that it was opened with?"""
        view = self.current
        return view is not None and (_said(view.filters) != _said(self.filters) or view.order != self.order)

    @property
    def columns(self) -> list[Column]:
        return [one for one in self.spec.columns if one.key in self.shown]

    @property
    def choices(self) -> list[tuple[Column, bool, bool]]:
        """Every column with: is it shown, can it be left out."""
        return [(one, one.key in self.shown, place >= self.spec.fixed) for place, one in enumerate(self.spec.columns)]

    @property
    def orders(self) -> list[tuple[str, Text, bool]]:
        """Every order in both directions, for the form without a script: value, label, falling."""
        both = [(sign + key, one.label, sign == "-") for key, one in self.spec.sorts.items() for sign in ("-", "")]
        return [(key, label, falling) for key, label, falling in both]

    @property
    def sort_field(self) -> str:
        """The column of the table that the rows are ordered by."""
        return self.spec.sorts[self.order.removeprefix("-")].field

    @property
    def ascending(self) -> bool:
        return not self.order.startswith("-")

    @property
    def filters(self) -> dict[str, str]:
        return clean_filters(self.spec, self.given)

    @property
    def query(self) -> str:
        """What a view of this page keeps."""
        return urlencode({**self.filters, ORDER: self.order})

    @property
    def here(self) -> str:
        """This page without its place in the paging."""
        return address(self.spec, {name: value for name, value in self.given.items() if name in self._known()})

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form carries along."""
        return [(name, self.given[name]) for name in (ORDER, SAVED) if self.given.get(name)]

    def _known(self) -> Sequence[str]:
        return (*self.spec.filters, ORDER, SAVED)

    def heads(self) -> list[Head]:
        """The heads of the shown columns."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if column.sort not in self.spec.sorts:
            return Head(column, "", "", "")
        now = self.order.removeprefix("-") == column.sort
        falls = self.ascending if now else self.spec.sorts[column.sort].falling
        order = f"-{column.sort}" if falls else column.sort
        kept = {name: value for name, value in self.given.items() if name in self._known()}
        direction = ("ascending" if self.ascending else "descending") if now else ""
        return Head(column, address(self.spec, {**kept, ORDER: order}), direction, order)


def capped(rows: QuerySet[Any]) -> str:
    """A count that never walks a hundred thousand rows: ``1000+`` when there are more."""
    count = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a filter has and what they add up to; no sum where it would walk through years of documents."""

    count: str
    sum: Money | None
    many: bool


def tally(rows: QuerySet[Any], column: str) -> Tally:
    """Count and sum of the whole filter in one query over a bounded number of rows."""
    some = rows.order_by().values("pk", column)[: MOST_SUMMED + 1]
    found = some.aggregate(count=CountOf("pk"), sum=Sum(column))
    if found["count"] > MOST_SUMMED:
        return Tally(f"{MOST_SUMMED}+", None, True)
    return Tally(str(found["count"]), as_money(found["sum"]), False)
