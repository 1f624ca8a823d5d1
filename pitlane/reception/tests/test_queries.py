"""What the screens read: the right advice with its reasons, in a constant number of queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.catalog import commands as catalog
from pitlane.core import panels
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.reception import commands, plugs, queries
from pitlane.reception.models import Recommendation
from pitlane.workshop import commands as workshop
from pitlane.workshop.models import GuaranteedLine

from .factories import TOKEN, World, world


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


def count(read: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        read()
    return len(seen)


def keep(made: World, order: Any, number: int) -> None:
    Recommendation.objects.bulk_create(
        Recommendation(
            org_id=made.shop.org_id,
            vehicle_id=made.car.pk,
            order_id=order.pk,
            line_key=f"item:{n}",
            name=f"建议 {n}",
            amount=Money(100),
            decision="declined",
            made_at=NOON,
        )
        for n in range(1000, 1000 + number)
    )


def test_the_schedule_is_advised_with_reasons_until_it_was_done(made: World, at: datetime) -> None:
    item = catalog.ScheduleItemInput(code="oil", name="机油", operation_id=made.oil.pk, every_km=5000, every_months=6)
    catalog.save_schedule(code="VW", name="大众", make="大众", items=[item], by=made.shop.boss(), at=at)
    (due,) = queries.advice_for(made.car.pk, at.date(), 62418)
    assert (due.key, due.source, due.look, due.title) == (f"op:{made.oil.pk}", "schedule", "overdue", "小保养")
    assert "没有做过的记录" in due.why[0] and "已超" in due.why[1]
    order = made.order(advice=[due.key])
    key = workshop.add_labour(order_id=order.pk, operation_id=made.oil.pk, by=made.shop.boss(), at=at)
    workshop.decide_lines(order_id=order.pk, decisions={key: "approve"}, by=made.shop.boss(), at=at)
    assert queries.advice_for(made.car.pk, at.date(), 62418) == []


def test_a_guarantee_is_a_hint_that_comes_first(made: World, at: datetime) -> None:
    order = made.order()
    keep(made, order, 1)
    GuaranteedLine.objects.create(
        vehicle_id=made.car.pk,
        order_id=order.pk,
        source="item:1",
        description="更换前制动片",
        settled_on=date(2026, 11, 1),
        until=date(2027, 1, 1),
    )
    back, kept = queries.advice_for(made.car.pk, at.date(), 62418)
    assert (back.source, back.addable, back.order_ref) == ("guarantee", False, order.ref)
    assert (kept.source, kept.addable) == ("kept", True) and "质保还剩" in back.why[0]


def test_a_guarantee_is_one_hint_for_a_visit_however_many_lines_it_had(made: World, at: datetime) -> None:
    order = made.order()
    for number, (source, name) in enumerate(
        [("part:9", "机油滤清器"), ("item:1", "小保养"), ("part:8", "放油螺栓垫片")]
    ):
        GuaranteedLine.objects.create(
            vehicle_id=made.car.pk,
            order_id=order.pk,
            source=source,
            description=name,
            settled_on=date(2026, 11, 1),
            until=date(2027, 1, 1 + number),
        )
    (back,) = queries.advice_for(made.car.pk, at.date(), 62418)
    assert back.title == "质保期内：小保养 等 3 项" and "小保养" in back.why[0]
    assert back.why[1] == "同次：机油滤清器、放油螺栓垫片"


def test_the_handbook_of_a_first_visit_does_not_bury_what_is_known(made: World, at: datetime) -> None:
    items = [
        catalog.ScheduleItemInput(code=f"n{n}", name=f"项目 {n}", operation_id=made.oil.pk, every_km=5000 + n)
        for n in range(6)
    ]
    catalog.save_schedule(code="VW", name="大众", make="大众", items=items, by=made.shop.boss(), at=at)
    keep(made, made.order(), 1)
    advice = queries.advice_for(made.car.pk, at.date(), 62418)
    shown = queries.arranged(advice)
    assert [each.source for each in shown.known] == ["kept"]
    assert (len(shown.guessed), len(shown.folded), len(shown)) == (3, 3, 7)
    assert [*shown.guessed, *shown.folded] == advice[1:], "the most pressing stay on top"
    ticked = queries.arranged(advice, [advice[-1].key])
    assert advice[-1] in ticked.guessed, "what was ticked is not hidden when the form comes back"


def test_query_counts_do_not_grow(made: World, at: datetime) -> None:
    order = made.order()
    by = made.shop.boss()
    reads = {
        "kept": lambda: queries.recommendations_of(made.car.pk),
        "advice": lambda: queries.advice_for(made.car.pk, at.date(), 62418),
        "check_in": lambda: queries.check_in_screen("京A8K326", by=by, at=at),
        "quote": lambda: queries.quote_screen(order.pk, by=by, at=at),
    }
    workshop.add_labour(order_id=order.pk, operation_id=made.oil.pk, by=by, at=at)
    keep(made, order, 1)
    few = {name: count(read) for name, read in reads.items()}
    keep_more = [workshop.NewLabour(operation_id=made.oil.pk)] * 30
    workshop.add_lines(order_id=order.pk, lines=keep_more, by=by, at=at)
    Recommendation.objects.all().delete()
    keep(made, order, 30)
    assert {name: count(read) for name, read in reads.items()} == few


def test_waiting_quotes_in_one_query_oldest_first(made: World, at: datetime) -> None:
    by = made.shop.boss()
    for n in range(5):
        order, _keys = made.quoted(despite_open=True)
        sent = at - timedelta(hours=n)
        commands.send_estimate(order_id=order.pk, token=f"{n}{TOKEN}", by=by, at=sent)
    waiting = queries.waiting_estimates(by=by, at=at)
    assert [row.sent_at for row in waiting] == [at - timedelta(hours=n) for n in (4, 3, 2, 1, 0)]
    assert count(lambda: queries.waiting_estimates(by=by, at=at)) == 1
    assert queries.waiting_count(by) == 5
    elsewhere = made.shop.actor("reception.quote", store_id=made.shop.other_store_id)
    assert queries.waiting_estimates(by=elsewhere, at=at) == [] and queries.waiting_count(elsewhere) == 0


def test_the_panels_of_order_car_customer_and_home(made: World, at: datetime) -> None:
    by = made.shop.boss()
    estimate = made.sent()
    keep(made, estimate.order, 2)
    facts = {"by": by, "at": at}
    plugs.connect()
    keys = {panel.key for panel in panels.collect("order", order_id=estimate.order_id, **facts)}
    assert {"walkaround", "estimate"} <= keys
    on_car = plugs.vehicle_panel(vehicle_id=made.car.pk, **facts)
    on_customer = plugs.customer_panel(customer_id=made.owner.pk, vehicle_ids=[made.car.pk], **facts)
    assert on_car and on_customer and len(on_customer.context["cards"]) == 2 and on_customer.place == "aside"
    assert plugs.home_panel(store_id=made.shop.store_id, **facts)
    nobody = {"by": made.shop.actor("workshop.view"), "at": at}
    assert plugs.home_panel(store_id=made.shop.store_id, **nobody) is None
