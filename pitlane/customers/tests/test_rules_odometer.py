"""Kilometres: which readings are believed."""

from __future__ import annotations

from datetime import date

import pytest

from pitlane.customers.duplicates import alike, company_core
from pitlane.customers.odometer import Seen, judge

FIRST = Seen(1, date(2026, 1, 1), 60000)


@pytest.mark.parametrize(
    ("km", "on", "known", "doubtful", "reason"),
    [
        (60000, date(2026, 1, 1), (), False, ""),
        (1_600_000, date(2026, 1, 1), (), True, "absurd"),
        (62418, date(2026, 3, 1), (FIRST,), False, ""),
        (60000, date(2026, 1, 1), (FIRST,), False, ""),
        (59999, date(2026, 1, 2), (FIRST,), True, "backwards"),
        (624180, date(2026, 3, 1), (FIRST,), True, "jump"),
        (61001, date(2025, 12, 1), (FIRST,), True, "above_later"),
        (59000, date(2025, 12, 1), (FIRST,), False, ""),
    ],
)
def test_one_reading(km: int, on: date, known: tuple[Seen, ...], doubtful: bool, reason: str) -> None:
    verdict = judge(km, on, known)
    assert (verdict.doubtful, verdict.reason) == (doubtful, reason)


def test_two_that_agree_overturn_one() -> None:
    wrong = Seen(1, date(2026, 1, 1), 160000)
    doubted = Seen(2, date(2026, 2, 1), 62000, doubtful=True)
    verdict = judge(63500, date(2026, 3, 1), (wrong, doubted))
    assert (verdict.doubtful, verdict.overturned) == (False, (1,))


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("顺达物流（北京）有限公司", "顺达物流"),
        ("北京顺达物流有限责任公司", "顺达物流"),
        ("中国人民财产保险股份有限公司", "人民财产保险"),
        ("有限公司", "有限公司"),
    ],
)
def test_what_makes_a_company_name_its_own(name: str, core: str) -> None:
    assert company_core(name) == core


@pytest.mark.parametrize(
    ("one", "other", "company", "same"),
    [
        ("王建国", "王健国", False, True),
        ("王建国", "李思敏", False, False),
        ("王建国", "王建军", False, False),
        ("北京顺达物流有限公司", "顺达物流（北京）有限公司", True, True),
        ("北京顺达物流有限公司", "北京平安物业有限公司", True, False),
    ],
)
def test_names_alike(one: str, other: str, company: bool, same: bool) -> None:
    assert alike(one, other, company=company) is same
