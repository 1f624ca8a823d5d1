"""Money: whole fen and a currency, one way to round, and splits that never lose a fen.

A shop's bill must add up on paper, between payers and in the books. So no amount is ever a float, every product is
rounded by ``round_half_up``, and whoever divides an amount gets parts whose sum is the amount.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import total_ordering
from typing import Any

from django.utils.translation import gettext_noop as _n

from .sentences import NotValid, Problem

LARGEST_FEN = 10**15
MOST_REPEATED = 24  # characters of a wrong entry that its refusal repeats
_SIGNS = {"CNY": "¥", "HKD": "HK$", "MOP": "MOP$", "TWD": "NT$", "USD": "US$", "EUR": "€"}
_UNIT = "(?P<wan>万)?(?:元整?|块|圆|RMB|CNY)?"  # zh-data
_AMOUNT = re.compile(rf"(?P<whole>[\d,]*)(?:\.(?P<part>\d*))?{_UNIT}", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d*")
_MINUS = "-−–"


class MoneyError(NotValid):
    """The text is not an amount of money; says what to type instead."""


def round_half_up(amount: Decimal | Fraction | int) -> int:
    """The one rounding of the house: halves go away from zero, so that a reversal is the exact opposite."""
    if isinstance(amount, Fraction):
        size = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
        return -size if amount < 0 else size
    with localcontext(prec=60):
        return int(Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen (minor units). ``str`` is what documents print: ``¥3,035.60``, ``−¥134.40``."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not isinstance(self.fen, int):
            raise TypeError(f"fen must be a whole number, not {type(self.fen).__name__}")

    @classmethod
    def from_yuan(cls, yuan: Decimal | int | str, currency: str = "CNY") -> Money:
        """An amount given in yuan, rounded to the fen."""
        return cls(round_half_up(Decimal(yuan) * 100), currency)

    @classmethod
    def parse(cls, text: str, currency: str = "CNY") -> Money:
        """Read what people type; see the function ``parse``."""
        return parse(text, currency)

    @property
    def yuan(self) -> Decimal:
        """Yuan with two decimals, for spreadsheets and interfaces that want a decimal."""
        return Decimal(self.fen).scaleb(-2)

    def __str__(self) -> str:
        whole, part = divmod(abs(self.fen), 100)
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        return f"{'−' if self.fen < 0 else ''}{sign}{whole:,}.{part:02d}"

    def __bool__(self) -> bool:
        return self.fen != 0

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.fen, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.fen), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        if not isinstance(factor, int | Decimal):
            return NotImplemented
        return Money(round_half_up(self.fen * Fraction(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.fen < self._same(other) if isinstance(other, Money) else NotImplemented

    def split(self, weights: Sequence[int | Decimal]) -> list[Money]:
        """Parts in proportion to the weights whose sum is exactly this amount (largest remainder first)."""
        if any(weight < 0 for weight in weights) or not sum(weights):
            raise ValueError("weights must not be negative and not all zero")
        exact = [abs(self.fen) * Fraction(weight) for weight in weights]
        whole = sum(map(Fraction, weights))
        parts = [int(share / whole) for share in exact]
        by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i] / whole)
        for i in by_remainder[: abs(self.fen) - sum(parts)]:
            parts[i] += 1
        return [Money(-part if self.fen < 0 else part, self.currency) for part in parts]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} with {other.currency}")
        return other.fen


ZERO = Money(0)


def total(amounts: Iterable[Money], start: Money = ZERO) -> Money:
    """The sum of amounts; ``start`` gives the currency when there may be none."""
    for amount in amounts:
        start = start + amount
    return start


def as_money(value: Any) -> Money:
    """A sum as the database gives it: nothing for no rows, fen for computed columns."""
    return value if isinstance(value, Money) else Money(int(value or 0))


def _problem(code: str, text: str, raw: str) -> MoneyError:
    typed = raw.strip()
    shown = typed if len(typed) <= MOST_REPEATED else f"{typed[:MOST_REPEATED]}…"
    return MoneyError(Problem(code, text, {"raw": shown}))


def _unsigned(text: str, currency: str) -> tuple[str, bool]:
    """The text without sign and currency mark, and whether it was negative."""
    bare, negative = text, False
    for mark in ("", _SIGNS.get(currency, currency), currency):
        bare = bare[len(mark) :] if mark and bare.upper().startswith(mark.upper()) else bare
        if bare[:1] and bare[0] in _MINUS and not negative:
            bare, negative = bare[1:], True
    return bare.removeprefix("+"), negative


def _fen(raw: str, bare: str) -> int:
    found = _AMOUNT.fullmatch(bare)
    if not found or not (found["whole"].strip(",") or found["part"]):
        raise _problem("money_unreadable", _n("“%(raw)s”不是金额：可写成 1200、1,200 或 1200元"), raw)
    if not _GROUPED.fullmatch(found["whole"]):
        raise _problem("money_commas", _n("“%(raw)s”的逗号位置不对：每三位一个，如 1,200"), raw)
    yuan = Decimal(f"{found['whole'].replace(',', '') or 0}.{found['part'] or 0}")
    fen = Fraction(yuan) * (1_000_000 if found["wan"] else 100)
    if fen > LARGEST_FEN:
        raise _problem("money_too_large", _n("“%(raw)s”超出可记的最大金额，请检查位数"), raw)
    if fen.denominator != 1:
        raise _problem("money_decimals", _n("“%(raw)s”小数太多：金额只到分，最多两位小数"), raw)
    return int(fen)


def parse(text: str, currency: str = "CNY") -> Money:
    """Read what people type: ``1200``, ``1,200元``, ``¥1200.5``, ``−¥134.40``, ``1.2万``, full width too."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not plain:
        raise MoneyError(Problem("money_empty", _n("请填写金额，如 1200")))
    bare, negative = _unsigned(plain, currency)
    fen = _fen(text, bare)
    return Money(-fen if negative else fen, currency)


def tax_included(amount: Money, rate: Decimal) -> tuple[Money, Money]:
    """Take apart a price that contains tax: (net, tax), together exactly the price."""
    net = Money(round_half_up(Fraction(amount.fen) / (1 + Fraction(rate))), amount.currency)
    return net, amount - net


def round_off(amount: Money, unit_fen: int) -> Money:
    """抹零: drop what is below the unit in the customer's favour; the cashier shows the difference as a concession."""
    if unit_fen < 1:
        raise ValueError("the unit must be at least one fen")
    kept = abs(amount.fen) // unit_fen * unit_fen
    return Money(-kept if amount.fen < 0 else kept, amount.currency)
