"""The knowledge of faults that ships with Pitlane, read once from ``data/``: symptoms, causes, checks, operations.

A cause points to the symptoms it shows with a weight, to the fault codes that speak for it, to the checks that prove it
and to the operations that cure it. A shop's own causes have the same shape.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO

from django.utils.translation import get_language

from .fault_codes import data_text, data_yaml

SYSTEMS = ("engine", "chassis", "body", "nev")


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in Chinese and in English."""

    code: str
    name: str
    name_en: str

    @property
    def label(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class Symptom(Named):
    """What customers say, in the ways they say it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause(Named):
    """Why a car does that. ``weight``: how often it is the cause at all; ``symptoms``: how much each points to it."""

    weight: float = 1.0
    from_km: int = 0
    from_years: int = 0
    fuels: tuple[str, ...] = ()
    symptoms: tuple[tuple[str, float], ...] = ()
    fault_codes: frozenset[str] = frozenset()
    checks: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    system: str = ""
    own: bool = False


@cache
def symptoms() -> dict[str, Symptom]:
    """By code, in the order of the file."""
    rows = data_yaml("symptoms.yaml")
    return {row["code"]: Symptom(row["code"], row["name"], row["name_en"], tuple(row["words"])) for row in rows}


@cache
def checks() -> dict[str, Named]:
    """By code."""
    return {code: Named(code, row["name"], row["name_en"]) for code, row in data_yaml("checks.yaml").items()}


@cache
def causes() -> dict[str, Cause]:
    """By code, system after system."""
    found = (_cause(row, system) for system in SYSTEMS for row in _rows(system))
    return {cause.code: cause for cause in found}


def _rows(system: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(StringIO(data_text(f"causes_{system}.csv")))


def _cause(row: dict[str, str], system: str) -> Cause:
    links = (pair.split(":") for pair in row["symptoms"].split())
    return Cause(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        weight=float(row["weight"]),
        from_km=int(row["from_km"] or 0),
        from_years=int(row["from_years"] or 0),
        fuels=tuple(row["fuels"].split()),
        symptoms=tuple((code, float(weight)) for code, weight in links),
        fault_codes=frozenset(code for word in row["codes"].split() for code in codes_between(word)),
        checks=tuple(row["checks"].split()),
        operations=tuple(row["operations"].split()),
        system=system,
    )


def codes_between(word: str) -> list[str]:
    """``P0301-P0312`` as all codes between; a single code is itself."""
    first, _dash, last = word.partition("-")
    if not last:
        return [first]
    base = 10 if re.fullmatch(r"\d+", first[1:] + last[1:]) else 16
    numbers = range(int(first[1:], base), int(last[1:], base) + 1)
    return [first[0] + (f"{number:04d}" if base == 10 else f"{number:04X}") for number in numbers]


@cache
def synonyms() -> dict[str, str]:
    """Each variant with the word that stands for it."""
    rows = data_yaml("synonyms.yaml")
    return {variant: word for word, variants in rows.items() for variant in variants}


@cache
def simplified() -> dict[int, str]:
    """Traditional characters that customers of the trade write, for ``str.translate``."""
    text = data_text("traditional.txt").strip()
    return {ord(old): new for old, new in zip(text[::2], text[1::2], strict=True) if old != new}
