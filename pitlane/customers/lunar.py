"""Rules for lunar days as people say them (rules of this domain are split by document).

A family that keeps birthdays by the lunar calendar says 农历八月十五; the card keeps the solar day it was, and a mark.
"""

# zh-data

from __future__ import annotations

import re
from datetime import date

from lunar_python import LunarMonth

from .completeness import lunar_birthday_in

_WORDS = "农历|阴历|旧历|夏历"
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_MONTHS = {"正": 1, "十": 10, "冬": 11, "腊": 12, "十一": 11, "十二": 12, **_DIGITS}
_HAN_MONTH = "正|冬|腊|十[一二]?|[一二三四五六七八九]"
_HAN_DAY = "初[一二三四五六七八九十]|二?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|三十"
_SAID = re.compile(
    rf"(?P<word>{_WORDS})?(?:(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})[年\-/.])?(?P<late>{_WORDS})?"
    rf"(?P<leap>闰)?(?:(?P<month>{_HAN_MONTH})月(?P<day>{_HAN_DAY})日?"
    r"|(?P<m>\d{1,2})[月\-/.](?P<d>\d{1,2})日?)"
)
FIRST_YEAR = 1900


def _year(text: str) -> int:
    return int("".join(str(_DIGITS.get(char, char)) for char in text))


def _day(text: str) -> int:
    tens = {"初": 0, "十": 10, "廿": 20, "卅": 30}
    if text == "初十":
        return 10
    if text[:2] in ("二十", "三十"):
        return _DIGITS[text[0]] * 10 + _DIGITS.get(text[2:], 0)
    return tens[text[0]] + _DIGITS.get(text[1:], 0)


def is_lunar(text: str) -> bool:
    """Does somebody speak of a lunar day? Months and days in Chinese figures are always lunar."""
    plain = re.sub(r"\s", "", text)
    found = _SAID.fullmatch(plain)
    return bool(re.match(_WORDS, plain)) or bool(found and (found["late"] or found["leap"] or found["month"]))


def lunar_day(text: str, today: date) -> date | None:
    """The solar day of a lunar one; without a year the last time it came round. None when there is no such day."""
    found = _SAID.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        return None
    month = _MONTHS[found["month"]] if found["month"] else int(found["m"])
    day = _day(found["day"]) if found["day"] else int(found["d"])
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    years = [_year(found["year"])] if found["year"] else list(range(today.year, FIRST_YEAR, -1))
    days = (_in_year(year, month, day, bool(found["leap"])) for year in years if year >= FIRST_YEAR)
    return next((on for on in days if on and (found["year"] or on <= today)), None)


def _in_year(year: int, month: int, day: int, leap: bool) -> date | None:
    exact = LunarMonth.fromYm(year, -month if leap else month)
    return lunar_birthday_in(year, month, day, leap) if exact and day <= exact.getDayCount() else None
