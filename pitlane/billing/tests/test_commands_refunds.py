"""Money leaves only with somebody else's approval, and a reversal keeps the chain."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pitlane.accounts.models import Approval, Store
from pitlane.billing import commands
from pitlane.billing.commands import Bill
from pitlane.billing.models import DepositBalance, Payment, Settlement
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes

from .factories import a_customer, approve, line, order_facts, paid, reload, settled, troubles, yuan


def ask(shop: Shop, payment: Payment, amount: str | int, at: datetime, key: str = "r1") -> commands.Refund:
    return commands.refund_or_request(
        payment_id=payment.pk, amount=yuan(amount), reason="多收了", request_key=key, by=shop.boss(), at=at
    )


def test_a_refund_waits_for_its_approval_and_then_happens_once(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    payment = paid(shop, bill, 300)
    asked = ask(shop, payment, 100, at)
    assert asked.payment is None and asked.approval.amount == yuan(100)
    assert ask(shop, payment, 100, at).approval.pk == asked.approval.pk
    approve(shop, asked.approval)
    done = ask(shop, payment, 100, at)
    assert done.payment is not None and done.payment.amount == yuan(-100)
    assert (reload(bill).paid, reload(bill).state) == (yuan(200), "partial")
    assert EventRow.objects.filter(kind="billing.RefundMade").count() == 1
    assert ask(shop, payment, 100, at, "r2").approval.state == "requested"
    assert troubles() == []


def test_a_full_refund_opens_the_bill_again(shop: Shop, at: datetime) -> None:
    Store.objects.filter(pk=shop.store_id).update(settings={"refund_without_approval_fen": 50000})
    bill = settled(shop)
    payment = paid(shop, bill, 300)
    first = ask(shop, payment, 300, at)
    assert (reload(bill).state, first.approval, Approval.objects.count()) == ("open", None, 0)
    with nothing_changes(), pytest.raises(Refused):
        ask(shop, payment, 1, at, "again")


def test_a_repeated_refund_is_the_same_refund(shop: Shop, at: datetime) -> None:
    Store.objects.filter(pk=shop.store_id).update(settings={"refund_without_approval_fen": 50000})
    payment = paid(shop, settled(shop), 300)
    facts = {"payment_id": payment.pk, "reason": "多收了", "request_key": "r", "by": shop.boss(), "at": at}
    first = commands.refund_payment(amount=yuan(10), **facts)
    with nothing_changes():
        assert commands.refund_payment(amount=yuan(10), **facts).pk == first.pk
    with nothing_changes(), pytest.raises(Conflict):
        commands.refund_payment(amount=yuan(11), **facts)


def test_refunds_that_are_refused(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    payment = paid(shop, bill, 300)
    facts = {"payment_id": payment.pk, "request_key": "r", "at": at}
    boss = shop.boss()
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.refund_payment(amount=yuan(10), reason="多收了", by=boss, **facts)
    assert refusal.value.code == "approval_needed"
    with nothing_changes(), pytest.raises(Conflict):
        commands.refund_payment(amount=yuan(301), reason="多收了", by=boss, **facts)
    with nothing_changes(), pytest.raises(Refused):
        commands.refund_payment(amount=yuan(1), reason=" ", by=boss, **facts)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.refund_payment(amount=yuan(1), reason="x", by=shop.actor("billing.pay"), **facts)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.refund_or_request(amount=yuan(1), reason="x", by=shop.actor("billing.pay"), **facts)
    with nothing_changes(), pytest.raises(Missing):
        commands.refund_payment(**(facts | {"payment_id": 10**9}), amount=yuan(1), reason="x", by=boss)


def test_an_approval_covers_its_amount_only(shop: Shop, at: datetime) -> None:
    payment = paid(shop, settled(shop), 300)
    approval_id = approve(shop, ask(shop, payment, 100, at).approval)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.refund_payment(
            payment_id=payment.pk,
            amount=yuan(101),
            reason="多收了",
            request_key="r",
            approval_id=approval_id,
            by=shop.boss(),
            at=at,
        )
    assert refusal.value.code == "approval_mismatch"


def test_an_unused_deposit_goes_back_with_approval(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    facts = {"order_id": 7, "store_id": shop.store_id, "customer_id": customer.pk, "method": "card", "by": shop.boss()}
    commands.take_deposit(order_number="W", amount=yuan(200), request_key="d", at=at, **facts)
    back = facts | {"reason": "不修了", "request_key": "b", "at": at}
    with nothing_changes(), pytest.raises(Refused):
        commands.refund_deposit(amount=yuan(200), **back)
    approve(shop, commands.refund_deposit_or_request(amount=yuan(200), **back).approval)
    done = commands.refund_deposit_or_request(amount=yuan(200), **back)
    assert done.payment is not None and DepositBalance.objects.get().balance == Money(0)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.refund_deposit_or_request(amount=yuan(1), **(back | {"by": shop.actor("billing.pay")}))
    assert troubles() == []


def reverse(shop: Shop, at: datetime, **changes: object) -> list[Settlement]:
    facts: dict = {"order_id": 7, "reason": "项目录错", "by": shop.boss(), "at": at}
    return commands.reverse_settlements(**({"approval_id": None} | facts | changes))


def approved_reversal(shop: Shop, at: datetime) -> int:
    return approve(shop, commands.request_reversal(order_id=7, reason="项目录错", by=shop.boss(), at=at))


def test_a_reversal_is_the_exact_opposite_and_keeps_the_money(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    lines = [line("item:1", "100.01", share=Decimal("0.5"))]
    bills = [
        Bill(payer_kind="customer", payer_name="王建国", lines=lines),
        Bill(payer_kind="insurer", payer_name="平安产险", lines=lines),
        Bill(payer_kind="internal", payer_name="内部", lines=[line("item:9", 30)]),
    ]
    own, insurer, internal = commands.settle(facts=order_facts(shop, customer), bills=bills, by=shop.boss(), at=at)
    paid(shop, own, 20)
    negatives = reverse(shop, at, approval_id=approved_reversal(shop, at))
    assert [n.total for n in negatives] == [-own.total, -insurer.total, -internal.total]
    assert [n.reverses_id for n in negatives] == [own.pk, insurer.pk, internal.pk]
    assert {reload(b).state for b in (own, insurer, internal)} == {"reversed"}
    assert DepositBalance.objects.get().balance == yuan(20)
    assert reload(own).lines.get().share == -negatives[0].lines.get().share
    again = settled(shop, customer)
    assert again.round == 2
    commands.apply_deposit(settlement_id=again.pk, amount=yuan(20), request_key="u", by=shop.boss(), at=at)
    assert troubles() == []
    assert EventRow.objects.filter(kind="billing.SettlementReversed").count() == 3


def test_a_reversal_needs_approval_permission_reason_and_a_bill(shop: Shop, at: datetime) -> None:
    with nothing_changes(), pytest.raises(Missing):
        reverse(shop, at)
    bill = settled(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        reverse(shop, at)
    assert refusal.value.code == "approval_needed"
    with nothing_changes(), pytest.raises(Refused):
        reverse(shop, at, reason="")
    for action in (reverse, lambda s, t, by: commands.request_reversal(order_id=7, reason="x", by=by, at=t)):
        with nothing_changes(), pytest.raises(Forbidden):
            action(shop, at, by=shop.actor("billing.refund"))
    approval_id = approved_reversal(shop, at)
    reverse(shop, at, approval_id=approval_id)
    settled(shop, bill.customer)
    with nothing_changes(), pytest.raises(Refused):
        reverse(shop, at, approval_id=approval_id)


def test_a_reversed_bill_takes_no_money(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    reverse(shop, at, approval_id=approved_reversal(shop, at))
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        paid(shop, bill, 1)
    assert refusal.value.code == "reversed"


def small_refunds(shop: Shop, fen: int = 10000) -> None:
    Store.objects.update(settings={"refund_without_approval_fen": fen})


def test_a_refund_in_slices_needs_the_approval_of_the_whole(shop: Shop, at: datetime) -> None:
    small_refunds(shop)
    payment, other = paid(shop, bill := settled(shop), 150), paid(shop, bill, 150)
    assert ask(shop, payment, 60, at, "a").payment is not None
    assert ask(shop, payment, 40, at, "b").payment is not None
    direct = {"reason": "多收了", "by": shop.boss(staff_id=5), "at": at + timedelta(days=1)}
    for sliced in (payment, other):
        with nothing_changes(), pytest.raises(Refused) as refusal:
            commands.refund_payment(payment_id=sliced.pk, amount=yuan(1), request_key="c", **direct)
        assert refusal.value.code == "approval_needed"
    waiting = ask(shop, other, 50, at, "d").approval
    approve(shop, waiting)
    assert ask(shop, other, 50, at, "d").payment.approval_id == waiting.pk
    assert (reload(bill).paid, troubles()) == (yuan(150), [])


def test_one_person_gives_back_no_more_than_the_limit_a_day(shop: Shop, at: datetime) -> None:
    small_refunds(shop)
    payments = [paid(shop, settled(shop, a_customer(str(n)), order_id=n), 100) for n in range(3)]
    boss, colleague = shop.boss(staff_id=1), shop.boss(staff_id=2)
    refund = {"amount": yuan(60), "reason": "多收了"}
    assert (
        commands.refund_or_request(payment_id=payments[0].pk, request_key="a", by=boss, at=at, **refund).payment
        is not None
    )
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.refund_payment(payment_id=payments[1].pk, request_key="b", by=boss, at=at, **refund)
    assert refusal.value.code == "approval_needed"
    for pk, by, day in ((payments[1].pk, colleague, 0), (payments[2].pk, boss, 1)):
        when = at + timedelta(days=day)
        assert commands.refund_payment(payment_id=pk, request_key=f"{pk}", by=by, at=when, **refund).pk


def test_a_deposit_goes_back_in_slices_no_further_than_at_once(shop: Shop, at: datetime) -> None:
    small_refunds(shop)
    customer = a_customer()
    facts = {"order_id": 7, "store_id": shop.store_id, "customer_id": customer.pk, "method": "card", "by": shop.boss()}
    commands.take_deposit(order_number="W", amount=yuan(200), request_key="d", at=at, **facts)
    back = facts | {"reason": "不修了", "at": at}
    assert commands.refund_deposit_or_request(amount=yuan(90), request_key="1", **back).payment is not None
    assert commands.refund_deposit_or_request(amount=yuan(20), request_key="2", **back).approval is not None
    with nothing_changes(), pytest.raises(Refused):
        commands.refund_deposit(amount=yuan(20), request_key="3", **back)


def test_a_deposit_goes_back_only_from_the_store_that_took_it(shop: Shop, at: datetime) -> None:
    Store.objects.filter(pk=shop.other_store_id).update(settings={"refund_without_approval_fen": 50000})
    customer = a_customer()
    place = {"order_id": 7, "customer_id": customer.pk, "method": "card", "amount": yuan(20), "at": at}
    commands.take_deposit(order_number="W", store_id=shop.store_id, request_key="d", by=shop.boss(), **place)
    elsewhere = shop.actor("billing.refund", store_id=shop.other_store_id)
    call = place | {"store_id": shop.other_store_id, "reason": "不修了", "request_key": "b", "by": elsewhere}
    for action in (commands.refund_deposit, commands.refund_deposit_or_request):
        with nothing_changes(), pytest.raises(Missing):
            action(**call)
