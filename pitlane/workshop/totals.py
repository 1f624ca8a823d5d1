"""Rules for the sums of a repair order (rules of this domain are split by document).

The desk reads what the order costs, what of it still waits for the customer's answer, and what was let off. What the
customer declined or put off costs nothing and must not creep into a sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pitlane.core.money import ZERO, Money, round_half_up, total

COUNTED = ("proposed", "approved")


class LineAmount(NamedTuple):
    """What a sum needs of a line."""

    approval: str
    list_amount: Money
    discount: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """``labour + parts − discount = total``; ``pending`` is the part of the total that the customer has not decided."""

    labour: Money = ZERO
    parts: Money = ZERO
    discount: Money = ZERO
    total: Money = ZERO
    pending: Money = ZERO


def order_totals(labour: Iterable[LineAmount], parts: Iterable[LineAmount]) -> Totals:
    """The sums of an order from its lines; declined and deferred lines do not count."""
    jobs = [line for line in labour if line.approval in COUNTED]
    goods = [line for line in parts if line.approval in COUNTED]
    both = [*jobs, *goods]
    return Totals(
        labour=total(line.list_amount for line in jobs),
        parts=total(line.list_amount for line in goods),
        discount=total(line.discount for line in both),
        total=total(line.amount for line in both),
        pending=total(line.amount for line in both if line.approval == "proposed"),
    )


def margin(amount: Money, cost: Money) -> Decimal | None:
    """Gross margin as a share of what is charged; nothing charged has none."""
    return (Decimal((amount - cost).fen) / amount.fen).quantize(Decimal("0.001")) if amount.fen > 0 else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an order will earn: the margin with what is known of its cost, and how sure that is.

    ``expected`` says that parts still on the shelf are counted at their moving average; ``unknown`` counts parts that
    were never bought, whose cost nobody can say.
    """

    cost: Money
    margin: Decimal | None
    expected: bool = False
    unknown: int = 0


def outlook(amount: Money, spent: Money, ahead: Iterable[tuple[Money | None, Decimal]]) -> Outlook:
    """``spent`` is what was issued and bought in; ``ahead`` the unit cost and quantity of each part not issued yet."""
    open_parts = list(ahead)
    coming = [Money(round_half_up(cost.fen * Fraction(n)), cost.currency) for cost, n in open_parts if cost is not None]
    cost = spent + total(coming)
    return Outlook(cost, margin(amount, cost), bool(open_parts), len(open_parts) - len(coming))


def package_discounts(price: Money, listed: list[Money]) -> list[Money]:
    """What each line of a fixed-price package is let off, so that the lines together cost exactly the price.

    A price above the list (or lines without a price) gives negative discounts, which the caller turns into list prices.
    """
    off = total(listed) - price
    weights = [amount.fen for amount in listed]
    return off.split(weights if sum(weights) else [1] * len(listed)) if listed else []
