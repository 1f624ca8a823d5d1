"""Chinese text at a front desk: search keys by pinyin, capital amounts on statements, one form for all widths.

Names are searched by pinyin and by initials. The reading of a surname is not the usual reading of its character
(单 is Shan, 仇 is Qiu) and customers' clerks type either, so both are kept.
"""

# zh-data

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from django.utils.translation import gettext_noop as _n

# Names are read character by character; without its phrases the dictionary takes 40 MB less in every web process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, lazy_pinyin

_SPACE = re.compile(r"\s+")
_PIECE = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U000323af〇]|[a-z0-9]+")
_FORKS = 3

# Characters that read differently as a surname: the surname's reading first, the everyday one second.
_SURNAMES = {
    "单": "shan dan", "解": "xie jie", "仇": "qiu chou", "查": "zha cha", "区": "ou qu", "曾": "zeng ceng",
    "盖": "ge gai", "翟": "zhai di", "朴": "piao pu", "尉": "yu wei", "缪": "miao mou", "乐": "yue le",
    "召": "shao zhao", "覃": "qin tan", "秘": "bi mi", "种": "chong zhong", "折": "she zhe", "员": "yun yuan",
    "祭": "zhai ji", "黑": "he hei", "宓": "mi fu", "洗": "xian xi", "繁": "po fan", "参": "shen can",
    "隗": "wei kui", "郇": "xun huan", "牟": "mu mou", "佴": "nai er", "盛": "sheng cheng", "钭": "tou dou",
    "车": "che ju", "谌": "chen shen", "晟": "cheng sheng", "卜": "bu bo", "薄": "bo bao", "柏": "bai bo",
    "费": "fei bi", "重": "chong zhong", "长": "zhang chang", "阚": "kan han", "能": "nai neng", "炅": "gui jiong",
    "吕": "lv lu", "闾": "lv lu", "行": "xing hang", "铅": "qian yan", "褚": "chu zhu",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "单于": "chan yu", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu",
    "宰父": "zai fu", "皇甫": "huang fu", "夏侯": "xia hou", "公冶": "gong ye", "乐正": "yue zheng",
    "亓官": "qi guan",
}  # fmt: skip
# Readings that names and shop names really use; the dictionary lists many more that would only blur the search.
_NAME_READINGS = {
    "乐": "le yue", "长": "chang zhang", "重": "chong zhong", "行": "xing hang", "朝": "chao zhao", "茜": "qian xi",
    "晟": "sheng cheng", "盛": "sheng cheng", "调": "tiao diao", "都": "du dou", "厦": "xia sha", "了": "liao",
    "单": "dan shan", "绿": "lv lu", "率": "lv shuai", "藏": "cang zang", "蔚": "wei yu", "传": "chuan zhuan",
    "曾": "zeng ceng", "什": "shi shen", "薄": "bo bao", "解": "jie xie",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PinyinKeys:
    """How a name may be typed: in full pinyin and by initials."""

    full: frozenset[str]
    initials: frozenset[str]


def fold(text: str) -> str:
    """One form for what looks alike: half width, lower case, single spaces. Never changes the script."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


@lru_cache(maxsize=30_000)
def _readings(char: str) -> tuple[str, ...]:
    """Readings of one character inside a name; text that is not Chinese reads as itself."""
    if not is_han(char):
        return (char,)
    if char in _NAME_READINGS:
        return tuple(_NAME_READINGS[char].split())
    return (lazy_pinyin(char, style=Style.NORMAL)[0],)


@lru_cache(maxsize=4_000)
def _surname_readings(char: str) -> tuple[str, ...]:
    return tuple(_SURNAMES[char].split()) if char in _SURNAMES else _readings(char)


def _choices(name: str) -> list[tuple[str, ...]]:
    """The readings of each piece of the name; only the first few pieces may fork, so that keys stay few."""
    pieces = _PIECE.findall(name)
    compound = _COMPOUND_SURNAMES.get("".join(pieces[:2]))
    if compound:
        choices = [(reading, *_readings(piece)) for reading, piece in zip(compound.split(), pieces, strict=False)]
        choices += map(_readings, pieces[2:])
    else:
        choices = [*map(_surname_readings, pieces[:1]), *map(_readings, pieces[1:])]
    forks = 0
    for i, readings in enumerate(choices):
        readings = tuple(dict.fromkeys(readings))
        forks += len(readings) > 1
        choices[i] = readings if forks <= _FORKS else readings[:1]
    return choices


def pinyin_keys(name: str) -> PinyinKeys:
    """Search keys of a person's or company's name, with both readings of a surname that has two."""
    readings = list(product(*_choices(fold(name)))) if name else []
    full = frozenset("".join(reading) for reading in readings if reading)
    return PinyinKeys(full, frozenset("".join(word[0] for word in reading) for reading in readings if reading))


def is_han(text: str) -> bool:
    """Whether the text is Chinese characters only (a name that can be written on a plate-style label)."""
    return bool(text) and all(
        "一" <= char <= "鿿" or "㐀" <= char <= "䶿" or char == "〇" or "\U00020000" <= char <= "\U000323af"
        for char in text
    )


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
LARGEST_CAPITAL_FEN = 10**18 - 1


def _section(number: int) -> str:
    """Up to four digits in capitals; one 零 for any run of zeros inside."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = bool(text) and not digit
    return text


def _integer(number: int) -> str:
    """A whole number in capitals: sections of 万, and of 亿 above them (so 万亿 comes by itself)."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            zero = "零" if 0 < low < size // 10 else ""
            return _integer(high) + name + zero + (_integer(low) if low else "")
    return _section(number)


def capital_amount(fen: int) -> str:
    """The amount in capitals as settlements and receipts must carry it: ``壹佰元整``, ``叁仟零叁拾伍元陆角整``."""
    if abs(fen) > LARGEST_CAPITAL_FEN:
        raise ValueError("amount too large for capitals")
    yuan, rest = divmod(abs(fen), 100)
    jiao, odd = divmod(rest, 10)
    text = f"{_integer(yuan)}元" if yuan else ""
    text += f"{_DIGITS[jiao]}角" if jiao else ""
    if odd:
        text += ("零" if yuan and not jiao else "") + f"{_DIGITS[odd]}分"
    return ("负" if fen < 0 else "") + ((text or "零元") + ("" if odd else "整"))


_WEEKDAYS = (_n("周一"), _n("周二"), _n("周三"), _n("周四"), _n("周五"), _n("周六"), _n("周日"))


def weekday_zh(on: date) -> str:
    """``周一`` … ``周日``: the shop writes dates as ``11-23 周一``. A message key, so screens may translate it."""
    return _WEEKDAYS[on.weekday()]
