"""What a vehicle is due for, and odometers that people mistype."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.catalog.due import (
    Done,
    DueState,
    Reading,
    ScheduleItem,
    add_months,
    due_items,
    estimate_odometer,
    km_per_day,
    odometer_problem,
    trusted,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

TODAY = date(2026, 11, 23)
OIL = ScheduleItem("oil", "机油机滤", every_km=10_000, every_months=12, first_km=5_000, first_months=6)
BRAKE_FLUID = ScheduleItem("brake_fluid", "制动液", every_months=24)
PLUGS = ScheduleItem("plugs", "火花塞", every_km=40_000)
readings = st.lists(st.builds(Reading, st.dates(date(2015, 1, 1), TODAY), st.integers(-10, 3_000_000)), max_size=30)


def only(item, history=(), odometer=62_418, rate=40.0, since=None):
    found = due_items([item], history, odometer, TODAY, rate, since=since)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("item", "history", "odometer", "since", "state", "due_km", "over_km", "verdict"),
    [
        (OIL, [Done("oil", date(2026, 3, 1), 52_000)], 62_418, None, "overdue", 62_000, 418, "due_over_km"),
        (OIL, [Done("oil", date(2025, 11, 1), 60_000)], 62_418, None, "overdue", 70_000, -7_582, "due_over_days"),
        (OIL, [Done("oil", date(2026, 6, 1), 53_000)], 62_418, None, "soon", 63_000, -582, "due_left_km_on"),
        (OIL, [Done("oil", date(2026, 10, 1), 60_000)], 62_418, None, "later", 70_000, -7_582, "due_left_km_on"),
        (OIL, [Done("oil", date(2025, 12, 1), 60_000)], 62_418, None, "soon", 70_000, -7_582, "due_left_days"),
        (OIL, [Done("oil", date(2026, 6, 1), None)], 62_418, None, "later", None, None, "due_left_days"),
        (OIL, [], 4_000, date(2026, 9, 1), "soon", 5_000, -1_000, "due_left_km_on"),
        (OIL, [], 2_000, date(2026, 1, 1), "overdue", 5_000, -3_000, "due_over_days"),
        (OIL, [], 66_000, None, "overdue", 65_000, 1_000, "due_over_km"),  # no record: the point just missed
        (OIL, [], 73_500, None, "later", 75_000, -1_500, "due_left_km_on"),  # no record: the next one is nearer
        (BRAKE_FLUID, [], 62_418, date(2020, 1, 5), "overdue", None, None, "due_over_days"),
        (BRAKE_FLUID, [], 62_418, date(2025, 1, 5), "later", None, None, "due_left_days"),
        (PLUGS, [Done("plugs", date(2024, 1, 1), 20_000)], None, None, "later", 60_000, None, "due_left_km"),
    ],
)
def test_whichever_comes_first(item, history, odometer, since, state, due_km, over_km, verdict):
    due = only(item, history, odometer, since=since)
    assert (due.state, due.due_km, due.over_km, due.why[1].code) == (state, due_km, over_km, verdict)


def test_says_why():
    late = only(OIL, [Done("oil", date(2026, 3, 1), 52_000)])
    assert [sentence.source for sentence in late.why] == [
        "上次 2026-03-01、52,000 km",
        "已超 418 km（应在 62,000 km 做）",
    ]
    assert only(OIL).why[0].source == "没有做过的记录，按保养手册推算"


def test_the_earlier_of_prediction_and_calendar_is_the_day():
    due = only(OIL, [Done("oil", date(2026, 6, 1), 53_000)])
    assert due.due_on == TODAY + timedelta(days=round(582 / 40))
    assert due.over_days == -round(582 / 40)
    assert only(BRAKE_FLUID, [Done("brake_fluid", date(2025, 1, 31), None)]).due_on == date(2027, 1, 31)


def test_nothing_to_go_by_gives_no_advice():
    assert only(BRAKE_FLUID) is None
    assert only(PLUGS, odometer=None) is None
    assert due_items([], [], 1, TODAY, None) == []


def test_the_latest_time_counts():
    history = [Done("oil", date(2026, 10, 1), 60_000), Done("oil", date(2024, 1, 1), 30_000)]
    assert only(OIL, history).due_km == 70_000


def test_the_most_pressing_first():
    history = [Done("oil", date(2026, 10, 1), 60_000), Done("plugs", date(2020, 1, 1), 10_000)]
    states = [due.state for due in due_items([OIL, BRAKE_FLUID, PLUGS], history, 62_418, TODAY, 40.0, since=TODAY)]
    assert states == [DueState.OVERDUE, DueState.LATER, DueState.LATER]


@given(
    st.integers(0, 300_000),
    st.one_of(st.none(), st.floats(0, 500)),
    st.one_of(st.none(), st.dates(date(2005, 1, 1), TODAY)),
    st.one_of(st.none(), st.builds(Done, st.just("oil"), st.dates(date(2005, 1, 1), TODAY), st.integers(0, 300_000))),
)
def test_every_advice_holds_together(odometer, rate, since, done):
    due = only(OIL, [done] if done else [], odometer, rate, since)
    if due.over_km is not None:
        assert due.over_km == odometer - due.due_km
        assert due.over_km <= 0 or due.state == DueState.OVERDUE
    if done is None:
        assert abs(due.over_km) <= 5_000
    assert all(sentence.source and "None" not in sentence.source for sentence in due.why)


def rows(*pairs):
    return [Reading(date(2026, 1, 1) + timedelta(days=day), km) for day, km in pairs]


@pytest.mark.parametrize(
    ("pairs", "rate"),
    [
        ([(0, 10_000), (100, 14_000), (200, 18_000)], 40),
        ([(0, 10_000), (100, 14_000), (150, 610_112), (200, 18_000)], 40),  # one digit too many
        ([(0, 10_000), (100, 1_400), (200, 18_000), (300, 22_000)], 40),  # one digit too few
        ([(0, 10_000), (0, 10_000)], None),
        ([(0, 10_000)], None),
        ([], None),
        ([(0, 10_000), (365, 10_000)], 0),
    ],
)
def test_the_rhythm_ignores_slips(pairs, rate):
    assert km_per_day(rows(*pairs)) == rate


def test_the_estimate_goes_on_from_the_last_trusted_reading():
    slips = rows((0, 10_000), (100, 14_000), (150, 610_112), (200, 18_000))
    assert estimate_odometer(slips, date(2026, 1, 1) + timedelta(days=300)) == 22_000
    assert estimate_odometer(rows((0, 500)), TODAY) == 500
    assert estimate_odometer([], TODAY) is None


@given(readings)
def test_trusted_readings_never_go_back(found):
    chain = trusted(found)
    assert all(a.on <= b.on and a.km <= b.km for a, b in pairwise(chain))
    assert set(chain) <= set(found)
    rate = km_per_day(found)
    assert rate is None or 0 <= rate <= 1_000
    estimate = estimate_odometer(found, TODAY)
    assert estimate is None or estimate >= chain[-1].km


@pytest.mark.parametrize(
    ("new_km", "day", "code", "blocks"),
    [
        (18_500, 210, None, None), (18_000, 200, None, None), (17_000, 210, "odometer_lower", False),
        (60_000, 210, "odometer_jump", False), (28_000, 210, None, None), (-1, 210, "odometer_negative", True),
        (2_000_001, 210, "odometer_absurd", True), (12_000, 50, None, None), (15_000, 50, "odometer_higher", False),
        (9_000, 50, "odometer_lower", False), (99_000, -50, "odometer_higher", False),
    ],
)  # fmt: skip
def test_new_readings_are_checked(new_km, day, code, blocks):
    known = rows((0, 10_000), (100, 14_000), (150, 610_112), (200, 18_000))
    problem = odometer_problem(known, new_km, date(2026, 1, 1) + timedelta(days=day))
    assert (problem and problem.code) == code
    assert problem is None or (problem.blocks == blocks and problem.source)


def test_the_first_reading_is_only_checked_for_sense():
    assert odometer_problem([], 300_000, TODAY) is None


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)), (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)  # fmt: skip
def test_months_end_where_the_month_ends(on, months, expected):
    assert add_months(on, months) == expected
