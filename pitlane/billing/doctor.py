"""Invariants of money: every balance is the sum of its entries, on real data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, Sum

from pitlane.core.doctor import Trouble, check
from pitlane.core.money import ZERO, Money

from .models import CreditAccount, CreditEntry, DepositBalance, Payment, Settlement, SettlementLine
from .states import OWING


def _sums(rows: Any, key: str, amount: str = "amount") -> dict[Any, Money]:
    return dict(rows.order_by().values_list(key).annotate(sum=Sum(amount)))


@check("billing_settlements")
def settlements() -> Iterator[Trouble]:
    """A bill is the sum of its lines less the small change, and what is paid is the sum of its payments, what is
    written off the sum of its write-offs."""
    shares = _sums(SettlementLine.objects, "settlement_id", "share")
    paid = _sums(Payment.objects.exclude(settlement=None), "settlement_id")
    given_up = _sums(Payment.objects.filter(method="write_off"), "settlement_id")
    for bill in Settlement.objects.order_by("pk").iterator(chunk_size=2000):
        if shares.get(bill.pk, ZERO) - bill.rounding != bill.total:
            yield Trouble(
                "billing_settlements", bill.number, f"lines make {shares.get(bill.pk, ZERO)}, total {bill.total}"
            )
        if paid.get(bill.pk, ZERO) != bill.paid:
            yield Trouble(
                "billing_settlements", bill.number, f"payments make {paid.get(bill.pk, ZERO)}, paid {bill.paid}"
            )
        if given_up.get(bill.pk, ZERO) != bill.written_off:
            text = f"write-offs make {given_up.get(bill.pk, ZERO)}, written off {bill.written_off}"
            yield Trouble("billing_settlements", bill.number, text)
        if bill.reverses_id is None and bill.state in (*OWING, "paid") and (bill.state == "paid") != (not bill.due):
            yield Trouble("billing_settlements", bill.number, f"state {bill.state} with {bill.due} due")


@check("billing_reversals")
def reversals() -> Iterator[Trouble]:
    """A reversed bill has its exact opposite, and no other bill has one."""
    for bill in Settlement.objects.exclude(reverses=None).select_related("reverses"):
        if bill.total != -bill.reverses.total or bill.reverses.state != "reversed":
            yield Trouble("billing_reversals", bill.number, f"is not the opposite of {bill.reverses.number}")
    lonely = Settlement.objects.filter(state="reversed", reverses=None, reversal=None)
    for number in lonely.values_list("number", flat=True):
        yield Trouble("billing_reversals", number, "is reversed without a negative bill")


@check("billing_credit")
def credit() -> Iterator[Trouble]:
    """An account's balance is the sum of its entries and of what its bills still owe."""
    entries = _sums(CreditEntry.objects, "account_id")
    for account in CreditAccount.objects.all():
        if entries.get(account.pk, ZERO) != account.balance:
            text = f"entries make {entries.get(account.pk, ZERO)}, balance {account.balance}"
            yield Trouble("billing_credit", account.ref, text)
    open_entries = _sums(CreditEntry.objects, "settlement_id")
    for bill in Settlement.objects.filter(pk__in=open_entries):
        owed = bill.due if bill.state == "on_account" else ZERO
        if open_entries[bill.pk] != owed:
            yield Trouble("billing_credit", bill.number, f"on account {open_entries[bill.pk]}, due {owed}")


@check("billing_deposits")
def deposits() -> Iterator[Trouble]:
    """A deposit is what was taken less what was given back or used on bills."""
    sums: dict[tuple[int, int], Money] = defaultdict(lambda: ZERO)
    keys = ("customer_id", "order_id")
    for *key, amount in Payment.objects.filter(settlement=None).values_list(*keys).annotate(s=Sum("amount")).order_by():
        sums[tuple(key)] += amount
    used = Payment.objects.filter(~Q(settlement=None), method="deposit").values_list(*keys)
    for *key, amount in used.annotate(s=Sum("amount")).order_by():
        sums[tuple(key)] -= amount
    balances = {(d.customer_id, d.order_id): d.balance for d in DepositBalance.objects.all()}
    for key in sums.keys() | balances.keys():
        if sums[key] != balances.get(key, ZERO):
            yield Trouble(
                "billing_deposits", f"order {key[1]}", f"entries make {sums[key]}, balance {balances.get(key)}"
            )


@check("billing_refunds")
def refunds() -> Iterator[Trouble]:
    """No payment was given back more than once over."""
    rows = Payment.objects.filter(kind=Payment.Kind.PAYMENT).annotate(back=Sum("corrections__amount"))
    for payment in rows.filter(back__lt=-F("amount")):
        yield Trouble("billing_refunds", payment.number, f"{payment.amount} received, {payment.back} given back")
