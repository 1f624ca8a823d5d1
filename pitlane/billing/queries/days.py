"""日结: one store's day in money, from bills made to cash counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from pitlane.core.access import Actor, require
from pitlane.core.errors import Text
from pitlane.core.models import EventRow
from pitlane.core.money import Money, as_money, total

from .. import policies
from ..models import Method, PayerKind, Payment, Settlement, SettlementLine
from ..pricing import PART_NAMES
from .listing import day_start
from .tills import TillSheet, sheet_of, shifts

REAL = (Method.CASH, Method.CARD, Method.BANK)


@dataclass(frozen=True, slots=True)
class MethodDay:
    """One way of paying over the day."""

    method: str
    label: Text
    payments: Money
    deposits: Money
    refunds: Money
    real: bool

    @property
    def net(self) -> Money:
        return self.payments + self.deposits + self.refunds


@dataclass(frozen=True, slots=True)
class DayReport:
    """What a shop owner looks at when the doors close."""

    day: date
    store_id: int
    methods: list[MethodDay]
    received: Money
    bills: int
    billed: Money
    discount: Money
    rounding: Money
    tax: Money
    reversed: Money
    parts: list[tuple[str, str, Money]]
    payers: list[tuple[Text, int, Money]]
    charged: Money
    cleared: Money
    still_due: Money
    tills: list[TillSheet]
    open_tills: int

    @property
    def conceded(self) -> Money:
        """What the customers did not have to pay."""
        return self.discount + self.rounding


def day_report(store_id: int, day: date, by: Actor) -> DayReport:
    """The day of one store."""
    require(policies.can_see_day(by, store_id), "billing.view")
    start, end = day_start(day), day_start(day + timedelta(days=1))
    bills = Settlement.objects.filter(store_id=store_id, settled_at__gte=start, settled_at__lt=end)
    sums: dict[str, Any] = bills.aggregate(
        bills=Count("pk", filter=Q(reverses=None)),
        billed=Sum("total"),
        discount=Sum("discount"),
        rounding=Sum("rounding"),
        tax=Sum("tax"),
        reversed=Sum("total", filter=Q(reverses__isnull=False)),
        due=Sum(F("total") - F("paid"), filter=Q(state__in=("open", "partial"))),
    )
    money = _methods(Payment.objects.filter(store_id=store_id, received_at__gte=start, received_at__lt=end))
    worked = shifts().filter(store_id=store_id, opened_at__lt=end)
    tills = list(worked.filter(Q(closed_at=None) | Q(closed_at__gte=start)).order_by("opened_at"))
    return DayReport(
        day=day,
        store_id=store_id,
        methods=money,
        received=total(row.net for row in money if row.real),
        bills=sums["bills"],
        billed=as_money(sums["billed"]),
        discount=as_money(sums["discount"]),
        rounding=as_money(sums["rounding"]),
        tax=as_money(sums["tax"]),
        reversed=as_money(sums["reversed"]),
        parts=_parts(start, end, store_id),
        payers=_payers(bills),
        charged=_told("billing.CreditCharged", start, end, store_id),
        cleared=_told("billing.CreditCleared", start, end, store_id),
        still_due=as_money(sums["due"]),
        tills=[sheet_of(till, by) for till in tills],
        open_tills=sum(till.state == "open" for till in tills),
    )


def _methods(payments: QuerySet[Payment]) -> list[MethodDay]:
    rows = payments.order_by().values_list("method", "kind").annotate(sum=Sum("amount"))
    sums = {(method, kind): as_money(amount) for method, kind, amount in rows}
    kind = Payment.Kind
    found = [
        MethodDay(
            method=method.value,
            label=method.label,
            payments=sums.get((method, kind.PAYMENT), Money(0)),
            deposits=sums.get((method, kind.DEPOSIT), Money(0)),
            refunds=sums.get((method, kind.REFUND), Money(0)) + sums.get((method, kind.CORRECTION), Money(0)),
            real=method in REAL,
        )
        for method in Method
    ]
    return [row for row in found if row.real or row.payments or row.refunds]


def _parts(start: datetime, end: datetime, store_id: int) -> list[tuple[str, str, Money]]:
    lines = SettlementLine.objects.filter(
        settlement__store_id=store_id, settlement__settled_at__gte=start, settlement__settled_at__lt=end
    )
    sums = dict(lines.order_by().values_list("part_of_form").annotate(sum=Sum("share")))
    return [(str(code), _(name), as_money(sums.get(code))) for code, name in PART_NAMES.items()]


def _payers(bills: QuerySet[Settlement]) -> list[tuple[Text, int, Money]]:
    rows = bills.order_by().values_list("payer_kind").annotate(n=Count("pk", filter=Q(reverses=None)), sum=Sum("total"))
    found = {kind: (count, as_money(amount)) for kind, count, amount in rows}
    return [(kind.label, *found[kind.value]) for kind in PayerKind if kind.value in found]


def _told(kind: str, start: datetime, end: datetime, store_id: int) -> Money:
    rows = EventRow.objects.filter(kind=kind, at__gte=start, at__lt=end, store_id=store_id)
    return Money(sum(payload["amount_fen"] for payload in rows.values_list("payload", flat=True)))
