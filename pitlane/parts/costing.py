"""Rules for what parts cost: moving average. The value of the stock is never negative and no fen is ever lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused, Text
from pitlane.core.money import ZERO, Money, round_half_up

THOUSANDTH = Decimal("0.001")
LARGEST_QUANTITY = Decimal(100_000)


def share_of(value: Money, whole: Decimal, part: Decimal) -> Money:
    """What ``part`` of ``whole`` costs when the whole is worth ``value``; the last piece takes the rest."""
    if not 0 < part <= whole:
        raise ValueError("the part must lie within the whole")
    if part == whole:
        return value
    return Money(round_half_up(value.fen * Fraction(part) / Fraction(whole)), value.currency)


def line_value(unit_cost: Money, quantity: Decimal) -> Money:
    """The value that a received quantity adds."""
    return Money(round_half_up(unit_cost.fen * Fraction(quantity)), unit_cost.currency)


def average_cost(value: Money, on_hand: Decimal) -> Money:
    """The moving average of one piece, for display; sums use ``share_of``."""
    return Money(round_half_up(value.fen / Fraction(on_hand)), value.currency) if on_hand else ZERO


def clean_quantity(quantity: Decimal, *, field: str = "quantity") -> Decimal:
    """A quantity that can be counted or measured: above zero, at most three decimals."""
    try:
        kept = quantity.quantize(THOUSANDTH)
    except ArithmeticError:
        raise _refusal(_("数量不对"), field) from None
    if kept != quantity or not 0 < kept <= LARGEST_QUANTITY:
        raise _refusal(_("数量要大于 0，最多三位小数"), field)
    return kept


def _refusal(text: Text, field: str) -> Refused:
    return Refused(text, code="quantity", field=field)


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: 1, 4.5, 0.25."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(quantity: Decimal) -> str:
    """A change of a quantity, its sign always shown: +1, -4.5."""
    return f"+{plain(quantity)}" if quantity > 0 else plain(quantity)
