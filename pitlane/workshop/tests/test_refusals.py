"""Commands that say no to whoever lacks the permission, with nothing changed: those that no other test refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from pitlane.core.access import Actor
from pitlane.core.errors import Forbidden, Missing
from pitlane.core.imports.profiles import Target
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes
from pitlane.workshop import commands, imports
from pitlane.workshop.models import RepairOrder

from .factories import Bench, bench, dispatched, keys_of, opened

Attempt = Callable[[Bench, RepairOrder, Actor, datetime], object]
PAST = commands.HistoryOrder(customer_id=1, vehicle_id=1, opened_at=datetime(2025, 1, 1), title="旧单", lines=[])
ATTEMPTS: dict[str, Attempt] = {
    "make_archive": lambda b, order, by, at: commands.make_archive(order_id=order.pk, by=by, at=at),
    "propose_again": lambda b, order, by, at: commands.propose_again(
        order_id=order.pk, keys=keys_of(order), by=by, at=at
    ),
    "add_history": lambda b, order, by, at: commands.add_history(store_id=b.shop.store_id, orders=[PAST], by=by, at=at),
    "apply_history": lambda b, order, by, at: imports.apply_history(
        units=[], target=Target(b.shop.store_id), by=by, at=at
    ),
    "end_parts_hold": lambda b, order, by, at: commands.end_parts_hold(order_id=order.pk, by=by, at=at),
    "add_package": lambda b, order, by, at: commands.add_package(order_id=order.pk, package_id=1, by=by, at=at),
    "remove_package": lambda b, order, by, at: commands.remove_package(order_id=order.pk, code="PK-1", by=by, at=at),
    "take_deposit": lambda b, order, by, at: commands.take_deposit(
        order_id=order.pk, method="cash", amount=Money(100), request_key="k", by=by, at=at
    ),
    "ask_for_parts": lambda b, order, by, at: commands.ask_for_parts(item_id=order.items.first().pk, by=by, at=at),
    "follow_money": lambda b, order, by, at: commands.follow_money(order_id=order.pk, by=by, at=at),
    "move_orders": lambda b, order, by, at: commands.move_orders(
        order_ids=[order.pk], changes={"advisor_id": b.advisor.pk}, by=by, at=at
    ),
    "begin_inspection": lambda b, order, by, at: commands.begin_inspection(order_id=order.pk, by=by, at=at),
    "close_order": lambda b, order, by, at: commands.close_order(order_id=order.pk, by=by, at=at),
    "forget_bringer": lambda b, order, by, at: commands.forget_bringer(customer_id=b.customer_id, by=by, at=at),
    "follow_stock": lambda b, order, by, at: commands.follow_stock(order_id=order.pk, demand="part:1", by=by, at=at),
    "keep_old_parts": lambda b, order, by, at: commands.keep_old_parts(order_id=order.pk, wish="taken", by=by, at=at),
    "accept_item": lambda b, order, by, at: commands.accept_item(item_id=order.items.first().pk, by=by, at=at),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_command_is_refused_without_the_permission(shop: Shop, at: datetime, name: str) -> None:
    ready = bench(shop)
    order = dispatched(ready)
    for by in (shop.actor(), shop.actor("workshop.view", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises(Forbidden):
            ATTEMPTS[name](ready, order, by, at)


def test_who_sees_only_own_orders_changes_only_those(shop: Shop, at: datetime) -> None:
    ready = bench(shop)
    order = opened(ready)
    every = shop.actor("workshop.view", "workshop.edit", "workshop.cancel", "workshop.deliver", "workshop.reopen")
    stranger = replace(every, own_only=True, id=ready.other.pk)
    for attempt in (
        lambda: commands.change_order(order_id=order.pk, changes={"title": "x"}, by=stranger, at=at),
        lambda: commands.cancel_order(order_id=order.pk, reason="x", by=stranger, at=at),
        lambda: commands.add_labour(order_id=order.pk, operation_id=ready.oil, by=stranger, at=at),
        lambda: commands.deliver(order_id=order.pk, by=stranger, at=at),
        lambda: commands.request_reopen(order_id=order.pk, reason="x", by=stranger, at=at),
    ):
        with nothing_changes(), pytest.raises(Missing):
            attempt()
    mine = replace(every, own_only=True, id=ready.advisor.pk)
    assert commands.change_order(order_id=order.pk, changes={"title": "x"}, by=mine, at=at).title == "x"
