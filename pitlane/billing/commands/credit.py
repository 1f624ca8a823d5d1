"""On account (挂账): customers who pay later, within a limit, and clear several bills with one payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_code
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total
from pitlane.core.numbers import next_number

from .. import ledger, policies
from ..events import CreditChanged, CreditCharged, CreditCleared, CreditOpened
from ..models import CreditAccount, PayerKind, Payment, Settlement
from ..states import SETTLEMENT

WITHOUT_LIMIT = (PayerKind.INSURER, PayerKind.MAKER)
LONGEST = 365


def _check_terms(limit: Money, days: int) -> None:
    if limit.fen < 0:
        raise Refused(_("额度不能小于 0"), code="limit", field="limit")
    if not 0 <= days <= LONGEST:
        raise Refused(_("账期应在 0 到 365 天之间"), code="days", field="days")


@command
def open_credit(*, customer_id: int, limit: Money, days: int = 30, by: Actor, at: datetime) -> CreditAccount:
    """Let a customer pay later, up to a limit."""
    require(policies.can_manage_credit(by), "billing.credit")
    _check_terms(limit, days)
    try:
        with transaction.atomic():
            account: CreditAccount = CreditAccount.objects.create(
                org_id=by.org_id, customer_id=customer_id, limit=limit, balance=ZERO, days=days
            )
    except IntegrityError as error:
        raise Conflict(_("这位客户已开通挂账"), code="credit_exists", field="customer") from error
    opened = CreditOpened(account_id=account.pk, customer_id=customer_id, limit_fen=limit.fen, days=days)
    record(opened, by=by, at=at)
    return account


@command
def change_credit(
    *, account_id: int, limit: Money, days: int, active: bool = True, by: Actor, at: datetime
) -> CreditAccount:
    """Change limit and term, or stop further charging; what is owed stays owed."""
    account: CreditAccount | None = CreditAccount.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise Missing()
    require(policies.can_manage_credit(by), "billing.credit")
    _check_terms(limit, days)
    if limit < account.balance:
        text = _("已挂账 %(balance)s，额度不能更低") % {"balance": account.balance}
        raise Refused(text, code="limit", field="limit")
    account.limit, account.days, account.active = limit, days, active
    account.save(update_fields=["limit", "days", "active"])
    changed = CreditChanged(
        account_id=account.pk, customer_id=account.customer_id, limit_fen=limit.fen, days=days, active=active
    )
    record(changed, by=by, at=at)
    return account


@command
def charge_account(*, settlement_id: int, request_key: str = "", by: Actor, at: datetime) -> Settlement:
    """Put what is due on the payer's account. Insurers and makers without an account simply owe it."""
    settlement = ledger.locked_settlement(settlement_id)
    require(policies.can_pay(by, settlement.store_id), "billing.pay")
    if settlement.state == "on_account":
        return settlement
    due = settlement.due
    SETTLEMENT.apply(settlement, "charge")
    account = _account(settlement)
    if account:
        ledger.write_credit(account, due, settlement, None, at)
    settlement.save(update_fields=["state"])
    charged = CreditCharged(
        **ledger.about(settlement),
        account_id=account.pk if account else None,
        amount_fen=due.fen,
        balance_fen=account.balance.fen if account else due.fen,
    )
    record(charged, by=by, at=at)
    return settlement


def _account(settlement: Settlement) -> CreditAccount | None:
    account: CreditAccount | None = (
        CreditAccount.objects.select_for_update().filter(customer_id=settlement.payer_id, active=True).first()
        if settlement.payer_id
        else None
    )
    if account is None and settlement.payer_kind not in WITHOUT_LIMIT:
        raise Refused(_("付款方没有开通挂账，请先开通或改为收款"), code="no_credit")
    return account


@command
def clear_account(
    *,
    customer_id: int,
    method: str,
    amount: Money,
    settlement_ids: Sequence[int] = (),
    request_key: str,
    reference: str = "",
    store_id: int | None = None,
    by: Actor,
    at: datetime,
) -> list[Payment]:
    """销账: one payment for several bills on account, the oldest first. Money is booked where it was received."""
    chosen = _on_account(customer_id, settlement_ids)
    place = store_id or by.store_id or (chosen[0].store_id if chosen else None)
    require(place is not None and policies.can_pay(by, place), "billing.pay")
    assert place is not None
    if known := _cleared(request_key, customer_id, method, amount):
        return known
    ledger.check_method(method)
    ledger.positive(amount)
    owed = total(bill.due for bill in chosen)
    if amount > owed:
        text = _("所选结算单只欠 %(owed)s，不能收 %(amount)s") % {"owed": owed, "amount": amount}
        raise Conflict(text, code="overpaid", field="amount", due=owed.fen)
    day = timezone.localtime(at).date()
    batch = next_number(kind="X", store_id=place, store_code=store_code(place), day=day).full
    paid = ledger.oldest_first(chosen, amount)
    made = [
        ledger.receive(
            bill,
            method,
            part,
            request_key if turn == 0 else f"{request_key}#{turn}",
            batch=batch,
            reference=reference[:60],
            store_id=place,
            by=by,
            at=at,
        )
        for turn, (bill, part) in enumerate(paid)
    ]
    account = CreditAccount.objects.filter(customer_id=customer_id).first()
    cleared = CreditCleared(
        account_id=account.pk if account else None,
        customer_id=customer_id,
        store_id=place,
        amount_fen=amount.fen,
        settlement_ids=[bill.pk for bill, _part in paid],
        batch=batch,
    )
    record(cleared, by=by, at=at)
    return made


def _on_account(customer_id: int, settlement_ids: Sequence[int]) -> list[Settlement]:
    if not settlement_ids:
        return ledger.bills_on_account(customer_id)
    rows = Settlement.objects.select_for_update().filter(payer_id=customer_id, reverses=None)
    found = list(rows.filter(pk__in=settlement_ids).order_by("pk"))
    if len(found) != len(set(settlement_ids)):
        raise Missing()
    return found


def _cleared(request_key: str, customer_id: int, method: str, amount: Money) -> list[Payment]:
    first = ledger.repeated(request_key, customer_id=customer_id, method=method, kind=Payment.Kind.PAYMENT)
    if first is None:
        return []
    rows = list(Payment.objects.filter(batch=first.batch).order_by("pk")) if first.batch else [first]
    if total(row.amount for row in rows) != amount:
        raise ledger.key_reused()
    return rows
