"""Completeness, lunar birthdays and names."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.customers.completeness import (
    FIELD_NAMES,
    CustomerFacts,
    clean_name,
    completeness,
    lunar_birthday_in,
    name_problem,
    next_lunar_birthday,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

KEYS = [field.name for field in fields(CustomerFacts)]
facts = st.builds(CustomerFacts, **{key: st.booleans() for key in KEYS})


def test_nothing_and_everything():
    everything = CustomerFacts(*[True] * len(KEYS))
    assert completeness(replace(everything, is_company=False)).score == 100
    assert completeness(everything) == completeness(replace(everything, birthday=False, wechat=False))
    nothing = completeness(CustomerFacts())
    assert nothing.score == 0
    assert nothing.missing[:3] == ("phone", "name", "vehicle")
    assert "tax_id" not in nothing.missing
    assert "birthday" not in completeness(CustomerFacts(is_company=True)).missing


def test_every_field_has_a_name():
    assert set(FIELD_NAMES) == set(KEYS) - {"is_company"}


@given(facts, st.sampled_from(KEYS[1:]))
def test_knowing_more_never_lowers_the_score(known, key):
    before, after = completeness(known), completeness(replace(known, **{key: True}))
    assert 0 <= before.score <= after.score <= 100
    assert (after.score == 100) == (not after.missing)
    assert key not in after.missing


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "expected"),
    [
        (2026, 1, 1, False, date(2026, 2, 17)),
        (2025, 1, 1, False, date(2025, 1, 29)),
        (2026, 8, 15, False, date(2026, 9, 25)),
        (2025, 6, 1, True, date(2025, 7, 25)),
        (2026, 6, 1, True, date(2026, 7, 14)),
        (2025, 12, 29, False, date(2026, 2, 16)),
        (2025, 12, 30, False, date(2026, 2, 16)),
        (1978, 9, 11, False, date(1978, 10, 12)),
    ],
)
def test_lunar_birthdays(year, month, day, leap, expected):
    assert lunar_birthday_in(year, month, day, leap) == expected


def test_no_such_month():
    with pytest.raises(ValueError, match="lunar month"):
        lunar_birthday_in(2026, 13, 1)


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)), st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_the_next_one_is_at_most_thirteen_months_away(on, month, day, leap):
    assert 0 <= (next_lunar_birthday(on, month, day, leap) - on).days <= 31 * 13


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (" 王 建国 ", "王建国"),
        ("王\u200b建国", "王建国"),
        ("Ａnna　Li", "Anna Li"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
        ("顺达物流（北京）有限公司", "顺达物流（北京）有限公司"),
        ("John   Smith", "John Smith"),
        ("\ufeff张三\n", "张三"),
        ("", ""),
    ],
)
def test_names_are_cleaned(raw, cleaned):
    assert clean_name(raw) == cleaned


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("王建国", None),
        ("北京中关村科技园区物业管理服务有限公司", None),
        ("𠮷野家", None),
        ("Anna Li", None),
        ("O'Neil", None),
        ("", "name_empty"),
        ("王😀", "name_emoji"),
        ("王❤️", "name_emoji"),
        ("王\x07", "name_control"),
        ("王\ue000", "name_control"),
        ("13800116217", "name_no_letter"),
        ("---", "name_no_letter"),
        ("王" * 61, "name_long"),
        ("王" * 60, None),
    ],
)
def test_names_are_checked(name, code):
    problem = name_problem(name)
    assert (problem and problem.code) == code


@given(st.text(max_size=80))
def test_cleaning_is_final(text):
    assert clean_name(clean_name(text)) == clean_name(text)
    problem = name_problem(text)
    assert problem is None or problem.source
