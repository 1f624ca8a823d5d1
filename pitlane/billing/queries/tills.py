"""The cashier's page: the open shift with what should be in it, earlier shifts, those of colleagues still open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here, visible
from pitlane.core.errors import Missing, Text
from pitlane.core.listing import StoreFilter
from pitlane.core.money import ZERO, Money, as_money, total
from pitlane.core.states import Label

from .. import policies
from ..models import Method, Payment, TillSession
from ..states import TILL

MOST_OPEN = 50
MOST_CLOSED = 20
COUNTED = (Method.CASH, Method.CARD, Method.BANK)


def expected_of(till: TillSession) -> dict[str, Money]:
    """What must be in the drawer and on the slips: the float and everything booked to this shift."""
    return _expected(till, dict(till.payments.values_list("method").annotate(sum=Sum("amount"))))


def _expected(till: TillSession, sums: dict[str, Money]) -> dict[str, Money]:
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
    store: str = ""


@dataclass(frozen=True, slots=True)
class TillScreen:
    """The cashier's page; ``several`` when it shows more than one store, so that one must be chosen to open a till."""

    mine: TillSheet | None
    others: list[TillSheet]
    earlier: list[TillSheet]
    may_open: bool
    several: bool
    stores: StoreFilter | None


def shifts() -> QuerySet[Any]:
    """Shifts with what ``sheet_of`` shows of each, in one query however many they are."""
    rows: QuerySet[Any] = TillSession.objects.select_related("cashier").annotate(times=Count("payments"))
    return rows


def sheet_of(till: Any, by: Actor) -> TillSheet:
    """The figures of one of the ``shifts``."""
    return _sheets([till], by)[0]


def _sheets(tills: list[Any], by: Actor) -> list[TillSheet]:
    """The figures of several shifts, with what was booked to the open ones and the names of their stores."""
    names = accounts.store_names(by, [till.store_id for till in tills])
    running = [till.pk for till in tills if till.state != "closed"]
    booked: dict[int, dict[str, Money]] = defaultdict(dict)
    sums = Payment.objects.filter(till_id__in=running).order_by().values_list("till_id", "method")
    for till_id, method, amount in sums.annotate(sum=Sum("amount")) if running else ():
        booked[till_id][method] = as_money(amount)
    return [_sheet(till, booked[till.pk], names.get(till.store_id, ""), by) for till in tills]


def _sheet(till: Any, booked: dict[str, Money], store: str, by: Actor) -> TillSheet:
    done = till.state == "closed"
    expected = {m: Money(fen) for m, fen in till.expected.items()} if done else _expected(till, booked)
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
        store=store,
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


def open_shift(by: Actor) -> TillSheet | None:
    """The shift that this person has open in the chosen store, or in any of theirs."""
    mine = shifts().filter(here(by), state="open", cashier_id=by.id).first()
    return sheet_of(mine, by) if mine else None


def till_screen(by: Actor, at: datetime, store: str = "") -> TillScreen:
    """My open shift, others that are open, and the last that were closed, in the chosen store or in all of mine."""
    rows = shifts().filter(here(by), accounts.in_named_stores(by, store))
    manager = by.may("billing.close_day", by.store_id)
    running = rows.filter(state="open").order_by("opened_at")
    ended = rows.filter(state="closed").order_by("-closed_at", "-pk")
    mine = running.filter(cashier_id=by.id).first() if by.kind == "staff" else None
    others = [till for till in running[: MOST_OPEN + 1] if till.pk != (mine.pk if mine else 0)] if manager else []
    return TillScreen(
        mine=sheet_of(mine, by) if mine else None,
        others=_sheets(others[:MOST_OPEN], by),
        earlier=_sheets(list((ended if manager else ended.filter(cashier_id=by.id))[:MOST_CLOSED]), by),
        may_open=mine is None and by.store_id is not None and policies.can_open_till(by, by.store_id),
        several=by.store_id is None,
        stores=accounts.store_filter(by, store),
    )
