"""The cashier's page: the open shift with what should be in it, earlier shifts, those of colleagues still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from pitlane.core.access import Actor, visible
from pitlane.core.errors import Missing, Text
from pitlane.core.money import ZERO, Money, total
from pitlane.core.states import Label

from .. import policies
from ..models import Method, TillSession
from ..states import TILL

COUNTED = (Method.CASH, Method.CARD, Method.BANK)


def expected_of(till: TillSession) -> dict[str, Money]:
    """What must be in the drawer and on the slips: the float and everything booked to this shift."""
    sums = dict(till.payments.values_list("method").annotate(sum=Sum("amount")))
    expected = {method.value: sums.get(method.value) or ZERO for method in COUNTED}
    expected[Method.CASH.value] = expected[Method.CASH.value] + till.float_amount
    return expected


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One way of paying on a shift: what was booked, what was counted."""

    method: str
    label: Text
    expected: Money
    counted: Money | None
    difference: Money | None


@dataclass(frozen=True, slots=True)
class TillSheet:
    """One shift (班次) with its figures."""

    id: int
    ref: str
    store_id: int
    cashier: str
    state: str
    label: Label
    float_amount: Money
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    rows: list[MethodRow]
    expected: Money
    difference: Money
    payments: int
    note: str
    may_close: bool


@dataclass(frozen=True, slots=True)
class TillScreen:
    """The cashier's page."""

    mine: TillSheet | None
    others: list[TillSheet]
    earlier: list[TillSheet]
    may_open: bool


def shifts() -> QuerySet[Any]:
    """Shifts with what ``sheet_of`` shows of each, in one query however many they are."""
    rows: QuerySet[Any] = TillSession.objects.select_related("cashier").annotate(times=Count("payments"))
    return rows


def sheet_of(till: Any, by: Actor) -> TillSheet:
    """The figures of one of the ``shifts``."""
    done = till.state == "closed"
    expected = {m: Money(fen) for m, fen in till.expected.items()} if done else expected_of(till)
    counted = {m: Money(fen) for m, fen in till.counted.items()}
    rows = [_method(m, expected.get(m.value, ZERO), counted.get(m.value) if done else None) for m in COUNTED]
    return TillSheet(
        id=till.pk,
        ref=till.ref,
        store_id=till.store_id,
        cashier=till.cashier.name,
        state=till.state,
        label=TILL.label(till.state),
        float_amount=till.float_amount,
        opened_at=till.opened_at,
        closed_at=till.closed_at,
        closed_by=till.closed_by,
        rows=rows,
        expected=total(row.expected for row in rows),
        difference=till.difference if done else ZERO,
        payments=till.times,
        note=till.note,
        may_close=not done and policies.can_close_till(by, till.store_id, till.cashier_id),
    )


def _method(method: Method, expected: Money, counted: Money | None) -> MethodRow:
    difference = None if counted is None else counted - expected
    return MethodRow(method.value, method.label, expected, counted, difference)


def till_sheet(till_id: int, by: Actor) -> TillSheet:
    """One shift; for those who may see the store's money."""
    till = shifts().filter(visible(by), pk=till_id).first()
    if till is None:
        raise Missing()
    return sheet_of(till, by)


def open_shift(by: Actor, store_id: int) -> TillSheet | None:
    """The shift that this person has open in a store."""
    mine = shifts().filter(store_id=store_id, state="open", cashier_id=by.id).first()
    return sheet_of(mine, by) if mine else None


def till_screen(by: Actor, at: datetime) -> TillScreen:
    """My open shift in the chosen store, others that are open, and the last twenty that were closed."""
    rows = shifts().filter(store_id=by.store_id)
    running = list(rows.filter(state="open").order_by("opened_at"))
    manager = by.may("billing.close_day", by.store_id)
    ended = rows.filter(state="closed").order_by("-closed_at", "-pk")
    earlier = ended if manager else ended.filter(cashier_id=by.id)
    mine = next((till for till in running if till.cashier_id == by.id and by.kind == "staff"), None)
    return TillScreen(
        mine=sheet_of(mine, by) if mine else None,
        others=[sheet_of(till, by) for till in running if till is not mine] if manager else [],
        earlier=[sheet_of(till, by) for till in earlier[:20]],
        may_open=mine is None and by.store_id is not None and policies.can_open_till(by, by.store_id),
    )
