"""Rules for who might be the same: how alike two names are, and what that is worth at entry."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from pitlane.core.chinese import fold, pinyin_keys

ALIKE = 88.0
SAME_SOUND = 92.0
_FORM = re.compile(r"(?:股份|集团)?(?:有限责任|有限)?(?:公司|厂|店|中心|合作社)$")  # zh-data
_BRACKETS = re.compile(r"\([^)]*\)")
_PLACE = re.compile(r"^(?:中国|北京|上海|天津|重庆|广州|深圳|[^省市]{2,3}[省市])+市?")  # zh-data


def company_core(name: str) -> str:
    """What makes a company's name its own: without place and legal form (``顺达物流``)."""
    plain = _BRACKETS.sub("", fold(name))
    return _FORM.sub("", _PLACE.sub("", plain)) or plain


def likeness(one: str, other: str, *, company: bool = False) -> float:
    """0 to 100. People: the same sound counts nearly as the same characters. Companies: their own part decides."""
    if company:
        return fuzz.ratio(company_core(one), company_core(other))
    if fold(one) == fold(other):
        return 100.0
    same_sound = pinyin_keys(one).full & pinyin_keys(other).full
    return SAME_SOUND if same_sound and len(one) == len(other) else fuzz.ratio(fold(one), fold(other))


def alike(one: str, other: str, *, company: bool = False) -> bool:
    """Worth showing to the clerk as perhaps the same."""
    return likeness(one, other, company=company) >= ALIKE
