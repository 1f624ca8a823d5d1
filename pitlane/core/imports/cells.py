"""Reading cells of foreign files: numbers with units, money with signs, yes in several languages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from ..money import Money, MoneyError
from .profiles import parse_date

_LIST = re.compile(r"[,，;；、/|\n]+")
_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([万萬千wW]?)")  # zh-data
UNITS = {"万": 10_000, "萬": 10_000, "w": 10_000, "W": 10_000, "千": 1_000}  # zh-data


def day(text: str) -> date | None:
    """A calendar day, None when the cell holds none."""
    found = parse_date(text) if text else None
    return found.date() if found else None


def number(text: str) -> Decimal | None:
    """The number in ``12,000 km``, ``4.5L`` or ``3.2万公里``; None when there is none."""
    found = _NUMBER.search(text.replace(",", "").replace("，", ""))  # zh-data
    try:
        return Decimal(found.group(1)) * UNITS.get(found.group(2), 1) if found else None
    except InvalidOperation:
        return None


def money(text: str) -> Money | None:
    """An amount, None when the cell holds none."""
    try:
        return Money.parse(text) if text else None
    except MoneyError:
        return None


def words(text: str) -> list[str]:
    """The parts of a list that somebody typed with any separator."""
    return [word.strip() for word in _LIST.split(text) if word.strip()]


def choice(text: str, names: dict[str, tuple[str, ...]], default: str) -> str:
    """The known value whose name stands in the cell."""
    plain = text.strip().lower()
    return next((value for value, known in names.items() if plain and plain in (value, *known)), default)
