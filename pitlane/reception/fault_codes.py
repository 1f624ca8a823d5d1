"""Fault codes (OBD-II, structure of SAE J2012): what was typed becomes codes, and each code says what it means.

The meanings ship as families: one row of ``data/fault_codes_*.csv`` names a circuit, its endings and how many
of it there are, and expands to the codes of the standard. Pure, apart from reading those files once.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import yaml
from django.utils.translation import gettext as _

from pitlane.core.errors import Refused

FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILES = ("p0", "p07", "p2", "hybrid", "chassis", "body", "network")
SHAPE = re.compile(r"([PBCU][0-3][0-9A-F]{3})(?:[-:]?([0-9A-F]{2}))?")
MOST_CODES = 20
LONGEST = 400


@dataclass(frozen=True, slots=True)
class FaultCode:
    """One code with its meaning. ``known`` is false for codes whose meaning only the maker's own book tells."""

    code: str
    meaning: str
    known: bool = True

    @property
    def base(self) -> str:
        return self.code[:5]

    @property
    def system(self) -> str:
        return system_of(self.code)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the box of codes: the codes in it, and the words that are none."""

    codes: tuple[str, ...]
    wrong: tuple[str, ...]


def data_text(name: str) -> str:
    """A file of the knowledge that ships with Pitlane."""
    return files("pitlane.reception").joinpath("data", name).read_text(encoding="utf-8")


def data_yaml(name: str) -> Any:
    return yaml.load(data_text(name), Loader=FAST)


def system_of(code: str) -> str:
    """Which system of the car a code belongs to."""
    return {"P": _("动力系统"), "C": _("底盘系统"), "B": _("车身系统"), "U": _("通信网络")}[code[0]]


def expand(row: Mapping[str, str], endings: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The codes of one family: for each of its circuits one code per ending, counted on from the first code."""
    tails = endings[row["endings"]] if row["endings"] else [""]
    base = 16 if row["count"] == "x" else 10
    number, width = int(row["code"][1:], base), len(row["code"]) - 1
    for each in span(row["over"]):
        for tail in tails:
            digits = f"{number:X}" if base == 16 else str(number)
            yield row["code"][0] + digits.zfill(width), row["meaning"].replace("{n}", each) + tail
            number += 1


def span(over: str) -> list[str]:
    """``1-12`` or ``A-F`` as a list; a family without it has one circuit."""
    first, _dash, last = over.partition("-")
    if not first:
        return [""]
    if first.isdigit():
        return [str(number) for number in range(int(first), int(last) + 1)]
    return [chr(letter) for letter in range(ord(first), ord(last) + 1)]


@cache
def known_codes() -> dict[str, FaultCode]:
    """Every code whose meaning ships with Pitlane, in order."""
    endings = data_yaml("fault_endings.yaml")
    found: dict[str, FaultCode] = {}
    for name in FILES:
        for row in csv.DictReader(StringIO(data_text(f"fault_codes_{name}.csv"))):
            for code, meaning in expand(row, endings):
                found[code] = FaultCode(code, meaning)
    return dict(sorted(found.items()))


def makers_own(code: str) -> bool:
    """Ranges that the standard leaves to the makers."""
    return code[1] in ("1", "2") if code[0] in "BCU" else code[1] == "1" or code[:3] in ("P30", "P31", "P32", "P33")


def explain(code: str) -> FaultCode:
    """The meaning of a well-formed code, also of one that only its maker explains."""
    found = known_codes().get(code[:5])
    if found is not None:
        return FaultCode(code, found.meaning)
    kind = _("厂家自定义码") if makers_own(code) else _("标准保留码，含义以厂家手册为准")
    return FaultCode(code, f"{kind}（{system_of(code)}）", known=False)


def parse_codes(text: str) -> Typed:
    """Codes out of anything people type: lower case, full width, Chinese commas, a failure byte after a dash."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).upper()
    codes, wrong = [], []
    for word in filter(None, re.split(r"[\s,;/、，；。|+]+", plain)):  # zh-data
        match = SHAPE.fullmatch(word.strip("."))
        if match is None:
            wrong.append(word[:20])
        else:
            codes.append(match.group(1) + (f"-{match.group(2)}" if match.group(2) else ""))
    return Typed(tuple(dict.fromkeys(codes))[:MOST_CODES], tuple(dict.fromkeys(wrong)))


def find_codes(text: str, limit: int = 50) -> list[FaultCode]:
    """Codes by the beginning of their number, or by all the words of their meaning."""
    wanted = unicodedata.normalize("NFKC", text).strip().upper()
    if not wanted:
        return list(known_codes().values())[:limit]
    if SHAPE.fullmatch(wanted):
        return [explain(wanted[:5])]
    return list(_matching(wanted.split(), limit))


def _matching(words: Sequence[str], limit: int) -> Iterable[FaultCode]:
    found = 0
    for each in known_codes().values():
        if all(each.code.startswith(word) or word in each.meaning.upper() for word in words):
            yield each
            found += 1
            if found == limit:
                return


def checked_codes(text: str) -> Typed:
    """What was typed as codes; the words that are none are named in the refusal."""
    typed = parse_codes(text)
    if typed.wrong:
        said = _("「%(words)s」不是故障码：应为一个字母 P、C、B、U 加四位，例如 P0302")
        raise Refused(said % {"words": "、".join(typed.wrong[:3])}, code="fault_code", field="codes")
    return typed
