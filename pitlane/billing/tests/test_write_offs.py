"""坏账核销: asked for, agreed to by somebody else, exact to the fen, and no money that anybody could take out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pitlane.accounts.commands import decide_approval, withdraw_approval
from pitlane.accounts.models import Approval, Store
from pitlane.billing import commands, queries
from pitlane.billing.models import CreditAccount, DepositBalance, Payment, Settlement
from pitlane.core.access import Actor, system
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import a_cashier, a_customer, approve, on_account, paid, reload, settled, troubles, yuan


def accountant(shop: Shop) -> Actor:
    staff = a_cashier(shop, "accountant", "周会计")
    return shop.actor("billing.write_off", "billing.pay", "billing.view", staff_id=staff.pk, name=staff.name)


def chief(shop: Shop) -> Actor:
    staff = a_cashier(shop, "chief", "陈店长")
    return shop.actor("accounts.approve_write_off", "billing.view", staff_id=staff.pk, name=staff.name)


def ask(bill: Settlement, amount: str | int, by: Actor, **changes: Any) -> Approval:
    facts: dict[str, Any] = {"settlement_id": bill.pk, "amount": yuan(amount), "reason": "失联三年", "at": NOON}
    asked: Approval = commands.request_write_off(**(facts | changes), by=by)
    return asked


def decide(asked: Approval, by: Actor, approve: bool = True) -> Approval:
    return decide_approval(approval_id=asked.pk, approve=approve, note="", by=by, at=NOON)


def gone(shop: Shop, bill: Settlement, amount: str | int) -> Payment:
    """A bill of which so much was written off."""
    asked = ask(bill, amount, shop.boss())
    decide(asked, system(shop.org_id, "陈店长"))
    return Payment.objects.get(approval_id=asked.pk)


def told(kind: str) -> list[dict[str, Any]]:
    return [row.payload for row in EventRow.objects.filter(kind=f"billing.{kind}").order_by("seq")]


def test_a_debt_is_given_up_by_exactly_what_was_approved(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    paid(shop, bill, 100)
    by, boss = accountant(shop), chief(shop)
    asked = ask(bill, 150, by)
    assert (asked.state, asked.amount, asked.order_id, asked.customer_id) == ("requested", yuan(150), 7, bill.debtor_id)
    assert reload(bill).due == yuan(200)
    with nothing_changes():
        assert ask(bill, 150, by).pk == asked.pk
    assert decide(asked, boss).state == "used"
    bill = reload(bill)
    assert (bill.state, bill.paid, bill.written_off, bill.received, bill.due) == (
        "partial", yuan(250), yuan(150), yuan(100), yuan(50),
    )  # fmt: skip
    row = Payment.objects.get(method="write_off")
    assert (row.amount, row.reason, row.received_by, row.approved_by, row.approval_id, row.till) == (
        yuan(150), "失联三年", "周会计", "陈店长", asked.pk, None,
    )  # fmt: skip
    assert [one["amount_fen"] for one in told("DebtWrittenOff")] == [15000] and len(told("PaymentReceived")) == 1
    decide(ask(bill, 50, by), boss)
    assert (reload(bill).state, reload(bill).written_off) == ("paid", yuan(200))
    assert told("SettlementPaid") == [told("SettlementPaid")[0] | {"total_fen": 30000, "written_off_fen": 20000}]
    assert troubles() == []


def test_a_refused_or_withdrawn_request_gives_up_nothing(shop: Shop, at: datetime) -> None:
    bill, by = settled(shop), accountant(shop)
    assert decide(ask(bill, 300, by), chief(shop), approve=False).state == "refused"
    withdraw_approval(approval_id=ask(bill, 300, by).pk, by=by, at=at)
    assert (reload(bill).due, Payment.objects.count()) == (yuan(300), 0)


def test_requests_that_are_refused(shop: Shop, at: datetime) -> None:
    bill, by = settled(shop), accountant(shop)
    for amount, reason, error in ((0, "x", Refused), ("300.01", "x", Conflict), (300, " ", Refused)):
        with nothing_changes(), pytest.raises(error):
            ask(bill, amount, by, reason=reason)
    with nothing_changes(), pytest.raises(Forbidden):
        ask(bill, 300, shop.actor("billing.pay"))
    with nothing_changes(), pytest.raises(Missing):
        ask(bill, 300, by, settlement_id=10**9)
    ask(bill, 100, by)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        ask(bill, 200, by)
    assert refusal.value.code == "write_off_waits"
    paid(shop, other := settled(shop, a_customer("周"), order_id=8), 300)
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        ask(other, 1, by)
    assert refusal.value.code == "nothing_due"


def test_only_somebody_else_with_the_permission_decides(shop: Shop, at: datetime) -> None:
    both = a_cashier(shop, "both", "老板")
    boss = shop.actor("billing.write_off", "accounts.approve_write_off", staff_id=both.pk)
    asked, other = ask(settled(shop), 300, boss), chief(shop)
    for by in (boss, accountant(shop), shop.actor("accounts.approve_write_off", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises(Forbidden):
            decide(asked, by)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.carry_out_write_off(approval_id=asked.pk, by=shop.actor("billing.write_off"), at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.carry_out_write_off(approval_id=asked.pk, by=other, at=at)  # nobody has agreed yet
    with nothing_changes(), pytest.raises(Missing):
        commands.carry_out_write_off(approval_id=10**9, by=other, at=at)


def test_what_was_paid_meanwhile_is_not_given_up_and_the_request_stays_open(shop: Shop, at: datetime) -> None:
    bill, by, boss = settled(shop), accountant(shop), chief(shop)
    asked = ask(bill, 300, by)
    paid(shop, bill, 1)
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        decide(asked, boss)
    assert refusal.value.code == "write_off_too_much" and reload(asked).state == "requested"
    paid(shop, bill, 299)
    with nothing_changes(), pytest.raises(Conflict):
        decide(asked, boss)
    assert decide(asked, boss, approve=False).state == "refused"


def test_the_database_never_gives_up_more_than_is_closed(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    paid(shop, bill, 100)
    for fen in (10001, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.filter(pk=bill.pk).update(written_off=fen)


def fleet_bills(shop: Shop) -> tuple[CreditAccount, list[Settlement]]:
    bills = [on_account(shop, 400, 1)]
    account = CreditAccount.objects.get()
    for order_id in (2, 3):
        bill = settled(shop, account.customer, 200, order_id)
        bills.append(commands.charge_account(settlement_id=bill.pk, by=shop.boss(), at=NOON))
    return account, bills


def test_a_fleet_that_is_gone_is_written_off_oldest_bill_first(shop: Shop, at: datetime) -> None:
    account, bills = fleet_bills(shop)
    by, boss = accountant(shop), chief(shop)
    call = {"account_id": account.pk, "reason": "破产清算", "at": at}
    asked = commands.request_account_write_off(amount=yuan(500), by=by, **call)
    assert (asked.store_id, asked.customer_id, asked.order_id) == (shop.store_id, account.customer_id, None)
    decide(asked, boss)
    assert [(reload(b).state, reload(b).written_off) for b in bills] == [
        ("paid", yuan(400)), ("on_account", yuan(100)), ("on_account", Money(0)),
    ]  # fmt: skip
    assert reload(account).balance == yuan(300)
    page = queries.account_screen(account.pk, boss, at)
    lines = [(str(e.text), e.note, e.cleared) for e in page.entries if e.cleared]
    assert lines == [
        ("坏账核销", "破产清算 · 陈店长 同意", yuan(400)),
        ("坏账核销", "破产清算 · 陈店长 同意", yuan(100)),
    ]
    assert (page.owed, page.written_off) == (yuan(300), yuan(500))
    for amount, error in ((yuan(301), Conflict), (yuan(0), Refused)):
        with nothing_changes(), pytest.raises(error):
            commands.request_account_write_off(amount=amount, by=by, **call)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_account_write_off(amount=yuan(1), by=shop.actor("billing.pay"), **call)
    with nothing_changes(), pytest.raises(Missing):
        commands.request_account_write_off(amount=yuan(1), by=by, **(call | {"account_id": 10**9}))
    assert troubles() == []


def test_a_debt_in_two_stores_is_decided_for_the_whole_organisation(shop: Shop, at: datetime) -> None:
    account, bills = fleet_bills(shop)
    Settlement.objects.filter(pk=bills[2].pk).update(store_id=shop.other_store_id)
    call = {"account_id": account.pk, "amount": yuan(800), "reason": "破产", "at": at}
    local, boss = accountant(shop), chief(shop)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_account_write_off(by=local, **call)
    asked = commands.request_account_write_off(by=shop.boss(), **call)
    assert asked.store_id is None
    with nothing_changes(), pytest.raises(Forbidden):
        decide(asked, boss)
    decide(asked, system(shop.org_id))
    assert {reload(b).state for b in bills} == {"paid"} and reload(account).balance == Money(0)


def test_a_write_off_pays_nothing_out(shop: Shop, at: datetime) -> None:
    Store.objects.update(settings={"refund_without_approval_fen": 10**7})
    bill = settled(shop)
    money = paid(shop, bill, 100)
    given_up = gone(shop, bill, 200)
    refund = {"reason": "多收了", "by": shop.boss(), "at": at}
    for command in (commands.refund_payment, commands.refund_or_request):
        with nothing_changes(), pytest.raises(Refused) as refusal:
            command(payment_id=given_up.pk, amount=yuan(1), request_key="w", **refund)
        assert refusal.value.code == "written_off"
    with nothing_changes(), pytest.raises(Refused):
        paid(shop, bill, 1, "write_off")
    with nothing_changes(), pytest.raises(Conflict):
        commands.refund_payment(payment_id=money.pk, amount=yuan("100.01"), request_key="m", **refund)
    commands.refund_payment(payment_id=money.pk, amount=yuan(100), request_key="m", **refund)
    assert (reload(bill).due, reload(bill).written_off, reload(bill).state) == (yuan(100), yuan(200), "partial")
    assert troubles() == []


def test_a_reversal_takes_the_write_off_back_and_keeps_only_real_money(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    paid(shop, bill, 100)
    given_up = gone(shop, bill, 150)
    asked = commands.request_reversal(order_id=7, reason="录错", by=shop.boss(), at=at)
    commands.reverse_settlements(order_id=7, reason="录错", approval_id=approve(shop, asked), by=shop.boss(), at=at)
    assert (reload(bill).state, reload(bill).paid, reload(bill).written_off) == ("reversed", Money(0), Money(0))
    assert DepositBalance.objects.get().balance == yuan(100)
    assert told("SettlementReversed")[0]["to_deposit_fen"] == 10000
    again = settled(shop, bill.customer)
    assert reload(again).due == yuan(300)
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        recover(shop, given_up, 10)
    assert refusal.value.code == "reversed"
    assert troubles() == []


def recover(shop: Shop, given_up: Payment, amount: str | int, **changes: Any) -> Payment:
    facts: dict[str, Any] = {"method": "bank", "request_key": "back", "by": shop.boss(), "at": NOON}
    return commands.recover_write_off(payment_id=given_up.pk, amount=yuan(amount), **(facts | changes))


def test_a_debtor_who_pays_after_all(shop: Shop, at: datetime) -> None:
    bill = on_account(shop, 400)
    given_up = gone(shop, bill, 300)
    made = recover(shop, given_up, 120)
    bill = reload(bill)
    assert (made.kind, made.method, made.amount) == ("payment", "bank", yuan(120))
    assert (bill.state, bill.paid, bill.written_off, bill.due) == ("on_account", yuan(300), yuan(180), yuan(100))
    with nothing_changes():
        assert recover(shop, given_up, 120).pk == made.pk
    with nothing_changes(), pytest.raises(Conflict):
        recover(shop, given_up, 121)
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        recover(shop, given_up, "180.01", request_key="more")
    assert refusal.value.code == "recovered_too_much"
    call: dict[str, Any] = {"payment_id": given_up.pk, "method": "bank", "request_key": "x", "at": at}
    for changes, error in (
        ({"by": shop.actor("billing.view")}, Forbidden),
        ({"method": "write_off"}, Refused),
        ({"amount": yuan(0)}, Refused),
    ):
        with nothing_changes(), pytest.raises(error):
            commands.recover_write_off(**({"amount": yuan(1), "by": shop.boss()} | call | changes))
    with nothing_changes(), pytest.raises(Refused):
        recover(shop, made, 1, request_key="y")
    with nothing_changes(), pytest.raises(Missing):
        commands.recover_write_off(
            payment_id=10**9, method="bank", amount=yuan(1), request_key="x", by=shop.boss(), at=at
        )
    recover(shop, given_up, 180, request_key="rest", method="card")
    assert reload(bill).written_off == Money(0)
    assert [one["amount_fen"] for one in told("DebtRecovered")] == [12000, 18000]
    assert troubles() == []


def test_the_day_counts_no_write_off_as_money_and_the_till_never_sees_it(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    till = commands.open_till(store_id=shop.store_id, by=accountant(shop), at=at)
    given_up = gone(shop, bill, 200)
    recover(shop, given_up, 50)
    paid(shop, bill, 100)
    report = queries.day_report(shop.store_id, at.date(), shop.boss())
    row = next(one for one in report.methods if one.method == "write_off")
    assert (row.real, row.net, report.received) == (False, yuan(150), yuan(150))
    assert queries.till_sheet(till.pk, shop.boss()).expected == Money(0)
    assert "write_off" not in dict(queries.methods())
    book = queries.payment_list(queries.PaymentFilter(period=""), shop.boss(), at)
    assert book.total == yuan(150)
    chosen = {view: queries.PaymentFilter(view=view, period="") for view in queries.PAYMENT_VIEWS}
    views = {view: queries.payment_list(one, shop.boss(), at).count for view, one in chosen.items()}
    assert (views["payment"], views["write_off"], views["correction"]) == (2, 2, 0)
    totals = queries.customer_totals(bill.customer_id)
    assert (totals.written_off, totals.due) == (yuan(150), Money(0))
    card = queries.settlement_card(reload(bill))
    assert (str(card.label.text), card.received, card.written_off) == ("坏账核销", yuan(150), yuan(150))


def test_an_api_key_of_the_asker_does_not_decide(shop: Shop, at: datetime) -> None:
    asked = ask(settled(shop), 300, shop.boss())
    assert asked.requested_by_id is None
    with nothing_changes(), pytest.raises(Forbidden):
        decide(asked, Actor(shop.org_id, "key", 10**6, "x", frozenset({"accounts.approve_write_off"})))
