"""Causes from the shop's list, corrective actions, and the figures of quality."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pitlane.accounts.tests.factories import browser
from pitlane.catalog import commands as catalog
from pitlane.core.access import Actor
from pitlane.core.errors import Forbidden, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.workshop import commands, queries
from pitlane.workshop.causes import checked_cause
from pitlane.workshop.models import CorrectiveAction, QualityCheck, RepairOrder

from .factories import Bench, bench, finished, opened, settled, usual_lines

DAY = NOON.date()


@pytest.fixture
def b(shop: Shop) -> Bench:
    """A shop with people and the starting list of causes."""
    made = bench(shop)
    catalog.load_starting_catalogue(by=shop.boss(), at=NOON)
    return made


def judge(b: Bench, cause: str) -> RepairOrder:
    """An order that failed its final inspection."""
    order = finished(b, lines=usual_lines(b))
    commands.final_check(
        order_id=order.pk,
        passed=False,
        failed_items=[order.items.order_by("pk").first().pk],
        failed_points=["渗油"],
        cause=cause,
        responsible_id=b.tech.pk,
        by=b.judge,
        at=NOON,
    )
    return order


def act(b: Bench, order: RepairOrder, **facts: Any) -> CorrectiveAction:
    given = {"text": "换新垫片并打力矩", "owner_id": b.tech.pk, "due_on": DAY + timedelta(days=7), "by": b.judge}
    return commands.open_action(order_id=order.pk, at=NOON, **(given | facts))


@pytest.mark.parametrize(
    ("cause", "known", "fine"),
    [("a", {"a"}, True), ("b", {"a"}, False), ("b", set(), True), ("x" * 31, set(), False)],
)
def test_causes_come_from_the_list(cause: str, known: set[str], fine: bool) -> None:
    if fine:
        assert checked_cause(f" {cause} ", known) == cause
        return
    with pytest.raises(Refused):
        checked_cause(cause, known)


def test_a_cause_of_no_list_is_refused_and_nothing_changes(b: Bench) -> None:
    order = finished(b, lines=usual_lines(b))
    items = [order.items.order_by("pk").first().pk]
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.final_check(order_id=order.pk, passed=False, failed_items=items, cause="天气不好", by=b.judge, at=NOON)
    assert refused.value.field == "cause"


def test_the_report_counts_failures_by_cause_and_person(b: Bench, shop: Shop) -> None:
    judge(b, "assembly_error")
    report = queries.quality_report(shop.store_id, DAY, DAY, by=shop.boss(), at=NOON)
    assert (report.inspected, report.passed_first, report.first_pass) == (1, 0, 0)
    assert [(row.name, row.count, str(row.running)) for row in report.causes] == [("装配不当", 1, "100.0")]
    assert [(row.name, row.failures) for row in report.people if row.failures] == [("张伟", 1)]
    other = queries.quality_report(shop.other_store_id, DAY, DAY, by=shop.boss(), at=NOON)
    assert other.inspected == 0 and other.first_pass is None and other.causes == []


def test_the_technician_reads_on_the_terminal_why_the_job_came_back(b: Bench) -> None:
    order = judge(b, "assembly_error")
    first = order.items.get()
    assert queries.job_screen(first.pk, by=b.technician, at=NOON).sent_back == "装配不当，渗油"
    commands.finish_items(order_id=order.pk, item_ids=[first.pk], by=b.technician, at=NOON)
    assert queries.job_screen(first.pk, by=b.technician, at=NOON).sent_back == ""


def test_a_comeback_costs_the_side_that_caused_it(b: Bench, shop: Shop) -> None:
    first = settled(b)
    again = opened(b, comeback_of_id=first.pk, comeback_cause="misdiagnosis")
    report = queries.quality_report(shop.store_id, DAY, DAY, by=shop.boss(), at=NOON)
    assert [(str(row.side), row.count) for row in report.comebacks] == [("诊断", 1)]
    for order, kind in ((again, "repair"), (first, "comeback")):
        with nothing_changes(), pytest.raises(Refused):
            commands.change_order(order_id=order.pk, changes={"order_type": kind}, by=shop.boss(), at=NOON)


def test_an_action_is_opened_and_ended_once(b: Bench, shop: Shop) -> None:
    order = judge(b, "assembly_error")
    action = act(b, order, cause="torque")
    card = queries.open_actions(shop.store_id, by=b.judge, at=NOON + timedelta(days=8))[0]
    assert card.overdue and card.cause == "力矩不符" and card.owner == "张伟"
    tech = Actor(shop.org_id, "staff", b.tech.pk, "张伟", frozenset({"workshop.work"}))
    commands.end_action(action_id=action.pk, effect="三周没有再漏", by=tech, at=NOON)
    assert CorrectiveAction.objects.get().state == "done"
    kinds = EventRow.objects.filter(order_id=order.pk).values_list("kind", flat=True)
    assert {"workshop.CorrectiveActionOpened", "workshop.CorrectiveActionEnded"} <= set(kinds)
    with nothing_changes(), pytest.raises(Refused):
        commands.end_action(action_id=action.pk, effect="又一次", by=tech, at=NOON)


@pytest.mark.parametrize("wrong", [{"text": " "}, {"due_on": DAY - timedelta(days=1)}, {"owner_id": 0}, {"cause": "?"}])
def test_an_action_without_sense_is_refused(b: Bench, wrong: dict[str, Any]) -> None:
    order = judge(b, "assembly_error")
    with nothing_changes(), pytest.raises(Refused):
        act(b, order, **wrong)


def test_only_those_who_judge_or_lead_decide_actions(b: Bench, shop: Shop) -> None:
    order = judge(b, "assembly_error")
    clerk = Actor(shop.org_id, "staff", b.other.pk, "刘洋", frozenset({"workshop.view", "workshop.work"}))
    with nothing_changes(), pytest.raises(Forbidden):
        act(b, order, by=clerk)
    action = act(b, order)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.end_action(action_id=action.pk, effect="好了", by=clerk, at=NOON)


def test_the_pages_name_causes_and_take_actions(b: Bench) -> None:
    order = judge(b, "assembly_error")
    desk = browser(b.advisor)
    page = desk.get(f"/orders/{order.ref}/").content.decode()
    assert "装配不当" in page and "assembly_error" not in page and "渗油" in page
    assert desk.get("/quality/report/?first_day=x&last_day=2026-11-30").status_code == 200
    form = {"text": "复核力矩", "owner_id": b.tech.pk, "due_on": "2000-01-01"}
    assert "完成日期不能早于今天" in desk.post(f"/orders/{order.ref}/actions/", form).content.decode()
    assert desk.post(f"/orders/{order.ref}/actions/", form | {"due_on": "2099-01-01"}).status_code == 302
    assert "复核力矩" in desk.get("/quality/report/").content.decode()
    action = CorrectiveAction.objects.get()
    ended = desk.post(f"/orders/{order.ref}/actions/{action.ref}/", {"outcome": "dropped", "effect": "已换设备"})
    assert ended.status_code == 302 and CorrectiveAction.objects.get().state == "dropped"


def test_the_report_asks_the_same_number_of_questions_for_many_checks(
    b: Bench, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    judge(b, "assembly_error")
    check = QualityCheck.objects.filter(state="failed").get()
    for n in range(30):
        check.pk, check.cause = None, f"c{n}"
        check.save()
    with django_assert_max_num_queries(12):
        assert len(queries.quality_report(shop.store_id, DAY, DAY, by=shop.boss(), at=NOON).causes) == 31
