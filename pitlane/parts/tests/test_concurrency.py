"""Several people at once: the last part goes to one of them, and no quantity ever appears or disappears."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from conftest import make_shop
from pitlane.accounts.commands import decide_approval
from pitlane.core import doctor
from pitlane.core.access import system
from pitlane.core.errors import PitlaneError
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop, together
from pitlane.parts import commands
from pitlane.parts.models import Requisition, StockLevel

from . import factories

CHECKS = ["parts_ledger", "parts_reserved"]
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(shop: Shop, jobs: list[Callable[[], object]]) -> list[str]:
    """The outcome of each of the jobs that begin at the same moment as a word."""
    answers = together(shop.org_id, jobs)
    return [answer.code if isinstance(answer, PitlaneError) else "done" for answer in answers]


def test_two_technicians_take_the_last_part() -> None:
    shop = make_shop("race")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
        factories.stock(shop, house, item, "1")
        for n in (1, 2):
            factories.want(shop, house, item, f"order_part:{n}", order_id=n)
    outcomes = at_once(
        shop, [lambda n=n: commands.issue(demand=f"order_part:{n}", by=shop.boss(), at=NOON) for n in (1, 2)]
    )
    assert sorted(outcomes) == ["backordered", "done"]
    with scope(shop.org_id):
        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved, level.value.fen) == (0, 0, 0)
        assert doctor.examine(CHECKS) == []


def test_many_orders_want_what_is_enough_for_three() -> None:
    shop = make_shop("race")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
        factories.stock(shop, house, item, "3")
    wishes = [lambda n=n: factories.want(shop, house, item, f"order_part:{n}", order_id=n) for n in range(8)]
    assert at_once(shop, wishes) == ["done"] * 8
    with scope(shop.org_id):
        states = list(Requisition.objects.values_list("state", flat=True))
        assert (states.count("reserved"), states.count("backordered")) == (3, 5)
        assert StockLevel.objects.get().reserved == 3
        assert doctor.examine(CHECKS) == []


def test_a_part_that_never_lay_there_is_taken_in_by_two_at_once() -> None:
    shop = make_shop("race")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
    assert at_once(shop, [lambda: factories.stock(shop, house, item, "2", 500) for _n in range(4)]) == ["done"] * 4
    with scope(shop.org_id):
        level = StockLevel.objects.get()
        assert (level.on_hand, level.value.fen) == (8, 4000)
        assert doctor.examine(CHECKS) == []


def test_issue_return_receive_and_loss_cross_each_other() -> None:
    shop = make_shop("race")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
        factories.stock(shop, house, item, "3", 777)
        for n in range(4):
            factories.want(shop, house, item, f"order_part:{n}", order_id=n)
        commands.issue(demand="order_part:0", by=shop.boss(), at=NOON)
    key = {"by": shop.boss(), "at": NOON}
    outcomes = at_once(
        shop,
        [
            lambda: commands.return_part(demand="order_part:0", quantity=Decimal(1), **key),
            lambda: commands.issue(demand="order_part:1", **key),
            lambda: commands.cancel_requisition(demand="order_part:2", **key),
            lambda: factories.stock(shop, house, item, "1", 900),
            lambda: commands.adjust(warehouse_id=house.pk, part_id=item.pk, quantity=Decimal(-1), reason="盘亏", **key),
        ],
    )
    assert set(outcomes) <= {"done", "backordered"} and outcomes.count("done") >= 4
    with scope(shop.org_id):
        assert doctor.examine(CHECKS) == []


def test_two_people_who_agree_to_one_loss_at_once_enter_it_once() -> None:
    shop = make_shop("agree")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
        factories.stock(shop, house, item, "10", 100_000)
        place = {"warehouse_id": house.pk, "part_id": item.pk, "reason": "盘亏", "by": shop.boss(), "at": NOON}
        asked = commands.adjust_or_request(quantity=Decimal(-4), **place).approval
    key = {"by": system(shop.org_id), "at": NOON}
    agree = lambda: decide_approval(approval_id=asked.pk, approve=True, **key)  # noqa: E731
    outcomes = at_once(shop, [agree, agree, agree])
    assert outcomes.count("done") == 1
    with scope(shop.org_id):
        assert StockLevel.objects.get().on_hand == 6
        assert doctor.examine(CHECKS) == []


def test_a_loss_agreed_to_while_the_parts_are_handed_out_never_goes_below_nothing() -> None:
    shop = make_shop("handed")
    with scope(shop.org_id):
        house, item = factories.warehouse(shop), factories.part(shop)
        factories.stock(shop, house, item, "4", 100_000)
        factories.want(shop, house, item, "order_part:1", "3")
        place = {"warehouse_id": house.pk, "part_id": item.pk, "reason": "盘亏", "by": shop.boss(), "at": NOON}
        asked = commands.adjust_or_request(quantity=Decimal(-3), **place).approval
    key = {"by": system(shop.org_id), "at": NOON}
    outcomes = at_once(
        shop,
        [
            lambda: decide_approval(approval_id=asked.pk, approve=True, **key),
            lambda: commands.issue(demand="order_part:1", **key),
        ],
    )
    assert "done" in outcomes and outcomes != ["done", "done"]
    with scope(shop.org_id):
        assert StockLevel.objects.get().on_hand == 1
        assert doctor.examine(CHECKS) == []
