"""A settled bill adds up, is frozen, and is made once."""

from datetime import datetime
from decimal import Decimal

import pytest

from pitlane.accounts.models import Store
from pitlane.billing import commands
from pitlane.billing.bills import why_line
from pitlane.billing.commands import Bill
from pitlane.billing.models import Payment, Settlement
from pitlane.core.errors import Conflict, Forbidden, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes

from .factories import a_customer, line, order_facts, paid, reload, settled, troubles, yuan


def kinds() -> list[str]:
    return list(EventRow.objects.order_by("seq").values_list("kind", flat=True))


def test_one_payer(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    lines = [line("item:1", 300, discount=yuan(30)), line("part:2", "520.55", part_of_form="materials", note="会员价")]
    made = commands.settle(
        facts=order_facts(shop, customer),
        bills=[Bill(payer_kind="customer", payer_name=customer.name, lines=lines)],
        by=shop.boss(),
        at=at,
    )
    bill = reload(made[0])
    assert (bill.total, bill.discount, bill.state, bill.round) == (yuan("820.55"), yuan(30), "open", 1)
    assert (bill.number, bill.short_number) == ("S0-2026-J1123-001", "J1123-001")
    assert bill.payer_id == customer.pk and bill.facts["plate"] == "京A8K326"
    assert [str(step) for step in why_line(bill.lines.order_by("position")[0])] == [
        "1 × ¥330.00 = ¥330.00",
        "优惠 −¥30.00",
    ]
    assert kinds() == ["billing.SettlementMade"]
    assert "王" not in str(EventRow.objects.get().payload)


def test_several_payers_share_lines_to_the_fen(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    shared = {"source": "item:1", "amount": "100.01"}
    bills = [
        Bill(payer_kind="insurer", payer_name="平安产险", lines=[line(**shared, share=Decimal("0.8"))]),
        Bill(
            payer_kind="customer", payer_name="王建国", lines=[line(**shared, share=Decimal("0.2")), line("item:2", 50)]
        ),
        Bill(payer_kind="internal", payer_name="内部", lines=[line("item:3", 80)]),
    ]
    made = commands.settle(facts=order_facts(shop, customer), bills=bills, by=shop.boss(), at=at)
    assert [bill.total for bill in made] == [yuan("80.01"), yuan("70.00"), yuan(80)]
    assert [bill.position for bill in made] == [1, 2, 3]
    assert made[0].payer_id is None and made[1].payer_id == customer.pk
    assert (reload(made[2]).state, Payment.objects.get().method) == ("paid", "internal")
    assert kinds().count("billing.SettlementMade") == 3 and kinds()[-1] == "billing.SettlementPaid"


def test_rounding_and_tax_follow_the_store(shop: Shop, at: datetime) -> None:
    Store.objects.filter(pk=shop.store_id).update(
        settings={"round_off_fen": 100, "tax_rate": "0.06", "prices_include_tax": False}
    )
    customer = a_customer()
    bills = [
        Bill(payer_kind="insurer", payer_name="平安产险", lines=[line(amount="100.10", share=Decimal("0.5"))]),
        Bill(payer_kind="customer", payer_name="王建国", lines=[line(amount="100.10", share=Decimal("0.5"))]),
    ]
    insurer, own = commands.settle(facts=order_facts(shop, customer), bills=bills, by=shop.boss(), at=at)
    assert insurer.total + own.total + own.rounding == yuan("106.11")
    assert (own.total, own.rounding, insurer.rounding) == (yuan(53), yuan("0.05"), Money(0))
    assert troubles() == []


def test_a_free_bill_is_paid_at_once(shop: Shop, at: datetime) -> None:
    assert settled(shop, amount=0).state == "paid"
    assert kinds() == ["billing.SettlementMade", "billing.SettlementPaid"]


def test_the_second_clerk_is_told_who_was_first(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    settled(shop, customer, by=shop.actor("billing.settle", name="林晓燕"))
    with nothing_changes(), pytest.raises(Conflict) as refusal:
        settled(shop, customer)
    assert "林晓燕" in str(refusal.value) and refusal.value.code == "already_settled"


@pytest.mark.parametrize(
    "lines, code",
    [
        ([], "nothing_to_settle"),
        ([line(part_of_form="magic")], "part_of_form"),
        ([line(), line()], "line_mismatch"),
        ([line(list_amount=Money(1))], "line_mismatch"),
        ([line(share=Decimal("0.5"))], "shares_not_whole"),
        ([line(share=yuan(100))], "shares_missing"),
    ],
)
def test_bills_that_do_not_add_up_are_refused(shop: Shop, at: datetime, lines: list, code: str) -> None:
    facts = order_facts(shop, a_customer())
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.settle(
            facts=facts, bills=[Bill(payer_kind="customer", payer_name="王", lines=lines)], by=shop.boss(), at=at
        )
    assert refusal.value.code == code


def test_settling_needs_the_permission_in_that_store(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    for clerk in (shop.actor("billing.pay"), shop.actor("billing.settle", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises(Forbidden):
            settled(shop, customer, by=clerk)


def test_a_bill_cannot_be_overpaid_behind_the_commands(shop: Shop, at: datetime) -> None:
    from django.db import IntegrityError, transaction

    bill = settled(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=bill.pk).update(paid=bill.total.fen + 1)
    paid(shop, bill, 300)
    assert troubles() == []
