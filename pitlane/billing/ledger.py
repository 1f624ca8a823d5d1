"""The steps that all money documents share: lock a bill, move its paid amount, write the payment row, tell it.

Locks are taken in one order everywhere: bills by id, credit account, deposit, till, number series.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_code
from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money
from pitlane.core.numbers import next_number
from pitlane.core.rows import one_of

from .drawer import till_for
from .events import PaymentReceived, SettlementPaid
from .models import CreditAccount, CreditEntry, DepositBalance, Method, PayerKind, Payment, Settlement
from .states import PAYABLE, SETTLEMENT

LONGEST_KEY = 90
TAKEN = (Method.CASH, Method.CARD, Method.BANK)


def locked_settlement(settlement_id: int) -> Settlement:
    """The bill, locked until the command ends."""
    found: Settlement | None = one_of(Settlement.objects.select_for_update().filter(pk=settlement_id))
    if found is None:
        raise Missing()
    return found


def about(settlement: Settlement) -> dict[str, Any]:
    """The fields that every event about a bill carries."""
    return {
        "settlement_id": settlement.pk,
        "number": settlement.number,
        "store_id": settlement.store_id,
        "customer_id": settlement.debtor_id,
        "vehicle_id": settlement.vehicle_id,
        "order_id": settlement.order_id,
    }


def positive(amount: Money) -> None:
    """No money document is about nothing or less."""
    if amount.fen <= 0:
        raise Refused(_("金额必须大于 0"), code="amount", field="amount")


def repeated(request_key: str, **wanted: Any) -> Payment | None:
    """The payment that this request already made; the same key for another request is a mistake and refused."""
    if not 0 < len(request_key) <= LONGEST_KEY:
        raise Refused(_("请求编号应为 1 到 90 个字符"), code="request_key")
    known: Payment | None = one_of(Payment.objects.filter(request_key=request_key))
    if known and any(getattr(known, name) != value for name, value in wanted.items()):
        raise key_reused()
    return known


def key_reused() -> Conflict:
    return Conflict(_("这个请求编号已用于另一笔收款，请刷新后重试"), code="request_key_reused")


def move_paid(settlement: Settlement, amount: Money, written_off: Money = ZERO) -> None:
    """Raise what is paid by one guarded statement: however many cashiers collect, a bill is never overpaid.

    ``written_off`` is the part of the amount that nobody paid.
    """
    due = settlement.due
    if settlement.state in PAYABLE:
        state = SETTLEMENT.target(settlement.state, "pay_all" if amount == due else "pay_some")
        rows = Settlement.objects.filter(pk=settlement.pk, state__in=PAYABLE, paid__lte=F("total") - amount.fen)
        raised = {"paid": F("paid") + amount.fen, "written_off": F("written_off") + written_off.fen}
        if rows.update(state=state, **raised):
            settlement.state, settlement.paid = state, settlement.paid + amount
            settlement.written_off = settlement.written_off + written_off
            return
    if settlement.state == "reversed":
        raise Conflict(_("这张结算单已反结算，不能再收款"), code="reversed")
    text = _("只差 %(due)s，不能再收 %(amount)s") if due else _("这张结算单已付清，不用再收款")
    raise Conflict(text % {"due": due, "amount": amount}, code="overpaid", field="amount", due=due.fen)


def write_payment(
    *, kind: str, method: str, amount: Money, store_id: int, request_key: str, by: Actor, at: datetime, **facts: Any
) -> Payment:
    """The row of the cash book, with its number and the till it went into."""
    till = till_for(store_id=store_id, method=method, by=by, at=at)
    day = timezone.localtime(at).date()
    number = next_number(kind="S", store_id=store_id, store_code=store_code(store_id), day=day)
    try:
        with transaction.atomic():
            made: Payment = Payment.objects.create(
                org_id=by.org_id,
                number=number.full,
                store_id=store_id,
                till=till,
                kind=kind,
                method=method,
                amount=amount,
                request_key=request_key,
                received_at=at,
                **{"received_by": by.name, **facts},
            )
    except IntegrityError as error:
        raise key_reused() from error
    return made


def receive(
    settlement: Settlement,
    method: str,
    amount: Money,
    request_key: str,
    *,
    by: Actor,
    at: datetime,
    store_id: int | None = None,
    **facts: Any,
) -> Payment:
    """Money for a locked bill: its paid amount, the payment row, the credit it frees, the events."""
    payment = enter(settlement, method, amount, request_key, store_id=store_id, by=by, at=at, **facts)
    received = PaymentReceived(
        **about(settlement), payment_id=payment.pk, method=method, amount_fen=amount.fen, due_fen=settlement.due.fen
    )
    record(received, by=by, at=at)
    if not settlement.due:
        tell_paid(settlement, by, at)
    return payment


def enter(
    settlement: Settlement,
    method: str,
    amount: Money,
    request_key: str,
    *,
    by: Actor,
    at: datetime,
    store_id: int | None = None,
    **facts: Any,
) -> Payment:
    """Close a locked bill by an amount, whether it is money or given up; whoever enters it tells what it was."""
    move_paid(settlement, amount, amount if method == Method.WRITE_OFF else ZERO)
    if method == "deposit":
        take_from_deposit(settlement, amount)
    payment = write_payment(
        kind=Payment.Kind.PAYMENT,
        method=method,
        amount=amount,
        store_id=store_id or settlement.store_id,
        settlement=settlement,
        order_id=settlement.order_id,
        customer_id=settlement.debtor_id,
        request_key=request_key,
        by=by,
        at=at,
        **facts,
    )
    free_credit(settlement, amount, payment, at)
    return payment


def tell_paid(settlement: Settlement, by: Actor, at: datetime) -> None:
    """Say that nothing is due any more; the workshop lets the car go on this."""
    given_up = settlement.written_off.fen
    paid = SettlementPaid(**about(settlement), total_fen=settlement.total.fen, written_off_fen=given_up)
    record(paid, by=by, at=at)


def charged_account(settlement: Settlement) -> CreditAccount | None:
    """The credit account on which a bill was put, locked; None for a bill that was never on account."""
    entry = CreditEntry.objects.filter(settlement=settlement, amount__gt=0).order_by("-pk").first()
    if entry is None:
        return None
    account: CreditAccount = CreditAccount.objects.select_for_update().get(pk=entry.account_id)
    return account


def open_credit_of(settlement: Settlement) -> Money:
    """How much of a bill still weighs on its credit account."""
    amounts = CreditEntry.objects.filter(settlement=settlement).values_list("amount", flat=True)
    return sum(amounts, Money(0))


def free_credit(settlement: Settlement, amount: Money, payment: Payment | None, at: datetime) -> Money:
    """Take up to ``amount`` of a bill off the account it is on; says how much that was."""
    account = charged_account(settlement)
    freed = min(amount, open_credit_of(settlement)) if account else Money(0)
    if account is None or not freed:
        return Money(0)
    write_credit(account, -freed, settlement, payment, at)
    return freed


def write_credit(
    account: CreditAccount, amount: Money, settlement: Settlement, payment: Payment | None, at: datetime
) -> None:
    """Move the balance by one guarded statement and write the entry that explains it."""
    rows = CreditAccount.objects.filter(pk=account.pk, balance__gte=-amount.fen, balance__lte=F("limit") - amount.fen)
    if amount.fen < 0:
        rows = CreditAccount.objects.filter(pk=account.pk, balance__gte=-amount.fen)
    if not rows.update(balance=F("balance") + amount.fen):
        free = account.limit - account.balance
        text = _("超出挂账额度：还可挂 %(free)s，本单 %(amount)s") % {"free": free, "amount": amount}
        raise Refused(text, code="credit_limit", available=free.fen)
    account.balance = account.balance + amount
    CreditEntry.objects.create(
        org_id=account.org_id,
        account=account,
        settlement=settlement,
        payment=payment,
        amount=amount,
        balance_after=account.balance,
        at=at,
    )


def locked_deposit(order_id: int, customer_id: int, org_id: int) -> DepositBalance:
    """The deposit of one customer for one order, locked; a first deposit opens it."""
    DepositBalance.objects.get_or_create(org_id=org_id, customer_id=customer_id, order_id=order_id)
    found: DepositBalance = DepositBalance.objects.select_for_update().get(customer_id=customer_id, order_id=order_id)
    return found


def add_to_deposit(deposit: DepositBalance, amount: Money) -> None:
    """Raise or lower a deposit by one guarded statement; it never becomes negative."""
    rows = DepositBalance.objects.filter(pk=deposit.pk, balance__gte=-amount.fen)
    if not rows.update(balance=F("balance") + amount.fen):
        text = _("定金余额只有 %(balance)s") % {"balance": deposit.balance}
        raise Conflict(text, code="deposit_short", field="amount", balance=deposit.balance.fen)
    deposit.balance = deposit.balance + amount


def take_from_deposit(settlement: Settlement, amount: Money) -> None:
    """Pay a bill with what its payer left as a deposit for this order."""
    deposit = (
        DepositBalance.objects.select_for_update()
        .filter(order_id=settlement.order_id, customer_id=settlement.depositor_id)
        .first()
    )
    if deposit is None:
        text = _("「%(payer)s」在这张工单上没有定金，别人的定金不能用来付这张结算单") % {"payer": settlement.payer_name}
        raise Refused(text, code="no_deposit", field="method")
    add_to_deposit(deposit, -amount)


def bills_on_account(customer_id: int) -> list[Settlement]:
    """What a customer owes on account, locked, by id."""
    rows = Settlement.objects.select_for_update().filter(payer_id=customer_id, reverses=None, state="on_account")
    return list(rows.order_by("pk"))


def oldest_first(bills: Iterable[Settlement], amount: Money) -> list[tuple[Settlement, Money]]:
    """Which bill gets how much of an amount: the oldest first, the last one perhaps in part."""
    parts: list[tuple[Settlement, Money]] = []
    for bill in sorted(bills, key=lambda one: (one.settled_at, one.pk)):
        part = min(bill.due, amount)
        if part:
            parts.append((bill, part))
            amount = amount - part
    return parts


def check_method(method: str, payer_kind: str = "") -> None:
    """Only ways in which money really comes in; a deposit and an account have their own commands."""
    internal = method == Method.INTERNAL and payer_kind == PayerKind.INTERNAL
    if method not in TAKEN and not internal:
        raise Refused(_("请选择现金、刷卡或银行转账"), code="method", field="method")
