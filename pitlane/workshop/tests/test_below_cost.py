"""Nothing is billed below cost unless somebody who may has agreed to it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Approval
from pitlane.billing.models import Settlement
from pitlane.core.access import Actor
from pitlane.core.errors import Forbidden, Refused
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.workshop import commands, queries
from pitlane.workshop.commands import NewLabour
from pitlane.workshop.models import RepairOrder

from .factories import Bench, bench, completed

LATER = NOON + timedelta(hours=3)


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


@pytest.fixture
def cashier(b: Bench) -> Actor:
    return b.actor(b.advisor, "workshop.view", "billing.settle", "billing.view")


def sublet(b: Bench, price: int, cost: int) -> RepairOrder:
    """A finished order whose only line is outside work."""
    line = NewLabour(
        name="外加工",
        hours=Decimal(1),
        unit_price=Money(price),
        sublet_supplier="强盛汽车电器",
        sublet_cost=Money(cost),
    )
    return completed(b, lines=[line])


def test_a_price_below_cost_waits_for_an_approval(b: Bench, cashier: Actor) -> None:
    order = sublet(b, 10000, 12500)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.settle_order(order_id=order.pk, by=cashier, at=LATER)
    assert (refused.value.code, refused.value.facts["amount_fen"]) == ("below_cost_needs_approval", 2500)
    shown = queries.settle_screen(order.pk, by=cashier, at=LATER)
    assert (shown.short, shown.asked, shown.may.allowed) == (Money(2500), False, False)
    approval = commands.request_below_cost(order_id=order.pk, reason="老客户", by=cashier, at=LATER)
    assert queries.settle_screen(order.pk, by=cashier, at=LATER).asked
    with nothing_changes(), pytest.raises(Refused):
        commands.settle_order(order_id=order.pk, by=cashier, at=LATER)
    boss = b.shop.boss(staff_id=b.tech.pk)
    accounts.decide_approval(approval_id=approval, approve=True, note="", by=boss, at=LATER)
    assert queries.settle_screen(order.pk, by=cashier, at=LATER).may.allowed
    commands.settle_order(order_id=order.pk, by=cashier, at=LATER)
    assert Settlement.objects.count() == 1 and Approval.objects.get(pk=approval).state == "used"


def test_at_cost_or_with_the_right_nobody_is_asked(b: Bench, cashier: Actor) -> None:
    fair, cheap = sublet(b, 12500, 12500), sublet(b, 10000, 12500)
    commands.settle_order(order_id=fair.pk, by=cashier, at=LATER)
    with nothing_changes(), pytest.raises(Refused):
        commands.request_below_cost(order_id=RepairOrder.objects.get(pk=fair.pk).pk, reason="x", by=cashier, at=LATER)
    may = b.actor(b.advisor, "workshop.view", "billing.settle", "accounts.approve_below_cost")
    commands.settle_order(order_id=cheap.pk, by=may, at=LATER)
    assert Settlement.objects.count() == 2


def test_a_part_below_its_moving_average_counts_too(b: Bench, cashier: Actor) -> None:
    order = completed(b)
    part = order.parts.filter(approval="approved").exclude(part=None).exclude(package_code="x").first()
    part.amount = part.unit_price = Money(1)
    part.save()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.settle_order(order_id=order.pk, by=cashier, at=LATER)
    assert refused.value.code == "below_cost_needs_approval"


def test_who_may_neither_bill_nor_edit_asks_for_nothing(b: Bench) -> None:
    order = sublet(b, 10000, 12500)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_below_cost(order_id=order.pk, reason="x", by=b.technician, at=LATER)
