"""Labour rates and guarantee terms as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here
from pitlane.core.errors import Refused, Text
from pitlane.core.money import Money

from ..models import GuaranteeRule, LabourRate, RepairClass
from ..names import CLASSES
from .operations import trade_label

USUAL_CLASS = "standard"


class Terms(NamedTuple):
    """A promise in kilometres and days; None means that side sets no limit; both None means no promise."""

    km: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Every labour rate of a store on a day, read once for a whole menu."""

    rows: tuple[tuple[int | None, str, str, date, Money], ...]

    def rate(self, vehicle_class: str, trade: str) -> Money | None:
        """The price of an hour; None when the shop has set none that fits."""
        allowed = {"", USUAL_CLASS, vehicle_class}
        fitting = [row for row in self.rows if row[1] in allowed and row[2] in ("", trade)]
        return _best(fitting, vehicle_class)[4] if fitting else None

    def varies(self, trade: str) -> bool:
        """Does the same work cost more on another class of car?"""
        classes = {row[1] for row in self.rows}
        return len({self.rate(one, trade) for one in classes} - {None}) > 1


def rates_of(store_id: int, on: date) -> Rates:
    """The rates that count in a store on a day, in one query."""
    rows = LabourRate.objects.filter(Q(store=None) | Q(store_id=store_id), valid_from__lte=on)
    return Rates(tuple(rows.values_list("store_id", "vehicle_class", "trade", "valid_from", "rate")))


def _best(
    rows: Iterable[tuple[int | None, str, str, date, Money]], vehicle_class: str
) -> tuple[int | None, str, str, date, Money]:
    return max(rows, key=lambda row: (row[0] is not None, _class_rank(row[1], vehicle_class), row[2] != "", row[3]))


def rate_for(store_id: int, vehicle_class: str, trade: str, on: date) -> Money:
    """The price of an hour: the store's own rate before the group's, then the closest class and trade, then the newest.

    A class that has no rate of its own is charged as a standard car.
    """
    rows = LabourRate.objects.filter(
        Q(store=None) | Q(store_id=store_id),
        vehicle_class__in={"", USUAL_CLASS, vehicle_class},
        trade__in={"", trade},
        valid_from__lte=on,
    ).values_list("store_id", "vehicle_class", "trade", "valid_from", "rate")
    if not rows:
        raise Refused(_("还没有设置工时单价"), code="no_rate", vehicle_class=vehicle_class, trade=trade)
    return _best(rows, vehicle_class)[4]


def _class_rank(priced: str, wanted: str) -> int:
    return 2 if priced == wanted else 1 if priced == "" else 0


def guarantee_terms(repair_class: str, on: date) -> Terms:
    """What is guaranteed for work settled on that day: the longer of the law and the shop's own promise."""
    rules = GuaranteeRule.objects.filter(repair_class=repair_class, valid_from__lte=on).order_by("valid_from")
    newest = {statutory: Terms(km, days) for statutory, km, days in rules.values_list("statutory", "km", "days")}
    law, promise = newest.get(True), newest.get(False)
    if law is None or promise is None:
        return law or promise or Terms(None, None)
    return Terms(_longer(law.km, promise.km), _longer(law.days, promise.days))


def _longer(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True, slots=True)
class RateRow:
    """One line of the rate page; ``current`` marks the one that counts on the day asked for."""

    id: int
    ref: str
    store_id: int | None
    store_name: str
    vehicle_class: str
    trade: str
    rate: Money
    valid_from: date
    current: bool

    @property
    def trade_text(self) -> Text:
        return trade_label(self.trade)

    @property
    def class_text(self) -> Text:
        return dict(CLASSES).get(self.vehicle_class, self.vehicle_class) if self.vehicle_class else ""


def labour_rates(on: date, *, by: Actor | None = None, store: str = "", limit: int | None = None) -> list[RateRow]:
    """The rates of the group and of the chosen store or stores, the newest of each key first; one more than a page."""
    rows = LabourRate.objects.select_related("store").order_by(
        F("store_id").asc(nulls_first=True), "vehicle_class", "trade", "-valid_from"
    )
    if by is not None:
        rows = rows.filter(Q(store=None) | Q(here(by), accounts.in_named_stores(by, store)))
    rows = rows if limit is None else rows[: limit + 1]
    seen: set[tuple[int | None, str, str]] = set()
    return [_rate_row(row, on, seen) for row in rows]


def _rate_row(row: LabourRate, on: date, seen: set[tuple[int | None, str, str]]) -> RateRow:
    key = (row.store_id, row.vehicle_class, row.trade)
    current = row.valid_from <= on and key not in seen
    if current:
        seen.add(key)
    store_name = row.store.name if row.store else ""
    return RateRow(row.pk, row.ref, row.store_id, store_name, *key[1:], row.rate, row.valid_from, current)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One guarantee rule of the page."""

    id: int
    ref: str
    repair_class: str
    km: int | None
    days: int | None
    statutory: bool
    source: str
    valid_from: date
    current: bool

    @property
    def class_text(self) -> Text:
        return dict(RepairClass.choices).get(self.repair_class, self.repair_class)


def guarantee_rules(on: date) -> list[RuleRow]:
    """All rules by class, law before promise, newest first."""
    seen: set[tuple[str, bool]] = set()
    rows = GuaranteeRule.objects.order_by("repair_class", "-statutory", "-valid_from")
    return [_rule_row(row, on, seen) for row in rows]


def _rule_row(row: GuaranteeRule, on: date, seen: set[tuple[str, bool]]) -> RuleRow:
    key = (row.repair_class, row.statutory)
    current = row.valid_from <= on and key not in seen
    if current:
        seen.add(key)
    return RuleRow(
        row.pk, row.ref, row.repair_class, row.km, row.days, row.statutory, row.source, row.valid_from, current
    )
