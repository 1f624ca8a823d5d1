"""Money comes in by several ways and in parts, once per request, never too much."""

from datetime import datetime

import pytest

from pitlane.billing import commands, queries
from pitlane.billing.commands import Bill
from pitlane.billing.models import DepositBalance, Payment, Settlement
from pitlane.core.access import system
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import a_customer, line, order_facts, paid, reload, settled, yuan


def test_several_methods_on_one_bill(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    first = paid(shop, bill, 100, "card", reference="POS-1")
    assert (reload(bill).state, reload(bill).paid, first.number) == ("partial", yuan(100), "S0-2026-S1123-001")
    paid(shop, bill, 200, "bank")
    assert (reload(bill).state, reload(bill).due) == ("paid", Money(0))
    assert EventRow.objects.filter(kind="billing.SettlementPaid").count() == 1


def test_a_repeated_request_is_the_same_payment(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    first = paid(shop, bill, 300, request_key="once")
    with nothing_changes():
        assert paid(shop, bill, 300, request_key="once").pk == first.pk
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        paid(shop, bill, 299, request_key="once")
    assert refusal.value.code == "request_key_reused"


@pytest.mark.parametrize("key", ["", "k" * 91])
def test_a_request_key_is_needed_and_short(shop: Shop, at: datetime, key: str) -> None:
    bill = settled(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        paid(shop, bill, 100, request_key=key)
    assert refusal.value.code == "request_key"


def test_a_key_used_for_another_bill_is_refused(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    paid(shop, settled(shop, customer), 100, request_key="once")
    other = settled(shop, customer, order_id=8)
    with nothing_changes(), pytest.raises(Conflict):
        paid(shop, other, 100, request_key="once")


@pytest.mark.parametrize("amount, code", [("300.01", "overpaid"), (0, "amount"), (-5, "amount")])
def test_wrong_amounts_are_refused(shop: Shop, at: datetime, amount: str | int, code: str) -> None:
    bill = settled(shop)
    with nothing_changes(), pytest.raises((Refused, Conflict)) as refusal:
        paid(shop, bill, amount)
    assert refusal.value.code == code


def test_a_paid_bill_takes_no_more(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    paid(shop, bill, 300)
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        paid(shop, bill, 1)
    assert refusal.value.code == "overpaid"


def test_only_real_ways_of_paying(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    for method in ("internal", "deposit", "gold"):
        with nothing_changes(), pytest.raises(Refused):
            paid(shop, bill, 10, method)


def test_paying_needs_the_permission_and_the_bill(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    with nothing_changes(), pytest.raises(Forbidden):
        paid(shop, bill, 10, by=shop.actor("billing.view"))
    with nothing_changes(), pytest.raises(Missing):
        commands.take_payment(
            settlement_id=10**9, method="card", amount=yuan(1), request_key="x", by=shop.boss(), at=at
        )


def deposit(shop: Shop, customer_id: int, amount: int, key: str = "dep", method: str = "card") -> Payment:
    return commands.take_deposit(
        order_id=7,
        order_number="S0-2026-W1123-007",
        store_id=shop.store_id,
        customer_id=customer_id,
        method=method,
        amount=yuan(amount),
        request_key=key,
        by=shop.boss(),
        at=NOON,
    )


def test_a_deposit_is_used_on_the_bill_of_its_order(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    deposit(shop, customer.pk, 200)
    with nothing_changes():
        deposit(shop, customer.pk, 200)
    bill = settled(shop, customer)
    use = {"settlement_id": bill.pk, "by": shop.boss(), "at": at}
    commands.apply_deposit(amount=yuan(150), request_key="use", **use)
    with nothing_changes():
        commands.apply_deposit(amount=yuan(150), request_key="use", **use)
    assert (reload(bill).paid, DepositBalance.objects.get().balance) == (yuan(150), yuan(50))
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        commands.apply_deposit(amount=yuan(51), request_key="more", **use)
    assert refusal.value.code == "deposit_short"


def test_no_deposit_nothing_to_use(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.apply_deposit(settlement_id=bill.pk, amount=yuan(1), request_key="x", by=shop.boss(), at=at)
    assert refusal.value.code == "no_deposit"
    with nothing_changes(), pytest.raises(Forbidden):
        commands.apply_deposit(
            settlement_id=bill.pk, amount=yuan(1), request_key="x", by=shop.actor("billing.view"), at=at
        )


def test_a_deposit_pays_no_bill_of_somebody_else(shop: Shop, at: datetime) -> None:
    customer, fleet = a_customer(), a_customer("顺达物流", "company")
    deposit(shop, customer.pk, 200)
    bills = [
        Bill(payer_kind="customer", payer_name=customer.name, lines=[line(amount=300)]),
        Bill(payer_kind="insurer", payer_name="平安保险", lines=[line("item:2", 500)]),
        Bill(payer_kind="customer", payer_name=fleet.name, lines=[line("item:3", 100)], customer_id=fleet.pk),
    ]
    own, insurer, other = commands.settle(facts=order_facts(shop, customer), bills=bills, by=shop.boss(), at=at)
    offered = [queries.deposit_for(bill.pk) for bill in (own, insurer, other)]
    assert offered == [yuan(200), yuan(0), yuan(0)]
    for bill in (insurer, other):
        with nothing_changes(), pytest.raises(Refused) as refusal:
            commands.apply_deposit(settlement_id=bill.pk, amount=yuan(1), request_key="x", by=shop.boss(), at=at)
        assert refusal.value.code == "no_deposit" and bill.payer_name in str(refusal.value)
    commands.apply_deposit(settlement_id=own.pk, amount=yuan(200), request_key="y", by=shop.boss(), at=at)
    assert reload(own).paid == yuan(200)


def test_programs_pay_without_a_till(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    payment = paid(shop, bill, 300, "cash", by=system(shop.org_id))
    assert payment.till_id is None and Settlement.objects.get().state == "paid"
