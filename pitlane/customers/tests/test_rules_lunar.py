"""Lunar days as people say them: understood, kept as the solar day, and back in the right month, leap months too."""

from datetime import date

import pytest

from pitlane.customers.lunar import is_lunar, lunar_day
from pitlane.customers.queries.overview import lunar_text, next_return

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("农历八月十五", date(2026, 9, 25)),
        ("八月十五", date(2026, 9, 25)),
        ("农历腊月廿三", date(2026, 2, 10)),
        ("1978年农历九月十一", date(1978, 10, 12)),
        ("农历1978年九月十一", date(1978, 10, 12)),
        ("农历 1978-9-11", date(1978, 10, 12)),
        ("农历1978年9月11日", date(1978, 10, 12)),
        ("一九七八年九月十一", date(1978, 10, 12)),
        ("阴历2025年闰六月初一", date(2025, 7, 25)),
        ("2025年六月初一", date(2025, 6, 25)),
        ("农历闰六月初一", date(2025, 7, 25)),
        ("农历正月初十", date(2026, 2, 26)),
        ("农历二十", None),
        ("农历八月三十一", None),
        ("农历十三月初一", None),
        ("2026年闰六月初一", None),
        ("农历", None),
    ],
)
def test_what_people_say(text: str, expected: date | None) -> None:
    assert is_lunar(text) and lunar_day(text, TODAY) == expected


@pytest.mark.parametrize("text", ["1978-05-20", "1978年5月20日", "5月20日", "", "生日"])
def test_other_days_are_not_lunar(text: str) -> None:
    assert not is_lunar(text)


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(1987, 7, 26), date(2025, 7, 1), date(2025, 7, 25)),
        (date(1987, 7, 26), date(2026, 7, 1), date(2026, 7, 14)),
        (date(1986, 7, 7), date(2025, 6, 1), date(2025, 6, 25)),
        (date(1986, 7, 7), date(2025, 6, 26), date(2026, 7, 14)),
    ],
)
def test_leap_months_come_back_right(born: date, today: date, expected: date) -> None:
    assert lunar_text(born).endswith("六月初一") and next_return(born, True, today) == expected
