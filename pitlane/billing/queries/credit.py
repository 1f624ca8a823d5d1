"""Credit accounts: who may owe how much, what is overdue, and the statement of account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import approval_for
from pitlane.core.access import Actor
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import public_id
from pitlane.core.money import ZERO, Money, as_money, total

from .. import policies
from ..approving import WRITE_OFF
from ..models import CreditAccount, CreditEntry, Method, Settlement


@dataclass(frozen=True, slots=True)
class CreditCard:
    """What a counter needs to know before putting a bill on account."""

    id: int
    ref: str
    customer_id: int
    limit: Money
    balance: Money
    available: Money
    days: int
    active: bool


def credit_card(account: CreditAccount) -> CreditCard:
    return CreditCard(
        id=account.pk,
        ref=account.ref,
        customer_id=account.customer_id,
        limit=account.limit,
        balance=account.balance,
        available=account.limit - account.balance,
        days=account.days,
        active=account.active,
    )


def credit_of(customer_id: int) -> CreditCard | None:
    """The credit account of a customer, if there is one."""
    account = CreditAccount.objects.filter(customer_id=customer_id).first()
    return credit_card(account) if account else None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in the list, with what is past its term."""

    card: CreditCard
    name: str
    overdue: Money
    oldest: datetime | None
    used_percent: int


@dataclass(frozen=True, slots=True)
class AccountList:
    """All accounts, those that owe most first."""

    rows: list[AccountRow]
    balance: Money
    overdue: Money
    insurers: list[tuple[str, int, Money]]
    may_open: bool


def _open_bills() -> dict[int, list[tuple[datetime, Money]]]:
    found: dict[int, list[tuple[datetime, Money]]] = {}
    rows = Settlement.objects.filter(state="on_account").exclude(payer=None).order_by("settled_at")
    for payer_id, at, amount, paid in rows.values_list("payer_id", "settled_at", "total", "paid"):
        found.setdefault(payer_id, []).append((at, amount - paid))
    return found


def credit_list(by: Actor, at: datetime) -> AccountList:
    """The accounts with balance and overdue amounts, and what insurers and makers owe without an account."""
    bills = _open_bills()
    accounts = CreditAccount.objects.select_related("customer").order_by("-active", "-balance", "pk")[:500]
    rows = [_row(account, bills.get(account.customer_id, []), at) for account in accounts]
    loose = Settlement.objects.filter(state="on_account", payer=None).values_list("payer_name")
    owed = loose.annotate(sum=Sum(F("total") - F("paid"))).order_by("payer_name")
    counts = dict.fromkeys((name for name, _sum in owed), 0)
    for (name,) in Settlement.objects.filter(state="on_account", payer=None).values_list("payer_name"):
        counts[name] = counts.get(name, 0) + 1
    insurers = [(name, counts[name], as_money(amount)) for name, amount in owed]
    return AccountList(
        rows=rows,
        balance=total(row.card.balance for row in rows),
        overdue=total(row.overdue for row in rows),
        insurers=insurers,
        may_open=policies.can_manage_credit(by),
    )


def _row(account: CreditAccount, bills: list[tuple[datetime, Money]], at: datetime) -> AccountRow:
    limit = at - timedelta(days=account.days)
    late = total(amount for moment, amount in bills if moment < limit)
    used = 100 * account.balance.fen // account.limit.fen if account.limit else 0
    oldest = bills[0][0] if bills else None
    return AccountRow(credit_card(account), account.customer.name, late, oldest, min(100, used))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of a statement of account."""

    at: datetime
    text: Text
    note: str
    reference: str
    settlement_ref: str
    plate: str
    charged: Money | None
    cleared: Money | None
    balance: Money


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A bill that waits to be cleared."""

    id: int
    ref: str
    short_number: str
    order_number: str
    plate: str
    plate_kind: str
    vehicle: str
    settled_at: datetime
    total: Money
    due: Money
    due_on: date
    days_late: int


@dataclass(frozen=True, slots=True)
class AccountScreen:
    """对账: opening balance, entries, closing balance, and the bills still open with their age."""

    card: CreditCard
    name: str
    customer_ref: str
    first: date
    last: date
    opening: Money
    closing: Money
    charged: Money
    cleared: Money
    entries: list[EntryRow]
    bills: list[OpenBill]
    owed: Money
    overdue: Money
    written_off: Money
    write_off: Any
    may_write_off: bool
    may_clear: bool
    may_change: bool


def account_screen(
    account_id: int, by: Actor, at: datetime, first: date | None = None, last: date | None = None
) -> AccountScreen:
    """One account over a period; without one, this month."""
    account = CreditAccount.objects.select_related("customer").filter(pk=account_id).first()
    if account is None:
        raise Missing()
    today = timezone.localtime(at).date()
    first, last = first or today.replace(day=1), last or today
    before = CreditEntry.objects.filter(account=account, at__date__lt=first).order_by("-pk").first()
    opening = before.balance_after if before else ZERO
    rows = CreditEntry.objects.filter(account=account, at__date__gte=first, at__date__lte=last)
    entries = [_entry(row) for row in rows.select_related("settlement", "payment").order_by("pk")]
    bills = _bills(account, today)
    given_up = Settlement.objects.filter(payer_id=account.customer_id, written_off__gt=0)
    asked = approval_for(WRITE_OFF, account.ref)
    return AccountScreen(
        card=credit_card(account),
        name=account.customer.name,
        customer_ref=public_id("cus", account.customer_id),
        first=first,
        last=last,
        opening=opening,
        closing=entries[-1].balance if entries else opening,
        charged=total(entry.charged for entry in entries if entry.charged),
        cleared=total(entry.cleared for entry in entries if entry.cleared),
        entries=entries,
        bills=bills,
        owed=total(bill.due for bill in bills),
        overdue=total(bill.due for bill in bills if bill.days_late > 0),
        written_off=given_up.aggregate(sum=Sum("written_off"))["sum"] or ZERO,
        write_off=asked if asked is not None and asked.state == "requested" else None,
        may_write_off=by.may("billing.write_off"),
        may_clear=by.may("billing.pay"),
        may_change=policies.can_manage_credit(by),
    )


def _entry(entry: CreditEntry) -> EntryRow:
    bill, payment = entry.settlement, entry.payment
    up = entry.amount.fen > 0
    given_up = payment is not None and payment.method == Method.WRITE_OFF
    text = _("挂账") if up else _("坏账核销") if given_up else _("销账") if payment else _("反结算")
    why = {"reason": payment.reason, "who": payment.approved_by} if payment and given_up else None
    return EntryRow(
        at=entry.at,
        text=text,
        note=gettext("%(reason)s · %(who)s 同意") % why if why else "",
        reference=(payment.batch or payment.number) if payment else bill.short_number if bill else "",
        settlement_ref=bill.ref if bill else "",
        plate=bill.facts.get("plate", "") if bill else "",
        charged=entry.amount if up else None,
        cleared=None if up else -entry.amount,
        balance=entry.balance_after,
    )


def _bills(account: CreditAccount, today: date) -> list[OpenBill]:
    rows = Settlement.objects.filter(payer_id=account.customer_id, state="on_account").order_by("settled_at", "pk")
    return [_open(bill, account.days, today) for bill in rows]


def _open(bill: Settlement, days: int, today: date) -> OpenBill:
    due_on = timezone.localtime(bill.settled_at).date() + timedelta(days=days)
    return OpenBill(
        id=bill.pk,
        ref=bill.ref,
        short_number=bill.short_number,
        order_number=bill.order_number,
        plate=bill.facts.get("plate", ""),
        plate_kind=bill.facts.get("plate_kind", ""),
        vehicle=bill.facts.get("vehicle", ""),
        settled_at=bill.settled_at,
        total=bill.total,
        due=bill.due,
        due_on=due_on,
        days_late=(today - due_on).days,
    )
