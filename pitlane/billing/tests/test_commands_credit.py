"""Customers on account stay within their limit and clear several bills at once."""

from datetime import datetime, timedelta

import pytest

from pitlane.billing import commands
from pitlane.billing.commands import Bill
from pitlane.billing.models import CreditAccount, CreditEntry, Payment, Settlement
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes

from .factories import a_customer, approve, line, order_facts, paid, reload, settled, troubles, yuan


def fleet(shop: Shop, at: datetime, limit: int = 1000) -> CreditAccount:
    customer = a_customer("顺达物流（北京）有限公司", "company")
    return commands.open_credit(customer_id=customer.pk, limit=yuan(limit), days=30, by=shop.boss(), at=at)


def charged(shop: Shop, account: CreditAccount, amount: int, order_id: int, at: datetime) -> Settlement:
    bill = settled(shop, account.customer, amount, order_id)
    return commands.charge_account(settlement_id=bill.pk, request_key=f"c{order_id}", by=shop.boss(), at=at)


def test_charging_raises_the_balance_once(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    bill = charged(shop, account, 400, 1, at)
    assert (bill.state, reload(account).balance) == ("on_account", yuan(400))
    with nothing_changes():
        commands.charge_account(settlement_id=bill.pk, request_key="again", by=shop.boss(), at=at)
    part = settled(shop, account.customer, 300, 2)
    paid(shop, part, 100)
    commands.charge_account(settlement_id=part.pk, request_key="p", by=shop.boss(), at=at)
    assert reload(account).balance == yuan(600)
    assert troubles() == []


def test_the_limit_holds(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    charged(shop, account, 700, 1, at)
    bill = settled(shop, account.customer, 301, 2)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.charge_account(settlement_id=bill.pk, request_key="x", by=shop.boss(), at=at)
    assert refusal.value.code == "credit_limit" and "¥300.00" in str(refusal.value)
    assert reload(bill).state == "open"


def test_without_an_account_only_insurers_and_makers_may_owe(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.charge_account(settlement_id=bill.pk, request_key="x", by=shop.boss(), at=at)
    assert refusal.value.code == "no_credit"
    insurer = Bill(payer_kind="insurer", payer_name="平安产险", lines=[line()])
    facts = order_facts(shop, bill.customer, 8)
    owed = commands.settle(facts=facts, bills=[insurer], by=shop.boss(), at=at)[0]
    owed = commands.charge_account(settlement_id=owed.pk, request_key="i", by=shop.boss(), at=at)
    assert (owed.state, CreditEntry.objects.count()) == ("on_account", 0)
    paid(shop, owed, 300, "bank")
    assert reload(owed).state == "paid"
    with nothing_changes(), pytest.raises(Forbidden):
        commands.charge_account(settlement_id=bill.pk, request_key="x", by=shop.actor("billing.view"), at=at)


def clear(shop: Shop, account: CreditAccount, amount: int, at: datetime, **changes: object) -> list[Payment]:
    facts: dict = {"customer_id": account.customer_id, "method": "bank", "request_key": "clear", "by": shop.boss()}
    return commands.clear_account(**(facts | {"amount": yuan(amount), "at": at} | changes))


def test_one_payment_clears_the_oldest_bills_first(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    bills = [charged(shop, account, 200, order, at) for order in (1, 2, 3)]
    made = clear(shop, account, 450, at)
    assert [p.amount for p in made] == [yuan(200), yuan(200), yuan(50)]
    assert len({p.batch for p in made}) == 1
    assert [reload(b).state for b in bills] == ["paid", "paid", "on_account"]
    assert reload(account).balance == yuan(150)
    with nothing_changes():
        assert [p.pk for p in clear(shop, account, 450, at)] == [p.pk for p in made]
    with nothing_changes(), pytest.raises(Conflict):
        clear(shop, account, 449, at)
    assert EventRow.objects.filter(kind="billing.CreditCleared").get().payload["amount_fen"] == 45000
    assert troubles() == []


def test_chosen_bills_only_and_not_more_than_they_owe(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    bills = [charged(shop, account, 200, order, at) for order in (1, 2)]
    clear(shop, account, 200, at, settlement_ids=[bills[1].pk])
    assert [reload(b).state for b in bills] == ["on_account", "paid"]
    with nothing_changes(), pytest.raises(Conflict):
        clear(shop, account, 201, at, request_key="more")
    with nothing_changes(), pytest.raises(Missing):
        clear(shop, account, 1, at, request_key="x", settlement_ids=[10**9])
    with nothing_changes(), pytest.raises(Forbidden):
        clear(shop, account, 1, at, request_key="y", by=shop.actor("billing.view"))
    with nothing_changes(), pytest.raises(Refused):
        clear(shop, account, 0, at, request_key="z")


def test_a_reversal_releases_the_credit(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    charged(shop, account, 400, 7, at)
    asked = commands.request_reversal(order_id=7, reason="录错", by=shop.boss(), at=at)
    approval_id = approve(shop, asked)
    commands.reverse_settlements(order_id=7, reason="录错", approval_id=approval_id, by=shop.boss(), at=at)
    assert reload(account).balance == Money(0)
    assert EventRow.objects.get(kind="billing.SettlementReversed").payload["released_fen"] == 40000
    assert troubles() == []


def test_limits_are_opened_and_changed_with_permission(shop: Shop, at: datetime) -> None:
    account = fleet(shop, at)
    charged(shop, account, 400, 1, at)
    change = {"account_id": account.pk, "days": 60, "by": shop.boss(), "at": at + timedelta(days=1)}
    with nothing_changes(), pytest.raises(Refused):
        commands.change_credit(limit=yuan(399), **change)
    changed = commands.change_credit(limit=yuan(500), active=False, **change)
    assert (changed.limit, changed.days, changed.active) == (yuan(500), 60, False)
    bill = settled(shop, account.customer, 10, 2)
    with nothing_changes(), pytest.raises(Refused):
        commands.charge_account(settlement_id=bill.pk, request_key="x", by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Conflict):
        commands.open_credit(customer_id=account.customer_id, limit=yuan(1), by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.open_credit(customer_id=1, limit=yuan(1), by=shop.actor("billing.pay"), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.change_credit(limit=yuan(500), **(change | {"by": shop.actor("billing.pay")}))
    for wrong in ({"limit": yuan(-1)}, {"limit": yuan(500), "days": 366}):
        with nothing_changes(), pytest.raises(Refused):
            commands.change_credit(**(change | wrong))
