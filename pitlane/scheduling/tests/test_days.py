"""When a store is open: week, holidays, make-up workdays, its own days; leap days, day lines, unknown years."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import override_settings

from pitlane.core.errors import Forbidden, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.scheduling import commands, holidays, queries
from pitlane.scheduling.clock import cell_at, cell_from, cells_on, moment_of, wall
from pitlane.scheduling.commands import Needs, Segment, ShiftInput
from pitlane.scheduling.days import DayKind, OwnDay, Pattern, Source, plan_day
from pitlane.scheduling.models import BookingTerms, CalendarDay, OpenHours

from . import factories

DAY, LATE = ((time(9), time(18)),), ((time(13), time(16)),)
WEEKDAYS = Pattern({n: DAY for n in range(5)}, tuple(holidays.NAMES))
EVERY_DAY = Pattern({n: DAY for n in range(7)}, ("spring_festival",))
NATIONAL_DAY, MAKEUP_SATURDAY = date(2026, 10, 1), date(2026, 10, 10)
NEW_YEAR_2027 = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "pattern", "own", "hours", "source"),
    [
        (date(2026, 11, 23), WEEKDAYS, None, DAY, Source.WEEK),
        (date(2026, 11, 28), WEEKDAYS, None, (), Source.WEEK),
        (NATIONAL_DAY, WEEKDAYS, None, (), Source.HOLIDAY),
        (NATIONAL_DAY, EVERY_DAY, None, DAY, Source.WEEK),
        (date(2026, 2, 17), EVERY_DAY, None, (), Source.HOLIDAY),
        (MAKEUP_SATURDAY, WEEKDAYS, None, DAY, Source.MAKEUP),
        (MAKEUP_SATURDAY, EVERY_DAY, None, DAY, Source.WEEK),
        (NATIONAL_DAY, WEEKDAYS, OwnDay(DayKind.USUAL), DAY, Source.OWN),
        (NATIONAL_DAY, WEEKDAYS, OwnDay(DayKind.SPECIAL, LATE), LATE, Source.OWN),
        (date(2026, 11, 23), WEEKDAYS, OwnDay(DayKind.CLOSED), (), Source.OWN),
        (date(2028, 2, 29), WEEKDAYS, None, DAY, Source.WEEK),
        (NEW_YEAR_2027, WEEKDAYS, None, DAY, Source.WEEK),
        (date(2026, 11, 23), Pattern(None, ()), None, ((time(8, 30), time(17, 30)),), Source.ASSUMED),
    ],
)
def test_who_decides_a_day(day: date, pattern: Pattern, own: OwnDay | None, hours: tuple, source: Source) -> None:
    plan = plan_day(day, pattern, own)
    assert (plan.hours, plan.source, plan.open) == (hours, source, bool(hours))


def test_an_extra_workday_borrows_the_shifts_of_the_first_open_weekday() -> None:
    from_tuesday = Pattern({n: DAY for n in (1, 2, 3)}, ())
    special = OwnDay(DayKind.SPECIAL, LATE)
    assert plan_day(MAKEUP_SATURDAY, WEEKDAYS).as_weekday == 0
    assert plan_day(date(2026, 11, 29), from_tuesday, special).as_weekday == 1
    assert plan_day(date(2026, 11, 25), from_tuesday, special).as_weekday == 2


def test_years_that_are_not_published_have_no_holidays() -> None:
    assert holidays.holiday_on(date(holidays.LAST_YEAR, 10, 1)) is not None
    first = date(holidays.LAST_YEAR + 1, 1, 1)
    assert (holidays.holiday_on(first), holidays.published(first)) == (None, False)
    assert (holidays.holiday_on(date(1999, 10, 1)), plan_day(first, WEEKDAYS).published) == (None, False)
    assert {holidays.CODES[name] for name in holidays.CODES} == set(holidays.NAMES)


def test_cells_of_hours_leave_out_what_fills_no_quarter() -> None:
    day = date(2026, 11, 24)
    begin = cell_at(wall(day, time()))
    found = cells_on(day, ((time(8, 20), time(12, 10)), (time(13), time(13, 10)), (time(22), time(23, 59))))
    assert [(first - begin, last - begin) for first, last in found] == [(34, 48), (88, 96)]


@pytest.mark.parametrize(
    ("zone", "day", "cells"),
    [
        ("Asia/Shanghai", date(2028, 2, 29), 96),
        ("Asia/Shanghai", date(2026, 12, 31), 96),
        ("America/New_York", date(2026, 3, 8), 92),
        ("America/New_York", date(2026, 11, 1), 100),
        ("Asia/Kathmandu", date(2026, 11, 1), 96),
        ("Pacific/Apia", date(2011, 12, 29), 96),
    ],
)
def test_a_day_has_the_cells_its_zone_gives_it(zone: str, day: date, cells: int) -> None:
    with override_settings(TIME_ZONE=zone):
        [(first, last)] = cells_on(day, ((time(), time(23, 59)),))
    assert last - first == cells


def test_moments_and_cells() -> None:
    moment = datetime.fromisoformat("2026-11-24T00:07:00+08:00")
    assert (cell_from(moment) - cell_at(moment), moment_of(cell_at(moment))) == (1, moment.replace(minute=0))
    assert cell_from(moment.replace(minute=15)) == cell_at(moment.replace(minute=15))


def key(shop: Shop) -> dict[str, Any]:
    return {"store_id": shop.store_id, "by": shop.boss(), "at": NOON}


def kinds() -> list[str]:
    return list(EventRow.objects.order_by("seq").values_list("kind", flat=True))


def test_hours_are_replaced(shop: Shop) -> None:
    assert queries.opening_week(shop.store_id).assumed
    week = [ShiftInput(0, time(13), time(18)), ShiftInput(0, time(8), time(12)), ShiftInput(6, time(9), time(15))]
    commands.save_hours(hours=week, **key(shop))
    commands.save_hours(hours=week[:2], **key(shop))
    known = queries.opening_week(shop.store_id)
    assert known.days[0] == ((time(8), time(12)), (time(13), time(18))) and known.days[6] == () and not known.assumed
    assert (OpenHours.objects.count(), kinds()) == (2, ["scheduling.HoursSet"] * 2)
    for bad in (
        [],
        [ShiftInput(0, time(9), time(8))],
        [ShiftInput(0, time(8), time(12)), ShiftInput(0, time(11), time(13))],
    ):
        with nothing_changes(), pytest.raises(Refused):
            commands.save_hours(hours=bad, **key(shop))


def test_a_day_is_decided_and_taken_back(shop: Shop) -> None:
    day = date(2026, 12, 25)
    commands.save_day(day=day, kind="special", hours=[(time(10), time(14))], note="年会", **key(shop))
    plan = queries.calendar_day(shop.store_id, day)
    assert (plan.hours, plan.note, plan.minutes) == (((time(10), time(14)),), "年会", 240)
    commands.save_day(day=day, kind="closed", hours=[(time(10), time(14))], **key(shop))
    assert not queries.calendar_day(shop.store_id, day).open
    assert CalendarDay.objects.get().hours == []
    assert commands.clear_day(day=day, **key(shop)) is True
    assert queries.calendar_day(shop.store_id, day).source == Source.ASSUMED
    with nothing_changes():
        assert commands.clear_day(day=day, **key(shop)) is False
    assert kinds() == ["scheduling.DaySet", "scheduling.DaySet", "scheduling.DayCleared"]
    for facts in ({"kind": "party"}, {"kind": "special"}, {"kind": "special", "hours": [(time(10), time(9))]}):
        with nothing_changes(), pytest.raises(Refused):
            commands.save_day(day=day, **facts, **key(shop))


def test_closing_a_day_tells_how_many_visits_are_promised(shop: Shop) -> None:
    factories.bay(shop)
    factories.technician(shop)
    day = date(2026, 11, 24)
    commands.claim(subject="a:1", needs=Needs((Segment(60, "lift"),)), start=wall(day, time(9)), **key(shop))
    assert commands.save_day(day=day, kind="closed", note="停电", **key(shop)) == 1
    reasons = queries.why_not(shop.store_id, Needs((Segment(60, "lift"),)), wall(day, time(10)), at=NOON)
    assert [str(reason) for reason in reasons] == ["11-24 不营业：停电"]
    holiday = queries.why_not(
        shop.store_id, Needs((Segment(60),)), wall(NATIONAL_DAY, time(9)), at=wall(date(2026, 9, 28), time(9))
    )
    assert [str(reason) for reason in holiday] == ["10-01 是国庆节假期，不营业"]


TERMS = {
    "horizon_days": 30, "lead_minutes": 60, "step_minutes": 30, "before_minutes": 0, "after_minutes": 0,
    "overbook_per_day": 0, "closed_holidays": [],
}  # fmt: skip


def test_terms_are_kept_and_nonsense_is_refused(shop: Shop) -> None:
    commands.save_terms(**(TERMS | {"horizon_days": 7}), **key(shop))
    commands.save_terms(**(TERMS | {"closed_holidays": ["national_day"]}), **key(shop))
    assert queries.terms_of(shop.store_id).closed_holidays == ("national_day",)
    assert queries.calendar_day(shop.store_id, date(2026, 2, 17)).open
    bad = [
        {"horizon_days": 0}, {"horizon_days": 400}, {"lead_minutes": -1}, {"step_minutes": 20},
        {"after_minutes": 500}, {"overbook_per_day": -1}, {"closed_holidays": ["carnival"]},
    ]  # fmt: skip
    for facts in bad:
        with nothing_changes(), pytest.raises(Refused):
            commands.save_terms(**(TERMS | facts), **key(shop))
    assert BookingTerms.objects.count() == 1


def test_a_year_has_all_its_days_and_a_leap_year_one_more(shop: Shop) -> None:
    assert [len(queries.year_calendar(shop.store_id, year)) for year in (2026, 2028)] == [365, 366]
    opening = queries.next_opening(shop.store_id, date(2026, 10, 1))
    assert opening is not None and opening.day == date(2026, 10, 8)
    assert queries.last_published() == date(holidays.LAST_YEAR, 12, 31)


def test_who_may_not_is_refused(shop: Shop) -> None:
    viewer = shop.actor("scheduling.view", "scheduling.claim")
    elsewhere = shop.actor("scheduling.edit", store_id=shop.other_store_id)
    day = date(2026, 12, 25)
    for by in (viewer, elsewhere):
        who = {"store_id": shop.store_id, "by": by, "at": NOON}
        with nothing_changes(), pytest.raises(Forbidden):
            commands.save_hours(hours=[ShiftInput(0, time(8), time(12))], **who)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.save_day(day=day, kind="closed", **who)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.clear_day(day=day, **who)
        with nothing_changes(), pytest.raises(Forbidden):
            commands.save_terms(**TERMS, **who)
