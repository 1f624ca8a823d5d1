"""Promises: what can begin when, why not, exact rows and events, moved, released, overbooked, planned work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.accounts.models import StaffSkill
from pitlane.core.access import customer, declare
from pitlane.core.errors import Conflict, Forbidden, Missing, PitlaneError, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.scheduling import commands, queries
from pitlane.scheduling.commands import Needs, Segment, ShiftInput, Work
from pitlane.scheduling.models import Claim, ClaimCell, ClaimPart, PlannedWork

from . import factories

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
LIFT_HOUR = Needs((Segment(60, "lift"),))
WEEK = [ShiftInput(day, *hours) for day in range(6) for hours in ((time(8), time(12)), (time(13), time(18)))]


def moment(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA)


@pytest.fixture(autouse=True)
def workers() -> None:
    declare({"workshop.work": "施工"})


@pytest.fixture
def store(shop: Shop) -> Shop:
    """One lift, one technician, hours with a break, closed on Sundays."""
    factories.bay(shop)
    factories.technician(shop)
    commands.save_hours(store_id=shop.store_id, hours=WEEK, by=shop.boss(), at=NOON)
    return shop


def terms(shop: Shop, **facts: Any) -> None:
    usual = {
        "horizon_days": 30, "lead_minutes": 60, "step_minutes": 30, "before_minutes": 0, "after_minutes": 0,
        "overbook_per_day": 0, "closed_holidays": ["spring_festival"],
    }  # fmt: skip
    commands.save_terms(store_id=shop.store_id, **(usual | facts), by=shop.boss(), at=NOON)


def learn(staff_id: int, skill: str, level: int = 1, until: date | None = None) -> None:
    StaffSkill.objects.create(staff_id=staff_id, skill=skill, level=level, valid_until=until)


def claim(
    shop: Shop, subject: str = "a:1", start: datetime | None = None, needs: Needs = LIFT_HOUR, **facts: Any
) -> Claim:
    values = {"store_id": shop.store_id, "by": shop.boss(), "at": NOON} | facts
    return commands.claim(subject=subject, start=start or moment(9), needs=needs, **values)


def free(shop: Shop, needs: Needs = LIFT_HOUR, *, day: date = TUESDAY, days: int = 1, **facts: Any) -> list[str]:
    values = {"at": NOON, "first_day": day, "days": days} | facts
    found = queries.free_starts(shop.store_id, needs, **values)
    return [f"{slot.start.astimezone(CHINA):%H:%M}" for slot in found]


def codes(shop: Shop, start: datetime, needs: Needs = LIFT_HOUR, **facts: Any) -> list[str]:
    values = {"at": NOON} | facts
    return [reason.code for reason in queries.why_not(shop.store_id, needs, start, **values)]


def texts(shop: Shop, start: datetime, needs: Needs = LIFT_HOUR, **facts: Any) -> list[str]:
    values = {"at": NOON} | facts
    return [str(reason) for reason in queries.why_not(shop.store_id, needs, start, **values)]


def test_free_starts_follow_hours_break_and_end_of_day(store: Shop) -> None:
    found = free(store)
    assert found[:3] == ["08:00", "08:30", "09:00"] and found[-1] == "17:00"
    assert "11:30" in found and "12:00" not in found and len(found) == 17


def test_today_begins_after_the_lead_time(store: Shop) -> None:
    assert free(store, day=MONDAY)[0] == "13:00"
    assert free(store, day=MONDAY, at=moment(14, 10, MONDAY))[0] == "15:30"
    assert free(store, day=MONDAY, at=moment(14, 10, MONDAY), walk_in=True)[0] == "14:30"


def test_a_promise_stores_exact_rows_and_one_event(store: Shop) -> None:
    made = claim(store, needs=Needs((Segment(60, "lift"), Segment(30, "lift")), after=15))
    assert (made.starts_at, made.ends_at, made.lane) == (moment(9), moment(10, 30), 0)
    parts = ClaimPart.objects.order_by("position")
    assert [(p.last - p.first, p.bay_last - p.bay_first) for p in parts] == [(4, 4), (2, 3)]
    kinds = ClaimCell.objects.values_list("kind", flat=True)
    assert (list(kinds).count("b"), list(kinds).count("t"), len(kinds)) == (7, 6, 13)
    row = EventRow.objects.order_by("-seq")[0]
    assert (row.kind, row.store_id, row.payload["subject"]) == ("scheduling.TimeClaimed", store.store_id, "a:1")
    card = queries.claim_of("a:1")
    assert card and (card.start, card.end, card.bay, card.technician) == (
        moment(9),
        moment(10, 30),
        "举升机 1",
        "赵师傅",
    )
    assert [c.subject for c in queries.claims_on(store.store_id, TUESDAY, TUESDAY)] == ["a:1"]
    assert queries.claims_on(store.store_id, MONDAY, MONDAY) == []


def test_what_is_promised_is_not_offered_again(store: Shop) -> None:
    claim(store)
    assert not {"08:30", "09:00", "09:30"} & set(free(store)) and {"08:00", "10:00"} <= set(free(store))
    with nothing_changes(), pytest.raises(Conflict) as refused:
        claim(store, "a:2", moment(9, 30))
    assert "没有空的举升机" in str(refused.value) and "都已有活" in str(refused.value)
    with nothing_changes(), pytest.raises(Conflict):
        claim(store, "a:1", moment(15))


def test_a_moved_promise_frees_its_old_time_and_may_overlap_it(store: Shop) -> None:
    claim(store)
    moved = commands.move_claim(subject="a:1", start=moment(9, 30), by=store.boss(), at=NOON)
    assert (moved.starts_at, ClaimCell.objects.count(), ClaimPart.objects.count()) == (moment(9, 30), 8, 1)
    assert "08:30" in free(store) and "09:00" not in free(store)
    commands.move_claim(subject="a:1", start=moment(9, 30), by=store.boss(), at=NOON)
    kinds = list(EventRow.objects.filter(kind="scheduling.ClaimMoved").values_list("payload", flat=True))
    assert len(kinds) == 2


def test_a_refused_move_keeps_the_old_time(store: Shop) -> None:
    claim(store)
    claim(store, "a:2", moment(11))
    with nothing_changes(), pytest.raises(Conflict):
        commands.move_claim(subject="a:1", start=moment(11), by=store.boss(), at=NOON)
    card = queries.claim_of("a:1")
    assert card and card.start == moment(9)
    with nothing_changes(), pytest.raises(Missing):
        commands.move_claim(subject="a:9", start=moment(15), by=store.boss(), at=NOON)


def test_a_released_promise_leaves_nothing_but_its_events(store: Shop) -> None:
    claim(store)
    assert commands.release_claim(subject="a:1", by=store.boss(), at=NOON) is True
    assert (Claim.objects.count(), ClaimPart.objects.count(), ClaimCell.objects.count()) == (0, 0, 0)
    with nothing_changes():
        assert commands.release_claim(subject="a:1", by=store.boss(), at=NOON) is False
    assert queries.claim_of("a:1") is None and "09:00" in free(store)


def test_buffers_of_the_store_keep_cars_apart(store: Shop) -> None:
    terms(store, before_minutes=15, after_minutes=15, step_minutes=15)
    claim(store)
    found = set(free(store))
    assert "10:15" not in found and "10:30" in found and "07:45" not in found and "08:00" not in found


def test_parts_must_arrive_first(store: Shop) -> None:
    assert free(store, not_before=moment(14, 10))[0] == "14:30"
    assert texts(store, moment(9), not_before=moment(14)) == ["配件 11-24 14:00 才到，要等到那时"]


def test_why_not_says_what_stands_in_the_way(store: Shop) -> None:
    assert texts(store, moment(9)) == []
    assert texts(store, moment(9, day=date(2026, 11, 22))) == ["这个时间已经过去"]
    assert texts(store, moment(13, day=MONDAY), at=moment(12, 30, MONDAY)) == ["至少提前 1 小时预约，最早 11-23 13:30"]
    assert texts(store, moment(9, day=date(2026, 12, 24))) == ["只接受 30 天以内的预约，最晚 12-23"]
    assert texts(store, moment(9, day=date(2026, 11, 29))) == ["11-29 不营业"]
    assert texts(store, moment(12, 15)) == ["11-24 的营业时间是 08:00-12:00 13:00-18:00"]
    assert texts(store, moment(17, 30)) == ["要 60 分钟，18:00 关门前做不完，最晚 17:00 开始"]
    assert texts(store, moment(9, 5)) == ["开始时间要在整刻钟上，例如 09:15"]
    assert texts(store, moment(9), Needs((Segment(60, "paint"),))) == ["本店没有可用的烤漆"]
    assert texts(store, moment(9), Needs((Segment(60, "lift", ("aligner",)),))) == [
        "本店没有可用的举升机（四轮定位仪）"
    ]
    assert texts(store, moment(9), Needs((Segment(60, skill="hv", level=3),))) == ["本店没有人会高压电 3 级"]


def test_why_not_names_leave_and_busy_people(store: Shop) -> None:
    qian = factories.technician(store, "钱师傅", "T02")
    learn(qian.pk, "hv", 2)
    hv = Needs((Segment(60, skill="hv"),))
    claim(store, needs=hv)
    assert texts(store, moment(9), hv) == ["会高压电的 1 人这个时段都已有活"]
    assert codes(store, moment(9), technician_id=qian.pk) == ["technician"]
    assert "钱师傅" in texts(store, moment(9), technician_id=qian.pk)[0]
    commands.record_leave(
        staff_id=qian.pk, store_id=store.store_id, first_day=TUESDAY, last_day=TUESDAY, by=store.boss(), at=NOON
    )
    assert texts(store, moment(15), hv) == ["会高压电的人这个时段都不在班，其中 1 人请假"]


def test_a_certificate_that_runs_out_counts_to_its_last_day(store: Shop) -> None:
    person = factories.technician(store, "钱师傅", "T02")
    learn(person.pk, "hv", 3, until=TUESDAY)
    hv = Needs((Segment(60, skill="hv", level=2),))
    assert free(store, hv)[-1] == "17:00" and free(store, hv, day=date(2026, 11, 25)) == []


def test_shifts_and_leave_decide_who_is_there(store: Shop) -> None:
    person = factories.technician(store, "钱师傅", "T02")
    learn(person.pk, "tyre")
    tyre = Needs((Segment(30, skill="tyre"),))
    key = {"staff_id": person.pk, "store_id": store.store_id, "by": store.boss(), "at": NOON}
    commands.set_shifts(shifts=[ShiftInput(1, time(10), time(11))], **key)
    assert free(store, tyre) == ["10:00", "10:30"] and free(store, tyre, day=date(2026, 11, 25)) == []
    commands.record_leave(first_day=TUESDAY, last_day=TUESDAY, **key)
    assert free(store, tyre) == []


def test_planned_work_leaves_less_time_and_forbids_nothing(store: Shop) -> None:
    bay, person = queries.bays(store.store_id)[0], queries.technicians_on(store.store_id, TUESDAY)[0]
    key = {"store_id": store.store_id, "by": store.boss(), "at": NOON}
    work = Work("workshop:1", person.staff_id, 120, bay.id, moment(11))
    assert commands.note_work(work=[work], **key) == 1
    found = set(free(store))
    assert not {"10:30", "11:00", "11:30", "13:00", "13:30"} & found and {"10:00", "14:00"} <= found
    claim(store, "a:5", moment(15))
    commands.note_work(work=[Work("workshop:2", person.staff_id, 60, bay.id, moment(15))], **key)
    assert queries.claim_of("a:5") is not None
    commands.note_work(work=[Work("workshop:1", person.staff_id, 30, bay.id, moment(11))], **key)
    assert "11:30" in free(store) and PlannedWork.objects.count() == 2
    assert commands.forget_work(sources=["workshop:1", "workshop:9"], **key) == 1


def test_work_without_a_start_comes_after_the_work_before(store: Shop) -> None:
    person = queries.technicians_on(store.store_id, TUESDAY)[0].staff_id
    key = {"store_id": store.store_id, "by": store.boss(), "at": NOON}
    commands.note_work(work=[Work("w:1", person, 60), Work("w:2", person, 30)], **key)
    commands.note_work(work=[Work("w:3", person, 30)], **key)
    rows = PlannedWork.objects.order_by("source").values_list("starts_at", flat=True)
    assert list(rows) == [NOON, NOON + timedelta(minutes=60), NOON + timedelta(minutes=90)]


def test_overbooking_ends_at_the_limit_of_the_day(store: Shop) -> None:
    with nothing_changes(), pytest.raises(Refused):
        claim(store, lane=1)
    terms(store, overbook_per_day=2)
    claim(store)
    claim(store, "a:2", lane=1)
    claim(store, "a:3", moment(15), lane=1)
    with nothing_changes(), pytest.raises(Refused) as refused:
        claim(store, "a:4", moment(16), lane=1)
    assert refused.value.code == "overbook_full"
    commands.move_claim(subject="a:3", start=moment(16), lane=1, by=store.boss(), at=NOON)
    claim(store, "a:5", moment(16, day=date(2026, 11, 25)), lane=1)
    assert ClaimCell.objects.filter(kind="o").count() == 3


def test_a_person_of_two_stores_is_promised_once(store: Shop) -> None:
    person = factories.technician(store, "钱师傅", "T02")
    person.stores.add(store.other_store_id)
    commands.save_hours(store_id=store.other_store_id, hours=WEEK, by=store.boss(), at=NOON)
    anyone = Needs((Segment(60),))
    claim(store, needs=anyone, technician_id=person.pk)
    facts = {"store_id": store.other_store_id}
    with pytest.raises(Conflict):
        claim(store, "a:2", needs=anyone, **facts)
    assert claim(store, "a:3", moment(10), anyone, **facts).store_id == store.other_store_id


def test_alternatives_are_three_different_kinds_of_near(store: Shop) -> None:
    claim(store, start=moment(10))
    found = queries.alternatives(store.store_id, LIFT_HOUR, moment(10), at=NOON)
    shown = [f"{slot.start.astimezone(CHINA):%d %H:%M}" for slot in found]
    assert shown == ["24 09:00", "24 11:00", "25 10:00"]
    closed = moment(10, day=date(2026, 11, 29))
    later = queries.alternatives(store.store_id, LIFT_HOUR, closed, at=NOON)
    assert len(later) == 3 and {slot.start.astimezone(CHINA).day for slot in later} <= {28, 30}


def test_a_load_counts_promises_plans_and_leave(store: Shop) -> None:
    person = factories.technician(store, "钱师傅", "T02")
    learn(person.pk, "hv")
    claim(store)
    load = queries.day_load(store.store_id, TUESDAY)
    assert (load.technicians.capacity, load.technicians.busy, load.bays.capacity, load.bays.busy) == (1080, 60, 540, 60)
    nine = next(hour for hour in load.hours if hour.start == moment(9))
    assert (nine.free_technicians, nine.free_bays, nine.percent, len(load.hours)) == (1, 0, 100, 9)
    assert [(skill.skill, skill.people, skill.use.capacity) for skill in load.skills] == [("hv", 1, 540)]
    assert queries.day_load(store.store_id, date(2026, 11, 29)).hours == ()


def test_searching_takes_the_same_queries_for_many_bays_people_and_days(store: Shop) -> None:
    def count(days: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            free(store, days=days)
        return len(seen)

    few = count(2)
    for n in range(5):
        factories.bay(store, f"举升机 {n + 2}")
        learn(factories.technician(store, f"钱{n}", f"T1{n}").pk, "hv")
        claim(store, f"b:{n}", moment(10))
    assert count(14) == few


@pytest.mark.parametrize(
    "needs",
    [Needs(()), Needs((Segment(0, "lift"),)), Needs((Segment(-5),)), Needs((Segment(40 * 60 + 1),))],
)
def test_impossible_needs_are_refused(store: Shop, needs: Needs) -> None:
    with nothing_changes(), pytest.raises(Refused):
        claim(store, needs=needs)


def test_who_may_not_is_refused(store: Shop) -> None:
    claim(store)
    nobody = store.actor("scheduling.view", "scheduling.edit")
    elsewhere = store.actor("scheduling.claim", store_id=store.other_store_id)
    owner = customer(store.org_id, 5, "车主")
    key: dict[str, Any] = {"at": NOON}
    for by in (nobody, elsewhere):
        with nothing_changes(), pytest.raises(Forbidden):
            claim(store, "a:2", moment(15), by=by)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.move_claim(subject="a:1", start=moment(15), by=by, **key)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.release_claim(subject="a:1", by=by, **key)
    for by in (owner, elsewhere):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.note_work(store_id=store.store_id, work=[], by=by, **key)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.forget_work(store_id=store.store_id, sources=[], by=by, **key)
    assert claim(store, "a:7", moment(15), by=owner).subject == "a:7"


def test_another_organisations_store_is_not_there(store: Shop, other_shop: Shop) -> None:
    with nothing_changes(), pytest.raises(PitlaneError):
        claim(store, store_id=other_shop.store_id)
