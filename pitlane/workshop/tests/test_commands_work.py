"""Dispatch, the technician's day, holds, findings, inspections by different people."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pitlane.core import doctor, jobs
from pitlane.core.errors import Conflict, Forbidden, Refused
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.parts import commands as parts
from pitlane.parts.models import StockLevel
from pitlane.workshop import commands
from pitlane.workshop.commands import NewLabour, NewPart
from pitlane.workshop.models import Assignment, QualityCheck, RepairOrder, TimeEntry, WorkItem

from .factories import Bench, approved, bench, completed, dispatched, finished, keys_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


def reload(order: RepairOrder) -> RepairOrder:
    return RepairOrder.objects.get(pk=order.pk)


def jobs_of(order: RepairOrder) -> list[WorkItem]:
    return list(order.items.order_by("position"))


def test_two_technicians_share_a_job_without_losing_any(b: Bench) -> None:
    order = approved(b)
    people = [b.tech.pk, b.other.pk]
    item = order.items.get()
    commands.dispatch(order_id=order.pk, item_ids=[item.pk], technician_ids=people, by=b.by, at=NOON)
    assert sum(a.share for a in Assignment.objects.all()) == 1
    commands.dispatch(order_id=order.pk, item_ids=[item.pk], technician_ids=[b.other.pk], by=b.by, at=NOON)
    assert [a.technician_id for a in Assignment.objects.filter(released_at=None)] == [b.other.pk]


def test_only_approved_jobs_go_to_technicians_of_the_store(b: Bench) -> None:
    order = approved(b)
    commands.add_labour(order_id=order.pk, operation_id=b.brakes, by=b.by, at=NOON)
    extra = jobs_of(order)[1]
    assert extra.extra
    for ids, people in (([extra.pk], [b.tech.pk]), ([jobs_of(order)[0].pk], [b.advisor.pk + 99]), ([], [b.tech.pk])):
        with nothing_changes(), pytest.raises(Refused):
            commands.dispatch(order_id=order.pk, item_ids=ids, technician_ids=people, by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.dispatch(order_id=order.pk, item_ids=[1], technician_ids=[1], by=b.technician, at=NOON)


def test_starting_another_job_pauses_the_first(b: Bench) -> None:
    one, two = dispatched(b), dispatched(b)
    first, second = one.items.get(), two.items.get()
    commands.accept_item(item_id=first.pk, by=b.technician, at=NOON)
    commands.start_item(item_id=first.pk, by=b.technician, at=NOON)
    assert reload(one).state == "in_progress"
    later = NOON + timedelta(minutes=20)
    commands.start_item(item_id=second.pk, by=b.technician, at=later)
    first.refresh_from_db()
    assert (first.state, first.pause_reason) == ("paused", "switch")
    assert [(e.ended_at, e.pause_reason) for e in TimeEntry.objects.order_by("pk")] == [(later, "switch"), (None, "")]
    assert doctor.examine() == []


def test_a_foreign_job_is_not_startable(b: Bench) -> None:
    order = dispatched(b)
    item = order.items.get()
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.start_item(item_id=item.pk, by=b.second, at=NOON)
    assert caught.value.code == "not_assigned"
    with nothing_changes(), pytest.raises(Forbidden):
        commands.start_item(item_id=item.pk, technician_id=b.tech.pk, by=b.second, at=NOON)
    commands.start_item(item_id=item.pk, technician_id=b.tech.pk, by=b.by, at=NOON)
    assert TimeEntry.objects.get().assignment.technician_id == b.tech.pk


def test_pausing_needs_a_reason_and_running_work(b: Bench) -> None:
    item = dispatched(b).items.get()
    for reason in ("", "等配件"):
        with nothing_changes(), pytest.raises(Refused):
            commands.pause_item(item_id=item.pk, reason=reason, by=b.technician, at=NOON)
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    commands.pause_item(item_id=item.pk, reason="等配件", by=b.technician, at=NOON)
    item.refresh_from_db()
    assert (item.state, item.pause_reason) == ("paused", "等配件")


def test_steps_keep_what_was_measured_and_flag_the_limit(b: Bench) -> None:
    order = dispatched(b, lines=[NewLabour(b.brakes)])
    item = order.items.get()
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.tick_step(item_id=item.pk, step=1, values={}, by=b.technician, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.tick_step(item_id=item.pk, step=1, values={"左": "很薄"}, by=b.technician, at=NOON)
    commands.tick_step(item_id=item.pk, step=1, values={"左": "2.1"}, by=b.technician, at=NOON)
    item.refresh_from_db()
    assert item.steps[1]["values"] == {"左": "2.1"} and item.steps[1]["by"] == "张伟"
    commands.tick_step(item_id=item.pk, step=1, done=False, by=b.technician, at=NOON)
    item.refresh_from_db()
    assert "values" not in item.steps[1]


def test_safety_work_is_confirmed_by_a_colleague(b: Bench) -> None:
    order = dispatched(b, lines=[NewLabour(b.brakes)])
    item = order.items.get()
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    commands.self_check(item_id=item.pk, by=b.technician, at=NOON)
    item.refresh_from_db()
    assert (item.state, reload(order).state) == ("self_checked", "in_progress")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.peer_check(item_id=item.pk, by=b.technician, at=NOON)
    commands.peer_check(item_id=item.pk, by=b.second, at=NOON)
    assert reload(order).state == "qc_pending"
    levels = list(QualityCheck.objects.order_by("pk").values_list("qc_level", "inspector_id"))
    assert levels == [("self", b.tech.pk), ("peer", b.other.pk)]


def test_nobody_inspects_their_own_work(b: Bench) -> None:
    order = finished(b)
    both = b.actor(b.tech, "workshop.work", "workshop.inspect")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.final_check(order_id=order.pk, by=both, at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.final_check(order_id=order.pk, by=b.desk, at=NOON)


def test_a_failed_inspection_sends_work_back_until_it_passes(b: Bench) -> None:
    order = finished(b)
    item = order.items.get()
    for failed, cause in (([], "漏油"), ([item.pk], "")):
        with nothing_changes(), pytest.raises(Refused):
            commands.final_check(order_id=order.pk, passed=False, failed_items=failed, cause=cause, by=b.judge, at=NOON)
    commands.final_check(
        order_id=order.pk,
        passed=False,
        failed_items=[item.pk],
        cause="漏油",
        responsible_id=b.tech.pk,
        by=b.judge,
        at=NOON,
    )
    item.refresh_from_db()
    assert (item.state, reload(order).state) == ("rework", "in_progress")
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    commands.self_check(item_id=item.pk, by=b.technician, at=NOON)
    commands.final_check(order_id=order.pk, by=b.judge, at=NOON)
    assert reload(order).state == "completed"
    assert [c.state for c in QualityCheck.objects.filter(qc_level="final").order_by("pk")] == ["rechecked", "passed"]


def test_a_held_order_stops_the_clock_and_resumes_where_it_stood(b: Bench) -> None:
    order = dispatched(b)
    item = order.items.get()
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.hold_order(order_id=order.pk, reason="weather", by=b.by, at=NOON)
    commands.hold_order(order_id=order.pk, reason="parts", by=b.technician, at=NOON)
    item.refresh_from_db()
    assert (reload(order).state, item.state) == ("on_hold", "paused")
    assert not TimeEntry.objects.filter(ended_at=None).exists()
    with nothing_changes(), pytest.raises(Refused):
        commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    commands.resume_order(order_id=order.pk, by=b.by, at=NOON)
    assert reload(order).state == "in_progress"
    with nothing_changes(), pytest.raises(Refused):
        commands.resume_order(order_id=order.pk, by=b.by, at=NOON)


def test_an_order_that_waits_for_parts_goes_on_when_they_arrive(b: Bench) -> None:
    order = dispatched(b, lines=[NewLabour(b.oil), NewPart(b.filter.pk, quantity=Decimal(12), item="#0")])
    commands.hold_order(order_id=order.pk, reason="parts", by=b.by, at=NOON)
    house = StockLevel.objects.get(part=b.filter).warehouse_id
    line = parts.ReceiptLine(b.filter.pk, Decimal(5), Money(3000))
    parts.receive(warehouse_id=house, lines=[line], by=b.by, at=NOON)
    jobs.run_all_now()
    assert reload(order).state == "dispatch_pending"


def test_a_finding_becomes_extra_work_that_the_customer_decides(b: Bench) -> None:
    order = dispatched(b)
    item = order.items.get()
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.report_finding(order_id=order.pk, text=" ", by=b.technician, at=NOON)
    finding = commands.report_finding(
        order_id=order.pk, text="前制动片 2.1 mm", item_id=item.pk, severity="urgent", operation_id=b.brakes,
        by=b.technician, at=NOON,
    )  # fmt: skip
    with nothing_changes(), pytest.raises(Forbidden):
        commands.resolve_finding(finding_id=finding.pk, resolution="proposed", by=b.technician, at=NOON)
    [key] = commands.resolve_finding(finding_id=finding.pk, resolution="proposed", by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Conflict):
        commands.resolve_finding(finding_id=finding.pk, resolution="later", by=b.by, at=NOON)
    commands.self_check(item_id=item.pk, by=b.technician, at=NOON)
    assert reload(order).state == "qc_pending" and reload(order).pending_total == Money(24000)
    commands.decide_lines(order_id=order.pk, decisions={key: "approve"}, via="link", by=b.by, at=NOON)
    assert reload(order).state == "in_progress"
    assert order.items.get(pk=int(key[5:])).extra


def test_issued_parts_come_back_and_shrink_the_line(b: Bench) -> None:
    order = approved(b)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.issue_parts(order_id=order.pk, by=b.technician, at=NOON)
    assert commands.issue_parts(order_id=order.pk, by=b.by, at=NOON) == 2
    with nothing_changes(), pytest.raises(Refused):
        commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    assert reload(order).cost_total == Money(3400 + 4 * 3900)
    key = keys_of(order)[-1]
    with nothing_changes(), pytest.raises(Refused):
        commands.return_part_line(order_id=order.pk, key=key, reason="", by=b.by, at=NOON)
    commands.return_part_line(order_id=order.pk, key=key, quantity=Decimal(1), reason="多领", by=b.by, at=NOON)
    assert reload(order).parts_total == Money(6800 + 3 * 7800)
    commands.return_part_line(order_id=order.pk, key=key, reason="不用了", by=b.by, at=NOON)
    assert reload(order).parts_total == Money(6800)
    assert StockLevel.objects.get(part=b.fluid).on_hand == 10
    assert doctor.examine() == []


def test_parts_over_the_stores_own_counter_reach_the_order(b: Bench) -> None:
    order = approved(b)
    demand = f"order_part:{keys_of(order)[-1][5:]}"
    for row in order.parts.all():
        parts.issue(demand=f"order_part:{row.pk}", by=b.by, at=NOON)
    jobs.run_all_now()
    assert reload(order).cost_total == Money(3400 + 4 * 3900)
    assert not order.parts.filter(fitted=False).exists()
    parts.return_part(demand=demand, quantity=Decimal(1), reason="多领", by=b.by, at=NOON)
    jobs.run_all_now()
    assert reload(order).parts_total == Money(6800 + 3 * 7800)
    parts.return_part(demand=demand, quantity=Decimal(3), reason="不用了", by=b.by, at=NOON)
    jobs.run_all_now()
    assert reload(order).parts_total == Money(6800) and doctor.examine() == []


def test_recalled_jobs_wait_again(b: Bench) -> None:
    order = dispatched(b)
    item = order.items.get()
    with nothing_changes(), pytest.raises(Refused):
        commands.recall_items(order_id=order.pk, item_ids=[item.pk], reason="", by=b.by, at=NOON)
    commands.recall_items(order_id=order.pk, item_ids=[item.pk], reason="插急单", by=b.by, at=NOON)
    item.refresh_from_db()
    assert item.state == "pending" and not Assignment.objects.filter(released_at=None).exists()


def test_doctor_sees_a_wrong_sum_and_a_state_without_history(b: Bench) -> None:
    order = completed(b)
    RepairOrder.objects.filter(pk=order.pk).update(total=Money(1), state="delivered")
    assert {t.check for t in doctor.examine()} == {"order_states", "order_totals"}


def test_a_photo_is_kept_with_the_order(b: Bench) -> None:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    order = dispatched(b)
    photo = commands.add_photo(order_id=order.pk, content=out.getvalue(), name="盘面.png", by=b.technician, at=NOON)
    assert photo.file.order_id == order.pk
    with nothing_changes(), pytest.raises(Refused):
        commands.add_photo(order_id=order.pk, content=b"no image", name="x.png", by=b.technician, at=NOON)
