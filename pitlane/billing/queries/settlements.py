"""Bills as others see them: what an order costs, what is paid, what is on account, what lies there as a deposit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from pitlane.core.access import Actor, visible
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import public_id
from pitlane.core.models import EventRow
from pitlane.core.money import ZERO, Money, total
from pitlane.core.states import Label

from ..models import DepositBalance, Method, PayerKind, Settlement
from ..states import SETTLEMENT, WRITTEN_OFF


@dataclass(frozen=True, slots=True)
class SettlementCard:
    """One bill in a list or on an order."""

    id: int
    ref: str
    number: str
    short_number: str
    order_id: int
    order_ref: str
    order_number: str
    store_id: int
    customer_id: int
    payer_id: int | None
    payer_kind: str
    payer_label: Text
    payer_name: str
    plate: str
    plate_kind: str
    vehicle: str
    state: str
    label: Label
    total: Money
    paid: Money
    received: Money
    written_off: Money
    due: Money
    discount: Money
    tax: Money
    rounding: Money
    round: int
    settled_at: datetime
    settled_by: str
    on_account: bool
    negative: bool
    store: str = ""


def label_of(bill: Settlement) -> Label:
    """The state in a word; a bill that was closed by giving up money is not called paid."""
    return WRITTEN_OFF if bill.state == "paid" and bill.written_off else SETTLEMENT.label(bill.state)


def settlement_card(bill: Settlement) -> SettlementCard:
    """The card of a bill; no further query."""
    return SettlementCard(
        id=bill.pk,
        ref=bill.ref,
        number=bill.number,
        short_number=bill.short_number,
        order_id=bill.order_id,
        order_ref=public_id("ord", bill.order_id),
        order_number=bill.order_number,
        store_id=bill.store_id,
        customer_id=bill.customer_id,
        payer_id=bill.payer_id,
        payer_kind=bill.payer_kind,
        payer_label=PayerKind(bill.payer_kind).label,
        payer_name=bill.payer_name,
        plate=bill.facts.get("plate", ""),
        plate_kind=bill.facts.get("plate_kind", ""),
        vehicle=bill.facts.get("vehicle", ""),
        state=bill.state,
        label=label_of(bill),
        total=bill.total,
        paid=bill.paid,
        received=bill.received,
        written_off=bill.written_off,
        due=bill.due,
        discount=bill.discount,
        tax=bill.tax,
        rounding=bill.rounding,
        round=bill.round,
        settled_at=bill.settled_at,
        settled_by=bill.settled_by,
        on_account=bill.state == "on_account",
        negative=bill.reverses_id is not None,
    )


def settlements_for(order_id: int, all_rounds: bool = False) -> list[SettlementCard]:
    """The bills of an order that count now; with ``all_rounds`` also what was reversed."""
    rows = Settlement.objects.filter(order_id=order_id) if all_rounds else _counting(order_id)
    return [settlement_card(bill) for bill in rows.order_by("round", "position", "pk")]


def bill_counts(order_id: int, settlement_id: int) -> bool:
    """Whether this is a bill of the order that was not taken back."""
    return bool(_counting(order_id).filter(pk=settlement_id).exists())


def _counting(order_id: int) -> QuerySet[Any]:
    return Settlement.objects.filter(order_id=order_id, reverses=None).exclude(state="reversed")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an order is settled, wholly paid, or ``covered``: nothing is due but what is on account."""

    settled: bool
    all_paid: bool
    covered: bool


def standing(order_id: int) -> Standing:
    """Where the money of an order stands, in one query, for the commands that move the order after it."""
    rows = list(_counting(order_id).values_list("state", "total", "paid"))
    due = total(whole - paid for _state, whole, paid in rows)
    owed = total(whole - paid for state, whole, paid in rows if state == "on_account")
    return Standing(settled=bool(rows), all_paid=bool(rows) and not due, covered=bool(rows) and due == owed)


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What an order's money looks like. ``covered``: nothing is due but what is on account, the car may go."""

    settled: bool
    total: Money
    paid: Money
    due: Money
    on_account: Money
    deposit: Money
    all_paid: bool
    covered: bool
    settlements: list[SettlementCard]


def order_money(order_id: int) -> OrderMoney:
    """The money of an order in two queries."""
    bills = settlements_for(order_id)
    due, owed = total(b.due for b in bills), total(b.due for b in bills if b.on_account)
    return OrderMoney(
        settled=bool(bills),
        total=total(bill.total for bill in bills),
        paid=total(bill.paid for bill in bills),
        due=due,
        on_account=owed,
        deposit=total(amount for _customer, amount in deposits_for(order_id)),
        all_paid=bool(bills) and not due,
        covered=bool(bills) and due == owed,
        settlements=bills,
    )


def deposits_for(order_id: int) -> list[tuple[int, Money]]:
    """Who has a deposit on this order, and how much is left of it."""
    rows = DepositBalance.objects.filter(order_id=order_id, balance__gt=0).order_by("pk")
    return list(rows.values_list("customer_id", "balance"))


def usable_deposit(bill: Settlement) -> Money:
    """What the payer of this bill left for its order; never what somebody else did."""
    return deposit_of(bill.order_id, bill.depositor_id) if bill.depositor_id else ZERO


def deposit_for(settlement_id: int) -> Money:
    """The deposit that may be offered for one bill."""
    bill = Settlement.objects.filter(pk=settlement_id).first()
    return usable_deposit(bill) if bill else ZERO


def deposit_of(order_id: int, customer_id: int) -> Money:
    """What is left of one customer's deposit for an order."""
    return dict(deposits_for(order_id)).get(customer_id, ZERO)


def methods() -> list[tuple[str, Text]]:
    """The ways in which a cashier takes money."""
    return [(method.value, method.label) for method in (Method.CASH, Method.CARD, Method.BANK)]


def bill_for(settlement_id: int, by: Actor) -> Settlement:
    """A bill that the reader may see."""
    found: Settlement | None = Settlement.objects.filter(visible(by), pk=settlement_id).select_related("store").first()
    if found is None:
        raise Missing()
    return found


def check_visible(settlement_id: int, by: Actor) -> None:
    """Stop a call about a bill of a store that the caller does not see."""
    if not Settlement.objects.filter(visible(by), pk=settlement_id).exists():
        raise Missing()


def order_known(order_id: int, by: Actor) -> bool:
    """Did anything ever happen to such an order in a store of this actor? The event chain knows every order."""
    return EventRow.objects.filter(visible(by), order_id=order_id).exists()
