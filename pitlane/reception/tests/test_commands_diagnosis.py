"""Suggestions taken and refused, codes read, orders learned from, own causes: exact rows, events and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pitlane.core import jobs as queue
from pitlane.core.access import system
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.reception import commands, jobs, queries
from pitlane.reception.models import ComplaintCount, DiagnosisAnswer, DiagnosisVote, LearnedOrder, OwnCause
from pitlane.reception.reactions import ON
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders
from pitlane.workshop.events import OrderClosed
from pitlane.workshop.models import RepairOrder, WorkItem

from .factories import World, world

PADS = {"cause": "pads_front", "operation": "BR-001"}


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


def who(made: World) -> dict[str, Any]:
    return {"by": made.shop.boss(), "at": NOON}


def names(order: Any) -> list[str]:
    return [line.name for line in orders.lines_of(order.pk)]


def kinds(order: Any) -> list[str]:
    rows = EventRow.objects.filter(kind__startswith="reception.").order_by("pk")
    return [row.kind.partition(".")[2] for row in rows if row.payload.get("order_id") == order.pk]


def test_an_accepted_suggestion_is_a_line_and_a_vote_once(made: World) -> None:
    order = made.order(concern="刹车吱吱叫")
    keys = commands.accept_suggestion(order_id=order.pk, **PADS, **who(made))
    again = commands.accept_suggestion(order_id=order.pk, **PADS, **who(made))
    assert keys == again and names(order) == ["更换前制动片"]
    vote = DiagnosisVote.objects.get()
    assert (vote.symptom, vote.cause, vote.operation_code) == ("brake_squeal", "pads_front", "BR-001")
    assert (vote.accepted, vote.refused) == (1, 0)
    assert kinds(order) == ["SuggestionAnswered"]
    shown = queries.diagnosis_of(order.pk, **who(made)).suggestions
    assert {c.state for each in shown for c in each.choices if c.code == "BR-001"} == {"accepted"}


def test_work_that_is_quoted_already_is_not_added_again(made: World) -> None:
    order, keys = made.quoted(concern="刹车吱吱叫")
    assert commands.accept_suggestion(order_id=order.pk, **PADS, **who(made)) == [keys[0]]
    assert names(order).count("更换前制动片") == 1


def test_a_refused_suggestion_keeps_its_reason_and_can_be_taken_after_all(made: World) -> None:
    order = made.order(concern="刹车吱吱叫")
    commands.refuse_suggestion(order_id=order.pk, **PADS, reason="刚换过", **who(made))
    answer = DiagnosisAnswer.objects.get()
    assert (answer.accepted, answer.reason, names(order)) == (False, "刚换过", [])
    commands.refuse_suggestion(order_id=order.pk, **PADS, reason="刚换过", **who(made))
    vote = DiagnosisVote.objects.get()
    assert (vote.accepted, vote.refused) == (0, 1)
    commands.accept_suggestion(order_id=order.pk, **PADS, **who(made))
    vote.refresh_from_db()
    assert (vote.accepted, vote.refused, names(order)) == (1, 0, ["更换前制动片"])
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.refuse_suggestion(order_id=order.pk, **PADS, **who(made))
    assert refused.value.code == "accepted_already"


@pytest.mark.parametrize(
    ("cause", "operation", "code"),
    [
        ("pads_front", "MA-001", "unknown_suggestion"),
        ("nonsense", "BR-001", "unknown_suggestion"),
        ("own:99", "BR-001", "unknown_suggestion"),
        ("own:abc", "BR-001", "unknown_suggestion"),
        ("spark_plugs", "MA-008", "unknown_operation"),
    ],
)
def test_only_what_is_suggested_is_taken(made: World, cause: str, operation: str, code: str) -> None:
    order = made.order()
    for act in (commands.accept_suggestion, commands.refuse_suggestion):
        with nothing_changes(), pytest.raises(Refused) as refused:
            act(order_id=order.pk, cause=cause, operation=operation, **who(made))
        assert refused.value.code == code


def test_codes_are_read_and_wrong_ones_are_named(made: World) -> None:
    order = made.order(concern="怠速抖动")
    commands.read_codes(order_id=order.pk, codes=" p0302，P0171 ", **who(made))
    assert queries.codes_of(order.pk) == ("P0302", "P0171")
    commands.read_codes(order_id=order.pk, codes="P0302", **who(made))
    assert queries.codes_of(order.pk) == ("P0302",)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.read_codes(order_id=order.pk, codes="P0302 P0ZZZ", **who(made))
    assert "P0ZZZ" in str(refused.value.message) and refused.value.field == "codes"
    shown = queries.diagnosis_of(order.pk, **who(made))
    assert [each.code for each in shown.codes] == ["P0302"]
    assert any("P0302" in why for each in shown.suggestions for why in each.why)


def closed(made: World, concern: str, operation: Any, **facts: Any) -> RepairOrder:
    """An order that was closed with one operation done."""
    order = made.order(concern=concern, despite_open=True, **facts)
    line = [workshop.NewLabour(operation_id=operation.pk)]
    workshop.add_lines(order_id=order.pk, lines=line, **who(made))
    WorkItem.objects.filter(order_id=order.pk).update(approval="approved")
    RepairOrder.objects.filter(pk=order.pk).update(state="closed", closed_at=NOON)
    return order


def test_closed_orders_are_counted_once_and_become_evidence(made: World) -> None:
    order = closed(made, "刹车吱吱叫", made.oil)
    by = system(made.shop.org_id)
    assert commands.learn_from_order(order_id=order.pk, by=by, at=NOON) == 1
    assert commands.learn_from_order(order_id=order.pk, by=by, at=NOON) == 0
    rows = ComplaintCount.objects.filter(symptom="brake_squeal").order_by("operation_code")
    assert [(row.operation_code, row.series, row.cars) for row in rows] == [
        ("", "大众 帕萨特", 1),
        ("MA-001", "大众 帕萨特", 1),
    ]
    assert LearnedOrder.objects.count() == 1
    closed(made, "刹车吱吱叫", made.pads)
    for _n in range(3):
        closed(made, "刹车有尖叫声", made.pads)
    assert jobs.learn() == 5
    assert jobs.learn() == 0
    shown = queries.diagnosis_of(made.order(concern="刹车吱吱叫", despite_open=True).pk, **who(made))
    assert "本店近 12 个月同车系 5 台类似描述，4 台做了 更换前制动片" in shown.suggestions[0].why


def test_an_open_order_teaches_nothing(made: World) -> None:
    order = made.order(concern="刹车吱吱叫")
    with nothing_changes():
        assert commands.learn_from_order(order_id=order.pk, by=system(made.shop.org_id), at=NOON) == 0


def test_another_organisation_learns_nothing_of_it(made: World, other_shop: Shop) -> None:
    order = closed(made, "刹车吱吱叫", made.pads)
    commands.learn_from_order(order_id=order.pk, by=system(made.shop.org_id), at=NOON)
    with scope(other_shop.org_id):
        known = queries.experience(["brake_squeal"], "大众 帕萨特", NOON.date())
        assert not known.seen and not known.votes
        with pytest.raises(Missing):
            commands.learn_from_order(order_id=order.pk, by=system(other_shop.org_id), at=NOON)


OWN = {"name": "滑门轨道卡滞", "words": ["滑门拉不动", "侧门卡住"], "fault_codes": "B2477", "check_text": "看轨道"}


def test_a_shops_own_cause_is_suggested(made: World) -> None:
    kept = commands.save_own_cause(**OWN, operation_id=made.oil.pk, **who(made))
    order = made.order(concern="滑门拉不动")
    first = queries.diagnosis_of(order.pk, **who(made)).suggestions[0]
    assert (first.title, first.own, first.checks) == ("滑门轨道卡滞", True, ("看轨道",))
    commands.accept_suggestion(order_id=order.pk, cause=f"own:{kept.pk}", operation="MA-001", **who(made))
    assert names(order) == ["小保养"]
    changed = OWN | {"own_cause_id": kept.pk, "active": False}
    commands.save_own_cause(**changed, operation_id=made.oil.pk, **who(made))
    assert queries.own_causes() == [] and [card.active for card in queries.own_cause_list()] == [False]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": "  "}, "name_missing"),
        ({"words": ["😀", " "], "fault_codes": ""}, "words_missing"),
        ({"fault_codes": "P99"}, "fault_code"),
        ({"name": "旧条目"}, "name_taken"),
    ],
)
def test_an_own_cause_needs_a_name_and_words(made: World, facts: dict[str, Any], code: str) -> None:
    commands.save_own_cause(**OWN | {"name": "旧条目"}, operation_id=made.oil.pk, **who(made))
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.save_own_cause(**OWN | facts, operation_id=made.oil.pk, **who(made))
    assert refused.value.code == code
    assert OwnCause.objects.count() == 1


def test_who_may_not_is_refused(made: World) -> None:
    order = made.order()
    desk = {"by": made.shop.actor("workshop.view", "customers.view"), "at": NOON}
    acts: list[Callable[[], Any]] = [
        lambda: commands.accept_suggestion(order_id=order.pk, **PADS, **desk),
        lambda: commands.refuse_suggestion(order_id=order.pk, **PADS, **desk),
        lambda: commands.read_codes(order_id=order.pk, codes="P0300", **desk),
        lambda: commands.save_own_cause(**OWN, operation_id=made.oil.pk, **desk),
        lambda: commands.learn_from_order(order_id=order.pk, **desk),
        lambda: commands.learn_more(**desk),
    ]
    for act in acts:
        with nothing_changes(), pytest.raises(Forbidden):
            act()


def test_the_day_of_an_order_ends_in_what_was_learned(made: World, at: datetime) -> None:
    """The reaction to the event, as the worker runs it."""
    order = closed(made, "刹车吱吱叫", made.pads)
    event = OrderClosed(
        order_id=order.pk, customer_id=order.customer_id, vehicle_id=order.vehicle_id, store_id=order.store_id,
        state="closed",
    )  # fmt: skip
    queue.run_all_now()
    ON[OrderClosed](event=event, by=system(made.shop.org_id), at=at)
    ON[OrderClosed](event=event, by=system(made.shop.org_id), at=at)
    assert LearnedOrder.objects.filter(order_id=order.pk).count() == 1
