"""What a customer has spent and owes: sums over indexes, for one card or for a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, Sum

from pitlane.core.money import ZERO, Money, as_money

from ..models import CreditAccount, DepositBalance, PayerKind, Payment, Settlement
from .credit import CreditCard, credit_card
from .settlements import SettlementCard, settlement_card

OWN = (PayerKind.CUSTOMER, PayerKind.FLEET)


@dataclass(frozen=True, slots=True)
class CustomerTotals:
    """累计消费 and what is open. ``credit`` is None for customers who pay at once."""

    spent: Money = ZERO
    bills: int = 0
    last_settled_at: datetime | None = None
    due: Money = ZERO
    on_account: Money = ZERO
    deposit: Money = ZERO
    written_off: Money = ZERO
    credit: CreditCard | None = None

    @property
    def average(self) -> Money:
        """客单价: what a bill of this customer comes to."""
        return Money(self.spent.fen // self.bills) if self.bills else ZERO


def customer_totals(customer_id: int) -> CustomerTotals:
    """The totals of one customer."""
    return customer_totals_for([customer_id])[customer_id]


def customer_totals_for(customer_ids: Iterable[int]) -> dict[int, CustomerTotals]:
    """The totals of many customers in three queries, however many they are."""
    ids = list(customer_ids)
    bills = Settlement.objects.filter(payer_id__in=ids, payer_kind__in=OWN, reverses=None).exclude(state="reversed")
    sums = bills.values("payer_id").annotate(
        spent=Sum("total"),
        bills=Count("pk"),
        last=Max("settled_at"),
        written_off=Sum("written_off"),
        open=Sum(F("total") - F("paid"), filter=~Q(state="on_account")),
        charged=Sum(F("total") - F("paid"), filter=Q(state="on_account")),
    )
    by_payer = {row["payer_id"]: row for row in sums.order_by()}
    deposits = DepositBalance.objects.filter(customer_id__in=ids).values_list("customer_id").annotate(s=Sum("balance"))
    held = dict(deposits.order_by())
    accounts = {a.customer_id: credit_card(a) for a in CreditAccount.objects.filter(customer_id__in=ids)}
    return {pk: _totals(by_payer.get(pk, {}), held.get(pk, ZERO), accounts.get(pk)) for pk in ids}


def _totals(row: dict[str, object], deposit: Money, credit: CreditCard | None) -> CustomerTotals:
    return CustomerTotals(
        spent=row.get("spent") or ZERO,  # type: ignore[arg-type]
        bills=row.get("bills") or 0,  # type: ignore[arg-type]
        last_settled_at=row.get("last"),  # type: ignore[arg-type]
        due=as_money(row.get("open")),
        on_account=as_money(row.get("charged")),
        deposit=deposit,
        written_off=as_money(row.get("written_off")),
        credit=credit,
    )


def own_bills(customer_ids: Iterable[int], limit: int = 30) -> list[SettlementCard]:
    """The bills that these people pay themselves, the latest first, for themselves."""
    rows = Settlement.objects.filter(customer_id__in=list(customer_ids), payer_kind__in=OWN, reverses=None)
    return [settlement_card(bill) for bill in rows.exclude(state="reversed").order_by("-settled_at", "-pk")[:limit]]


def personal_rows(customer_id: int) -> list[dict[str, str]]:
    """A person's own bills and payments in plain words, for subject access."""
    bills = Settlement.objects.filter(payer_id=customer_id, reverses=None).order_by("-settled_at")[:2000]
    rows = [{"date": f"{b.settled_at:%Y-%m-%d}", "number": b.number, "amount": str(b.total)} for b in bills]
    paid = Payment.objects.filter(customer_id=customer_id).order_by("-received_at")[:2000]
    return rows + [{"date": f"{p.received_at:%Y-%m-%d}", "number": p.number, "amount": str(p.amount)} for p in paid]
