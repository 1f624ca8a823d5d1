"""Bays, shifts and leave: exact rows and events, refusals that change nothing, who works on a day."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.catalog.models import BayNeed
from pitlane.core.access import declare
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.scheduling import commands, queries
from pitlane.scheduling.commands import ShiftInput
from pitlane.scheduling.models import Bay, BayType, Leave, Shift

from . import factories

MONDAY = date(2026, 11, 23)
EARLY, LATE = (time(8), time(12)), (time(13), time(18))


@pytest.fixture(autouse=True)
def workers() -> None:
    declare({"workshop.work": "施工"})


def kinds() -> list[str]:
    return list(EventRow.objects.order_by("seq").values_list("kind", flat=True))


def test_every_bay_an_operation_may_need_exists() -> None:
    assert set(BayNeed.values) == set(BayType.values)


def test_a_bay_is_saved_changed_and_closed(shop: Shop) -> None:
    made = factories.bay(shop)
    factories.bay(shop, name="举升机 2")
    factories.bay(shop, name="举升 1", bay_id=made.pk, active=False)
    assert [card.name for card in queries.bays(shop.store_id)] == ["举升机 2"]
    assert [card.name for card in queries.bays(shop.store_id, active=None)] == ["举升机 2", "举升 1"]
    assert queries.bays(shop.store_id, bay_type="paint") == []
    assert (queries.bay_by_id(made.pk).type_label, kinds()) == ("举升机", ["scheduling.BayChanged"] * 3)


@pytest.mark.parametrize("facts", [{"name": " "}, {"name": "举升机 1"}, {"bay_type": "garden"}])
def test_nonsense_bays_are_refused(shop: Shop, facts: dict) -> None:
    factories.bay(shop)
    with nothing_changes(), pytest.raises(Refused):
        factories.bay(shop, **({"name": "新工位"} | facts))


def test_a_week_is_replaced(shop: Shop, at: datetime) -> None:
    person = factories.technician(shop)
    key = {"staff_id": person.pk, "store_id": shop.store_id, "by": shop.boss(), "at": at}
    commands.set_shifts(shifts=[ShiftInput(0, *LATE), ShiftInput(0, *EARLY), ShiftInput(1, *EARLY)], **key)
    assert queries.shifts_of(person.pk) == {0: (EARLY, LATE), 1: (EARLY,)}
    commands.set_shifts(shifts=[ShiftInput(2, *EARLY)], **key)
    assert (Shift.objects.count(), kinds()) == (1, ["scheduling.ShiftsSet"] * 2)
    bad = [
        [ShiftInput(0, *EARLY), ShiftInput(0, time(11), time(15))],
        [ShiftInput(0, time(12), time(8))],
        [ShiftInput(7, *EARLY)],
    ]
    for shifts in bad:
        with nothing_changes(), pytest.raises(Refused):
            commands.set_shifts(shifts=shifts, **key)


def test_who_works_on_a_day(shop: Shop, at: datetime) -> None:
    zhao, qian, sun = (factories.technician(shop, name, no) for name, no in (("赵", "T1"), ("钱", "T2"), ("孙", "T3")))
    factories.technician(shop, "李", "A1", permissions=("customers.view",))
    factories.technician(shop, "董", "B1", permissions=("*",))
    key = {"store_id": shop.store_id, "by": shop.boss(), "at": at}
    commands.set_shifts(staff_id=zhao.pk, shifts=[ShiftInput(0, *EARLY), ShiftInput(0, *LATE)], **key)
    commands.record_leave(staff_id=sun.pk, first_day=MONDAY, last_day=MONDAY, reason="年假", **key)
    monday = {day.name: day for day in queries.technicians_on(shop.store_id, MONDAY)}
    assert {name: (day.minutes, day.assumed) for name, day in monday.items()} == {
        "赵": (540, False),
        "钱": (540, True),
        "孙": (0, True),
    }
    assert (monday["孙"].on_leave, monday["孙"].leave_reason, monday["孙"].works) == (True, "年假", False)
    tuesday = queries.technicians_on(shop.store_id, MONDAY + timedelta(days=1))
    assert [day.works for day in tuesday] == [False, True, True]
    sunday = queries.technicians_on(shop.store_id, MONDAY - timedelta(days=1))
    assert [day.works for day in sunday] == [False, False, False]
    assert [row.minutes for row in queries.weeks_of(shop.store_id)] == [540, 3240, 3240]
    assert queries.technicians_on(shop.other_store_id, MONDAY) == []
    assert qian.pk in {row.staff_id for row in queries.weeks_of(shop.store_id)}


def test_leave_is_recorded_once_and_can_be_taken_back(shop: Shop, at: datetime) -> None:
    person = factories.technician(shop)
    key = {"staff_id": person.pk, "store_id": shop.store_id, "by": shop.boss(), "at": at}
    made = commands.record_leave(first_day=MONDAY, last_day=MONDAY + timedelta(days=2), **key)
    for days in ((2, 4), (5, 4), (10, 400)):
        first, last = (MONDAY + timedelta(days=n) for n in days)
        with nothing_changes(), pytest.raises(Refused):
            commands.record_leave(first_day=first, last_day=last, **key)
    assert [(row.name, row.days) for row in queries.leaves(shop.store_id, MONDAY)] == [("赵师傅", 3)]
    with nothing_changes(), pytest.raises(Missing):
        commands.cancel_leave(leave_id=made.pk, store_id=shop.other_store_id, by=shop.boss(), at=at)
    commands.cancel_leave(leave_id=made.pk, store_id=shop.store_id, by=shop.boss(), at=at)
    assert Leave.objects.count() == 0
    assert kinds() == ["scheduling.LeaveRecorded", "scheduling.LeaveCancelled"]


def test_only_whoever_may_edit_in_that_store(shop: Shop, at: datetime) -> None:
    person, bay = factories.technician(shop), factories.bay(shop)
    leave = commands.record_leave(
        staff_id=person.pk, store_id=shop.store_id, first_day=MONDAY, last_day=MONDAY, by=shop.boss(), at=at
    )
    strangers = (shop.actor("scheduling.view"), shop.actor("scheduling.edit", store_id=shop.other_store_id))
    next_day = MONDAY + timedelta(days=1)
    for by in strangers:
        for call, facts in (
            (commands.save_bay, {"name": "新", "bay_type": "lift"}),
            (commands.save_bay, {"name": "新", "bay_type": "lift", "bay_id": bay.pk}),
            (commands.set_shifts, {"staff_id": person.pk, "shifts": []}),
            (commands.record_leave, {"staff_id": person.pk, "first_day": next_day, "last_day": next_day}),
            (commands.cancel_leave, {"leave_id": leave.pk}),
        ):
            with nothing_changes(), pytest.raises(Forbidden):
                call(store_id=shop.store_id, by=by, at=at, **facts)


def test_other_organisations_are_missing(shop: Shop, other_shop: Shop, at: datetime) -> None:
    with scope(other_shop.org_id):
        bay, person = factories.bay(other_shop), factories.technician(other_shop)
    for call, facts in (
        (commands.save_bay, {"name": "新", "bay_type": "lift", "bay_id": bay.pk}),
        (commands.set_shifts, {"staff_id": person.pk, "shifts": []}),
        (commands.record_leave, {"staff_id": person.pk, "first_day": MONDAY, "last_day": MONDAY}),
    ):
        with nothing_changes(), pytest.raises(Missing):
            call(store_id=shop.store_id, by=shop.boss(), at=at, **facts)
    with nothing_changes(), pytest.raises(Missing):
        commands.save_bay(store_id=other_shop.store_id, name="新", bay_type="lift", by=shop.boss(), at=at)
    with pytest.raises(Missing):
        queries.bay_by_id(bay.pk)
    assert Bay.objects.count() == 0


def test_one_technician_costs_as_many_queries_as_thirty(shop: Shop) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as context:
            queries.technicians_on(shop.store_id, MONDAY)
            queries.weeks_of(shop.store_id)
            queries.leaves(shop.store_id, MONDAY)
        return len(context)

    factories.technician(shop, no="T0")
    one = count()
    for n in range(1, 30):
        factories.technician(shop, no=f"T{n}")
    assert count() == one


def test_a_store_plans_its_own_people_only(shop: Shop, at: datetime) -> None:
    theirs = factories.technician(shop, no="T77").pk
    neighbour = shop.actor("scheduling.edit", store_id=shop.other_store_id)
    place = {"staff_id": theirs, "store_id": shop.other_store_id, "by": neighbour, "at": at}
    with nothing_changes(), pytest.raises(Missing):
        commands.set_shifts(shifts=[ShiftInput(0, *EARLY)], **place)
    with nothing_changes(), pytest.raises(Missing):
        commands.record_leave(first_day=MONDAY, last_day=MONDAY, **place)
