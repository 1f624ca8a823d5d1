"""Rules for the sums of a repair order (rules of this domain are split by document).

The desk reads what the order costs, what of it still waits for the customer's answer, and what was let off. What the
customer declined or put off costs nothing and must not creep into a sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pitlane.core.money import ZERO, Money, total

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


def package_discounts(price: Money, listed: list[Money]) -> list[Money]:
    """What each line of a fixed-price package is let off, so that the lines together cost exactly the price.

    A price above the list (or lines without a price) gives negative discounts, which the caller turns into list prices.
    """
    off = total(listed) - price
    weights = [amount.fen for amount in listed]
    return off.split(weights if sum(weights) else [1] * len(listed)) if listed else []
