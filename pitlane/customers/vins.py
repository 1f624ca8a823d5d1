"""Rules for vehicle identification numbers (车架号): what is wrong with one, and what it tells.

The number decides which parts fit, so an obvious slip is caught while typing. The check digit is law in North America
only; a Chinese number that fails it is questioned, never refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _n
from vininfo.dicts import COUNTRIES, WMI

from pitlane.core.sentences import Problem

from .makers import MAKERS

LENGTH = 17
CHECK_AT = 8
_VALUES = {char: value for value, char in enumerate("0123456789")} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 1980
_CYCLE = len(_YEAR_CODES)
_LOOK_ALIKE = {"I": "1", "O": "0", "Q": "0"}
_NOISE = re.compile(r"[\s·.\-_*,:—–]+")


_COUNTRY_NAMES = {
    "China": _n("中国"),
    "Germany": _n("德国"),
    "Japan": _n("日本"),
    "United States": _n("美国"),
    "South Korea": _n("韩国"),
    "United Kingdom": _n("英国"),
    "France": _n("法国"),
    "Italy": _n("意大利"),
    "Sweden": _n("瑞典"),
    "Canada": _n("加拿大"),
    "Mexico": _n("墨西哥"),
    "Spain": _n("西班牙"),
}


@dataclass(frozen=True, slots=True)
class VinFacts:
    """What a number tells: who built it, where, and the model year (``year`` is the likeliest of ``years``)."""

    wmi: str
    maker_zh: str
    maker_en: str
    country: str
    years: tuple[int, ...]
    year: int | None
    check_ok: bool


def normalise_vin(raw: str) -> str:
    """Capitals and half width without separators; letters are never guessed."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", raw)).upper()


def vin_problem(raw: str) -> Problem | None:
    """What makes the entry no identification number: a character or the length."""
    vin = normalise_vin(raw)
    if not vin:
        return Problem("vin_empty", _n("请填写车架号，见行驶证“车辆识别代号”"))
    if wrong := re.search(r"[^A-HJ-NPR-Z0-9]", vin):
        return _wrong_character(wrong[0], wrong.start())
    params = {"count": abs(len(vin) - LENGTH), "wanted": LENGTH}
    if len(vin) < LENGTH:
        return Problem("vin_short", _n("少 %(count)d 位：车架号应为 %(wanted)d 位"), params)
    if len(vin) > LENGTH:
        return Problem("vin_long", _n("多 %(count)d 位：车架号应为 %(wanted)d 位"), params)
    return None


def _wrong_character(char: str, at: int) -> Problem:
    params = {"place": at + 1, "char": char}
    if char in _LOOK_ALIKE:
        text = _n("第 %(place)d 位不能是字母 %(char)s：车架号不用 I、O、Q，应为数字 %(meant)s")
        return Problem("vin_look_alike", text, params | {"meant": _LOOK_ALIKE[char]}, at=at)
    return Problem("vin_character", _n("第 %(place)d 位“%(char)s”不是字母或数字"), params, at=at)


def check_digit(vin: str) -> str:
    """The character that belongs at the ninth place (ISO 3779, GB 16735)."""
    rest = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def check_digit_ok(vin: str) -> bool:
    """Whether a well-formed number carries its own check digit."""
    return vin_problem(vin) is None and check_digit(normalise_vin(vin)) == normalise_vin(vin)[CHECK_AT]


def vin_warning(raw: str) -> Problem | None:
    """The question to ask when a well-formed number fails the check digit; the clerk may keep it."""
    if vin_problem(raw) or check_digit_ok(raw):
        return None
    vin = normalise_vin(raw)
    params = {"char": vin[CHECK_AT], "meant": check_digit(vin)}
    text = _n("校验位不符（第 9 位是 %(char)s，按规则应为 %(meant)s）：请对照行驶证核对，无误可保存")
    return Problem("vin_check", text, params, blocks=False, at=CHECK_AT)


def suggest_vin(raw: str) -> str:
    """The number that was probably meant when I, O or Q was typed, if it then passes the check; else empty."""
    vin = normalise_vin(raw)
    meant = "".join(_LOOK_ALIKE.get(char, char) for char in vin)
    return meant if meant != vin and check_digit_ok(meant) else ""


def model_years(vin: str, *, today_year: int) -> tuple[int, ...]:
    """Every model year the tenth character can mean up to next year's models; codes repeat after 30 years."""
    place = _YEAR_CODES.find(vin[9])
    if place < 0:
        return ()
    return tuple(range(_FIRST_YEAR + place, today_year + 2, _CYCLE))


def _maker(wmi: str) -> tuple[str, str]:
    if wmi in MAKERS:
        return MAKERS[wmi]
    known = WMI.get(wmi) or WMI.get(wmi[:2]) or ""
    title = known if isinstance(known, str) else str(getattr(known, "manufacturer", "") or "")
    return title, title


def _country(vin: str) -> str:
    """The country as a message key where the shop's screens know it; China has the ranges L and H."""
    name = "China" if vin[0] in "LH" else str(COUNTRIES.get(vin[:2]) or "")
    return _COUNTRY_NAMES.get(name, name)


def decode(vin: str, *, today_year: int) -> VinFacts:
    """Read a well-formed number. An unknown maker or year stays empty rather than guessed."""
    vin = normalise_vin(vin)
    if vin_problem(vin):
        raise ValueError("not a well-formed vehicle identification number")
    maker_zh, maker_en = _maker(vin[:3])
    years = model_years(vin, today_year=today_year)
    year = years[-1] if years else None
    return VinFacts(vin[:3], maker_zh, maker_en, _country(vin), years, year, check_digit_ok(vin))


def display_vin(vin: str) -> str:
    """In groups of 3-6-8, as it is compared with the licence: ``LSV AA4188 C2187731``."""
    plain = normalise_vin(vin)
    return " ".join(group for group in (plain[:3], plain[3:9], plain[9:]) if group)


def vin_suffixes(vin: str) -> list[str]:
    """Search keys: the whole number and its endings of 4 to 8 characters."""
    plain = normalise_vin(vin)
    keys = [plain, *(plain[-length:] for length in range(8, 3, -1))]
    return list(dict.fromkeys(key for key in keys if len(key) >= 4))
