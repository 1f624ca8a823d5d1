"""Guarantees on repairs: kilometres or days, whichever ends first."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.workshop.guarantees import FormerLine, Terms, at_least, come_back, covers, guarantee_until

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

SETTLED = date(2026, 3, 1)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
km = st.integers(0, 60_000)


@pytest.mark.parametrize(
    ("odometer", "limit_km", "limit_days", "on", "now", "covered"),
    [
        (50_000, 20_000, 100, date(2026, 6, 9), 60_000, True),  # the hundredth day still counts
        (50_000, 20_000, 100, date(2026, 6, 10), 60_000, False),
        (50_000, 20_000, 100, date(2026, 4, 1), 70_000, True),  # the last kilometre still counts
        (50_000, 20_000, 100, date(2026, 4, 1), 70_001, False),
        (50_000, 2_000, 10, date(2026, 3, 11), None, True),  # unknown odometer: the date decides
        (50_000, 2_000, 10, date(2026, 3, 12), None, False),
        (None, 2_000, 10, date(2026, 3, 11), 99_999, True),
        (None, 2_000, None, date(2027, 3, 11), 99_999, True),  # only km promised and not to be proved
        (50_000, None, 365, date(2027, 3, 1), 999_999, True),
        (50_000, 2_000, None, date(2030, 1, 1), 51_000, True),
        (50_000, None, None, SETTLED, 50_000, False),  # nothing was promised
        (50_000, 2_000, 10, date(2026, 2, 28), 50_000, False),  # before it was settled
        (50_000, 2_000, 10, SETTLED, 49_000, True),  # instrument replaced
        (50_000, 0, 0, SETTLED, 50_000, True),
    ],
)
def test_whichever_comes_first(odometer, limit_km, limit_days, on, now, covered):
    assert covers(guarantee_until(SETTLED, odometer, limit_km, limit_days), on, now) is covered


@given(km, km, st.integers(0, 400), days, km)
def test_a_longer_promise_covers_no_less(odometer, limit_km, limit_days, on, now):
    if covers(guarantee_until(SETTLED, odometer, limit_km, limit_days), on, now):
        assert covers(guarantee_until(SETTLED, odometer, limit_km + 1, limit_days + 1), on, now)
        assert covers(guarantee_until(SETTLED, odometer, limit_km, limit_days), on, None)


@given(km, km, st.integers(0, 400), days, km)
def test_once_over_it_stays_over(odometer, limit_km, limit_days, on, now):
    guarantee = guarantee_until(SETTLED, odometer, limit_km, limit_days)
    if on >= SETTLED and not covers(guarantee, on, now):
        assert not covers(guarantee, on + timedelta(days=1), now + 1)


@pytest.mark.parametrize(
    ("promised", "statutory", "terms"),
    [
        (Terms(10_000, 180), Terms(2_000, 10), Terms(10_000, 180)),
        (Terms(1_000, 180), Terms(2_000, 10), Terms(2_000, 180)),
        (Terms(None, 365), Terms(20_000, 100), Terms(None, 365)),
        (None, Terms(2_000, 10), Terms(2_000, 10)),
        (Terms(1, 1), None, Terms(1, 1)),
        (None, None, None),
    ],
)
def test_never_less_than_the_law(promised, statutory, terms):
    assert at_least(promised, statutory) == terms


def line(key, system, settled, limit_km=2_000, limit_days=100):
    return FormerLine(key, f"更换{key}", system, guarantee_until(settled, 50_000, limit_km, limit_days))


def test_come_back_names_what_covers_it():
    lines = [
        line("刹车片", "brake", date(2026, 1, 1)),
        line("水泵", "cooling", date(2026, 2, 1)),
        line("旧件", "brake", date(2025, 1, 1)),
        line("轮胎", "tyre", date(2026, 3, 1)),
    ]
    found = come_back(lines, date(2026, 3, 11), 51_000, systems={"brake"})
    assert [(back.line.key, back.matches) for back in found] == [("刹车片", True), ("轮胎", False), ("水泵", False)]
    assert found[0].why.source == "2026-01-01 做过更换刹车片，质保还剩 31 天、1,000 km"
    assert (found[0].days_left, found[0].km_left) == (31, 1_000)


@pytest.mark.parametrize(
    ("limit_km", "limit_days", "now", "code"),
    [
        (2_000, 100, None, "covered_days"),
        (2_000, None, 51_000, "covered_km"),
        (2_000, None, None, "covered"),
        (2_000, 100, 52_000, "covered_both"),
    ],
)
def test_says_what_is_left(limit_km, limit_days, now, code):
    (found,) = come_back([line("水泵", "cooling", SETTLED, limit_km, limit_days)], SETTLED, now)
    assert found.why.code == code
    assert "None" not in found.why.source


def test_nothing_covers_nothing():
    assert come_back([], SETTLED, 1) == []
