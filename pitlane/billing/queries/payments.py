"""The cash book: every movement of money, by method, kind and day, with sums over the filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here, visible
from pitlane.core.api import keyset
from pitlane.core.errors import Missing, Text
from pitlane.core.money import Money, as_money, total

from .. import policies
from ..approving import deposit_subject
from ..models import Method, Payment
from .listing import since
from .screen import PaymentRow, payment_row
from .settlements import SettlementCard, deposit_of, settlement_card

VIEWS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "all": (_("全部"), ()),
    "payment": (_("收款"), (Payment.Kind.PAYMENT,)),
    "deposit": (_("定金"), (Payment.Kind.DEPOSIT,)),
    "refund": (_("退款"), (Payment.Kind.REFUND,)),
    "correction": (_("冲正"), (Payment.Kind.CORRECTION,)),
    "write_off": (_("坏账核销"), ()),
}


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """What the address of the cash book says."""

    view: str = "all"
    text: str = ""
    method: str = ""
    period: str = "today"
    mine: bool = False
    store: str = ""
    cursor: str | None = None
    limit: int = 30
    by_column: str = "received_at"
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class BookRow:
    """One movement with whose it is."""

    payment: PaymentRow
    settlement: SettlementCard | None
    order_id: int | None
    name: str
    store: str = ""


@dataclass(frozen=True, slots=True)
class PaymentList:
    """One page of the cash book; ``by_method`` are the sums of everything that matches, ``total`` leaves out what was
    written off."""

    rows: list[BookRow]
    next: str | None
    count: int
    total: Money
    by_method: list[tuple[str, Text, Money]]
    filter: PaymentFilter


def matching_payments(chosen: PaymentFilter, by: Actor, at: datetime) -> QuerySet[Payment]:
    """The movements of a filter, unordered: the same for the list and for counts."""
    rows: QuerySet[Payment] = Payment.objects.filter(
        here(by, own_field="customer__advisor_id"),
        accounts.in_named_stores(by, chosen.store),
    )
    if kinds := VIEWS.get(chosen.view, VIEWS["all"])[1]:
        rows = rows.filter(kind__in=kinds)
    if chosen.view in ("payment", "correction"):
        rows = rows.exclude(method=Method.WRITE_OFF)
    if chosen.view == "write_off":
        rows = rows.filter(method=Method.WRITE_OFF)
    if chosen.method:
        rows = rows.filter(method=chosen.method)
    if chosen.mine:
        rows = rows.filter(till__cashier_id=by.id)
    if start := since(chosen.period, at):
        rows = rows.filter(received_at__gte=start)
    if text := chosen.text.strip():
        wanted = Q(number__iendswith=text) | Q(reference=text) | Q(batch__iendswith=text)
        rows = rows.filter(wanted | Q(settlement__short_number__istartswith=text) | Q(customer__name__contains=text))
    return rows


def payment_list(chosen: PaymentFilter, by: Actor, at: datetime) -> PaymentList:
    """The cash book in two queries and one for the page."""
    found = matching_payments(chosen, by, at)
    sums: list[tuple[str, Any, int]] = list(
        found.order_by().values_list("method").annotate(sum=Sum("amount"), count=Count("pk"))
    )
    by_method = {method: (as_money(amount), count) for method, amount, count in sums}
    rows, following = keyset(
        found.select_related("settlement", "customer"),
        chosen.cursor,
        chosen.limit,
        (chosen.by_column, "id"),
        chosen.ascending,
    )
    names = accounts.store_names(by, [payment.store_id for payment in rows])
    return PaymentList(
        rows=[_row(payment, names.get(payment.store_id, "")) for payment in rows],
        next=following,
        count=sum(count for _amount, count in by_method.values()),
        total=total(amount for method, (amount, _count) in by_method.items() if method != Method.WRITE_OFF),
        by_method=[(m.value, m.label, by_method[m.value][0]) for m in Method if m.value in by_method],
        filter=chosen,
    )


def _row(payment: Payment, store: str) -> BookRow:
    bill = settlement_card(payment.settlement) if payment.settlement else None
    return BookRow(payment_row(payment), bill, payment.order_id, payment.customer.name, store)


@dataclass(frozen=True, slots=True)
class PaymentScreen:
    """What the refund drawer must know about a payment."""

    row: PaymentRow
    settlement: SettlementCard | None
    name: str
    left: Money
    approval: Any
    may_refund: bool


def payment_screen(payment_id: int, by: Actor) -> PaymentScreen:
    """One payment, what can still be given back of it and how far its approval is."""
    rows = Payment.objects.filter(visible(by), pk=payment_id).select_related("settlement", "customer", "store")
    payment = rows.first()
    if payment is None:
        raise Missing()
    row = payment_row(
        payment, Money(sum(amount.fen for amount in payment.corrections.values_list("amount", flat=True)))
    )
    is_deposit, order_id = payment.kind == Payment.Kind.DEPOSIT, payment.order_id
    held = min(payment.amount, deposit_of(order_id, payment.customer_id)) if is_deposit and order_id else None
    subject = deposit_subject(order_id, payment.customer_id) if held is not None and order_id else payment.ref
    return PaymentScreen(
        row=row,
        settlement=settlement_card(payment.settlement) if payment.settlement else None,
        name=payment.customer.name,
        left=row.refundable if held is None else held,
        approval=accounts.approval_for("refund", subject),
        may_refund=policies.can_refund(by, payment.store_id),
    )
