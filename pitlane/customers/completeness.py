"""Rules for the quality of customer records (rules of this domain are split by document).

A record is as good as what reception and care can do with it, so the score weighs the facts by use and names the
missing ones. Names are cleaned of what copying from chat programs leaves in them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _n
from lunar_python import Lunar, LunarMonth

from pitlane.core.sentences import Problem

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a customer; only whether a fact is there matters, never its content."""

    is_company: bool = False
    name: bool = False
    phone: bool = False
    source: bool = False
    consent: bool = False
    vehicle: bool = False
    vehicle_vin: bool = False
    vehicle_model: bool = False
    vehicle_odometer: bool = False
    insurance_until: bool = False
    wechat: bool = False
    birthday: bool = False
    address: bool = False
    advisor: bool = False
    contact_person: bool = False
    tax_id: bool = False


@dataclass(frozen=True, slots=True)
class Completeness:
    """A score of 0 to 100 and the missing fields, the most useful first."""

    score: int
    missing: tuple[str, ...]


FIELD_NAMES: dict[str, str] = {
    "name": _n("姓名"),
    "phone": _n("电话"),
    "source": _n("来源"),
    "consent": _n("授权"),
    "vehicle": _n("车辆"),
    "vehicle_vin": _n("车架号"),
    "vehicle_model": _n("车型"),
    "vehicle_odometer": _n("里程"),
    "insurance_until": _n("保险到期日"),
    "wechat": _n("微信"),
    "birthday": _n("生日"),
    "address": _n("地址"),
    "advisor": _n("负责顾问"),
    "contact_person": _n("联系人"),
    "tax_id": _n("税号"),
}
_BOTH = {"name": 15, "phone": 20, "source": 5, "consent": 10, "vehicle": 12, "vehicle_vin": 10, "vehicle_model": 6}
_BOTH |= {"vehicle_odometer": 4, "insurance_until": 3, "advisor": 2}
_PERSON = _BOTH | {"wechat": 5, "birthday": 5, "address": 3}
_COMPANY = _BOTH | {"contact_person": 6, "tax_id": 4, "address": 3}


def completeness(facts: CustomerFacts) -> Completeness:
    """How complete the record is for its kind: a company has no birthday, a person needs no tax id."""
    weights = _COMPANY if facts.is_company else _PERSON
    missing = sorted((key for key in weights if not getattr(facts, key)), key=lambda key: -weights[key])
    lost = sum(weights[key] for key in missing)
    return Completeness(100 - -(-100 * lost // sum(weights.values())), tuple(missing))


# ---- lunar birthdays ------------------------------------------------------------------------------------------------


def lunar_birthday_in(year: int, month: int, day: int, leap: bool = False) -> date:
    """The day on which a lunar birthday falls in lunar year ``year`` (its twelfth month may lie in next January).

    A leap month that the year does not have is kept in the ordinary month, a thirtieth that the month does not have on
    the twenty-ninth, as families do.
    """
    in_leap = LunarMonth.fromYm(year, -month) if leap else None
    found = in_leap or LunarMonth.fromYm(year, month)
    if found is None:
        raise ValueError(f"no lunar month {month} in {year}")
    solar = Lunar.fromYmd(year, found.getMonth(), min(day, found.getDayCount())).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def next_lunar_birthday(on: date, month: int, day: int, leap: bool = False) -> date:
    """The next lunar birthday on or after a day, for the care calendar."""
    candidates = (lunar_birthday_in(year, month, day, leap) for year in range(on.year - 1, on.year + 2))
    return next(found for found in candidates if found >= on)


# ---- names ----------------------------------------------------------------------------------------------------------

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3007\U00020000-\U000323af"  # zh-data
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_DOTS = dict.fromkeys(map(ord, "•‧・∙⋅･．"), "·")


def clean_name(raw: str) -> str:
    """A name as it belongs on paper: no invisible characters, half-width letters, one ``·``, no gaps between Han.

    Full-width brackets stay, because companies are registered with them.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).translate(_WIDE | _DOTS)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])|\\s*(·)\\s*", r"\1", text)


def _is_emoji(char: str) -> bool:
    pictures = (range(0x1F000, 0x1FC00), range(0xFE00, 0xFE10))
    return unicodedata.category(char) in ("So", "Sk") or any(ord(char) in block for block in pictures)


def name_problem(raw: str) -> Problem | None:
    """What is wrong with a person's or company's name."""
    name = clean_name(raw)
    if not name:
        return Problem("name_empty", _n("请填写姓名"))
    if len(name) > LONGEST_NAME:
        params = {"count": len(name) - LONGEST_NAME, "most": LONGEST_NAME}
        return Problem("name_long", _n("姓名太长：最多 %(most)d 个字，多 %(count)d 个"), params, at=LONGEST_NAME)
    for at, char in enumerate(name):
        if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn"):
            return Problem("name_control", _n("第 %(place)d 个字无法显示，请重新输入"), {"place": at + 1}, at=at)
        if _is_emoji(char):
            return Problem("name_emoji", _n("姓名里不能有表情符号“%(char)s”"), {"char": char}, at=at)
    if not any(char.isalpha() for char in name):
        return Problem("name_no_letter", _n("“%(name)s”不像姓名：是不是填错了栏"), {"name": name})
    return None
