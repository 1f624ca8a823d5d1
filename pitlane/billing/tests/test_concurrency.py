"""Many hands on one bill: threads with real connections, on whichever database the tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pitlane.accounts.commands import decide_approval
from pitlane.accounts.models import Approval
from pitlane.billing import commands
from pitlane.billing.models import CreditAccount, Payment, Settlement
from pitlane.core.access import system
from pitlane.core.errors import PitlaneError
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, together

from .factories import a_cashier, a_customer, line, order_facts, paid, settled, troubles, yuan

pytestmark = pytest.mark.django_db(transaction=True)


def codes(answers: list[Any]) -> list[str]:
    return sorted(answer.code for answer in answers if isinstance(answer, PitlaneError))


def test_of_two_clerks_who_settle_the_same_order_one_wins(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    clerks = [shop.actor("billing.settle", name=name) for name in ("林晓燕", "周洁")]

    def job(clerk: Any) -> Callable[[], Any]:
        bill = commands.Bill(payer_kind="customer", payer_name=clerk.name, lines=[line()])
        return lambda: commands.settle(facts=order_facts(shop, customer), bills=[bill], by=clerk, at=at)

    answers = together(shop.org_id, [job(clerk) for clerk in clerks])
    assert codes(answers) == ["already_settled"]
    winner = Settlement.objects.get().settled_by
    assert winner in str(next(a for a in answers if isinstance(a, PitlaneError)))


def test_fifty_cashiers_never_overpay_a_bill(shop: Shop, at: datetime) -> None:
    bill = settled(shop, amount=100)

    def job(turn: int) -> Callable[[], Any]:
        return lambda: commands.take_payment(
            settlement_id=bill.pk, method="card", amount=yuan(3), request_key=f"p{turn}", by=system(shop.org_id), at=at
        )

    answers = together(shop.org_id, [job(turn) for turn in range(50)])
    assert codes(answers) == ["overpaid"] * 17
    assert Settlement.objects.get().paid == yuan(99)
    assert Payment.objects.count() == EventRow.objects.filter(kind="billing.PaymentReceived").count() == 33
    assert troubles() == []


def test_one_request_sent_ten_times_is_one_payment(shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    by = shop.actor("billing.pay", staff_id=a_cashier(shop).pk)
    answers = together(
        shop.org_id,
        [
            lambda: commands.take_payment(
                settlement_id=bill.pk, method="cash", amount=yuan(300), request_key="once", by=by, at=at
            )
        ]
        * 10,
    )
    assert len({answer.pk for answer in answers}) == 1
    assert Payment.objects.count() == 1
    assert troubles() == []


def test_a_credit_limit_holds_against_many_bills(shop: Shop, at: datetime) -> None:
    customer = a_customer("顺达物流", "company")
    commands.open_credit(customer_id=customer.pk, limit=yuan(500), by=shop.boss(), at=at)
    bills = [settled(shop, customer, 200, order_id) for order_id in range(1, 7)]
    jobs = [
        lambda bill=bill: commands.charge_account(settlement_id=bill.pk, by=system(shop.org_id), at=at)
        for bill in bills
    ]
    answers = together(shop.org_id, jobs)
    assert codes(answers) == ["credit_limit"] * 4
    assert CreditAccount.objects.get().balance == yuan(400)
    assert troubles() == []


def test_a_deposit_is_not_used_twice(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    facts = {"order_id": 7, "order_number": "W", "store_id": shop.store_id, "customer_id": customer.pk}
    commands.take_deposit(**facts, method="card", amount=yuan(100), request_key="d", by=shop.boss(), at=at)
    bill = settled(shop, customer)

    def job(turn: int) -> Callable[[], Any]:
        return lambda: commands.apply_deposit(
            settlement_id=bill.pk, amount=yuan(60), request_key=f"u{turn}", by=system(shop.org_id), at=at
        )

    assert codes(together(shop.org_id, [job(turn) for turn in range(5)])) == ["deposit_short"] * 4
    assert Settlement.objects.get().paid == yuan(60) and Settlement.objects.get().due > Money(0)
    assert troubles() == []


def asked_to_write_off(shop: Shop, amount: int, at: datetime) -> Approval:
    bill = Settlement.objects.get()
    facts = {"amount": yuan(amount), "reason": "失联", "by": shop.boss(), "at": at}
    made: Approval = commands.request_write_off(settlement_id=bill.pk, **facts)
    return made


def test_two_people_who_agree_at_once_write_off_once(shop: Shop, at: datetime) -> None:
    settled(shop, amount=300)
    asked = asked_to_write_off(shop, 100, at)
    jobs = [
        lambda: decide_approval(approval_id=asked.pk, approve=True, by=system(shop.org_id), at=at) for _turn in range(4)
    ]
    answers = together(shop.org_id, jobs)
    assert len(codes(answers)) == 3
    bill = Settlement.objects.get()
    assert (bill.written_off, bill.paid, Payment.objects.count()) == (yuan(100), yuan(100), 1)
    assert Approval.objects.get().state == "used" and troubles() == []


def test_a_write_off_and_a_payment_at_once_close_no_more_than_is_due(shop: Shop, at: datetime) -> None:
    bill = settled(shop, amount=300)
    asked = asked_to_write_off(shop, 200, at)
    answers = together(
        shop.org_id,
        [
            lambda: decide_approval(approval_id=asked.pk, approve=True, by=system(shop.org_id), at=at),
            lambda: paid(shop, bill, 200),
        ],
    )
    assert codes(answers) in (["overpaid"], ["write_off_too_much"])
    after = Settlement.objects.get()
    assert (after.paid, after.due) == (yuan(200), yuan(100))
    assert Approval.objects.get().state == ("used" if after.written_off else "requested")
    assert troubles() == []


def test_a_write_off_is_recovered_no_more_than_once_over(shop: Shop, at: datetime) -> None:
    settled(shop, amount=300)
    decide_approval(approval_id=asked_to_write_off(shop, 100, at).pk, approve=True, by=system(shop.org_id), at=at)
    given_up = Payment.objects.get()

    def job(turn: int) -> Callable[[], Any]:
        facts = {"method": "bank", "amount": yuan(60), "request_key": f"r{turn}", "by": system(shop.org_id), "at": at}
        return lambda: commands.recover_write_off(payment_id=given_up.pk, **facts)

    assert codes(together(shop.org_id, [job(turn) for turn in range(3)])) == ["recovered_too_much"] * 2
    assert Settlement.objects.get().written_off == yuan(40)
    assert troubles() == []
