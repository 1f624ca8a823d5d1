"""What was put off comes back at the next visit with its parts, or is dropped for good."""

from datetime import datetime, timedelta

import pytest

from pitlane.core import jobs
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes
from pitlane.reception import commands, queries
from pitlane.reception.models import Recommendation
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .factories import World, world


def put_off(made: World, at: datetime) -> tuple[Recommendation, int]:
    """A declined job with its part, kept by the reaction to the desk's answer."""
    order, keys = made.quoted()
    decisions = {keys[0]: "decline", keys[2]: "approve"}
    workshop.decide_lines(order_id=order.pk, decisions=decisions, reasons={keys[0]: "太贵"}, by=made.shop.boss(), at=at)
    jobs.run_all_now()
    return Recommendation.objects.get(), order.pk


def test_an_answer_at_the_desk_leaves_a_recommendation_too(shop: Shop, at: datetime) -> None:
    kept, _order = put_off(world(shop), at)
    assert (kept.name, kept.decision, kept.state, kept.amount) == ("更换前制动片", "declined", "open", Money(76000))
    assert [row["kind"] for row in kept.content] == ["labour", "part"]


def test_it_is_shown_at_the_next_check_in_and_taken_with_its_part(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, first = put_off(made, at)
    advice = queries.advice_for(made.car.pk, at.date(), 63000)
    assert [(a.key, a.source, a.title) for a in advice] == [(f"rec:{kept.pk}", "kept", "更换前制动片")]
    later = at + timedelta(days=90)
    order = made.order(despite_open=True, advice=[f"rec:{kept.pk}"])
    lines = orders.lines_of(order.pk)
    assert [(line.name, line.approval) for line in lines] == [("更换前制动片", "proposed"), ("前制动片", "proposed")]
    assert lines[1].item_key == lines[0].key
    kept.refresh_from_db()
    assert (kept.state, kept.taken_by_order_id, first != order.pk, later > at) == ("taken", order.pk, True, True)
    assert queries.advice_for(made.car.pk, at.date(), 63000) == []


def test_it_is_taken_once(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, _first = put_off(made, at)
    order = made.order(despite_open=True)
    values = {"recommendation_id": kept.pk, "order_id": order.pk, "by": shop.boss(), "at": at}
    commands.take_recommendation(**values)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.take_recommendation(**values)
    assert refused.value.code == "wrong_state"


def test_it_does_not_go_to_another_car(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, _first = put_off(made, at)
    new = commands.NewVehicle(plate="京N5Q7T9")
    order = made.order(vehicle_id=None, customer_id=made.owner.pk, new_vehicle=new)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.take_recommendation(recommendation_id=kept.pk, order_id=order.pk, by=shop.boss(), at=at)
    assert refused.value.code == "other_vehicle"


def test_it_can_be_dropped_with_a_reason(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, _first = put_off(made, at)
    commands.close_recommendation(recommendation_id=kept.pk, reason="别处已做", by=shop.boss(), at=at)
    kept.refresh_from_db()
    assert (kept.state, kept.close_reason) == ("dropped", "别处已做")
    assert EventRow.objects.get(kind="reception.RecommendationClosed").payload["taken"] is False
    assert queries.recommendations_of(made.car.pk) == []


def test_a_line_approved_after_all_takes_it_back(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, order_id = put_off(made, at)
    commands.keep_recommendations(order_id=order_id, decisions={kept.line_key: "approve"}, by=shop.boss(), at=at)
    kept.refresh_from_db()
    assert (kept.state, kept.taken_by_order_id) == ("taken", order_id)


def test_only_reception_takes_closes_and_keeps(shop: Shop, at: datetime) -> None:
    made = world(shop)
    kept, order_id = put_off(made, at)
    by = shop.actor("workshop.view")
    for action in (
        lambda: commands.take_recommendation(recommendation_id=kept.pk, order_id=order_id, by=by, at=at),
        lambda: commands.close_recommendation(recommendation_id=kept.pk, by=by, at=at),
        lambda: commands.keep_recommendations(order_id=order_id, decisions={}, by=by, at=at),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            action()
    with nothing_changes(), pytest.raises(Missing):
        commands.close_recommendation(recommendation_id=kept.pk + 9, by=shop.boss(), at=at)
