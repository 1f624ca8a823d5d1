"""Rules for prices (rules of this domain are split by document).

A customer who asks about a figure gets its steps, and every figure of a bill adds up to the fen: lines to the bill,
payers to the line, tax to the price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_noop as _n

from pitlane.core.money import ZERO, Money, tax_included, total
from pitlane.core.money import round_off as _rounded_down
from pitlane.core.sentences import NotValid, Problem, Sentence


class ChargePart(StrEnum):
    """The six parts of the trade's settlement statement."""

    DIAGNOSIS = "diagnosis"
    TEST = "test"
    MATERIALS = "materials"
    LABOUR = "labour"
    MACHINING = "machining"
    OTHER = "other"


PART_NAMES: dict[str, str] = {
    ChargePart.DIAGNOSIS: _n("诊断费"),
    ChargePart.TEST: _n("检测费"),
    ChargePart.MATERIALS: _n("材料费"),
    ChargePart.LABOUR: _n("工时费"),
    ChargePart.MACHINING: _n("加工费"),
    ChargePart.OTHER: _n("其他费用"),
}


class PricingError(NotValid):
    """A price that cannot be; carries what is wrong."""


@dataclass(frozen=True, slots=True)
class LinePrice:
    """A priced line: ``net + tax = total``; ``list_amount − discount`` is the net, or the total where tax is inside."""

    list_amount: Money
    discount: Money
    net: Money
    tax: Money
    total: Money
    why: tuple[Sentence, ...] = ()

    def __neg__(self) -> LinePrice:
        """The exact opposite, for a reversal."""
        return LinePrice(-self.list_amount, -self.discount, -self.net, -self.tax, -self.total, self.why)


def _number(value: Decimal) -> str:
    """A quantity or percentage without useless zeros."""
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text


def _percent(rate: Decimal) -> str:
    return f"{_number(rate * 100)}%"


def price_line(
    quantity: Decimal,
    unit_price: Money,
    discount_rate: Decimal | int = 0,
    discount: Money = ZERO,
    tax_rate: Decimal | int = 0,
    *,
    prices_include_tax: bool = False,
) -> LinePrice:
    """Price one line: the share ``discount_rate`` off (0.1 is 九折), then ``discount`` off, then tax."""
    discount_rate, tax_rate = Decimal(discount_rate), Decimal(tax_rate)
    _check_line(quantity, unit_price, discount_rate, discount, tax_rate)
    list_amount = unit_price * quantity
    by_rate = list_amount * discount_rate
    off = by_rate + discount
    if off > list_amount:
        params = {"discount": off, "amount": list_amount}
        raise PricingError(Problem("discount_too_large", _n("优惠 %(discount)s 超过金额 %(amount)s"), params))
    after = list_amount - off
    net, tax = tax_included(after, tax_rate) if prices_include_tax else (after, after * tax_rate)
    steps = [_listed(quantity, unit_price, list_amount)]
    steps += _discounts(discount_rate, by_rate, discount)
    steps += _taxes(tax_rate, tax, prices_include_tax)
    amount = net + tax
    if off or amount != list_amount:
        steps.append(Sentence("price_total", _n("合计 %(amount)s"), {"amount": amount}))
    return LinePrice(list_amount, off, net, tax, amount, tuple(steps))


def _check_line(
    quantity: Decimal, unit_price: Money, discount_rate: Decimal, discount: Money, tax_rate: Decimal
) -> None:
    if quantity < 0:
        raise PricingError(Problem("quantity_negative", _n("数量不能小于 0")))
    if unit_price.fen < 0 or discount.fen < 0:
        raise PricingError(Problem("price_negative", _n("单价和优惠不能小于 0；退款请走冲减")))
    if not 0 <= discount_rate <= 1:
        raise PricingError(Problem("discount_rate", _n("优惠比例应在 0%% 到 100%% 之间")))
    if not 0 <= tax_rate < 1:
        raise PricingError(Problem("tax_rate", _n("税率应在 0%% 到 100%% 之间")))


def _listed(quantity: Decimal, unit_price: Money, amount: Money) -> Sentence:
    params = {"quantity": _number(quantity), "price": unit_price, "amount": amount}
    return Sentence("price_listed", _n("%(quantity)s × %(price)s = %(amount)s"), params)


def _discounts(rate: Decimal, by_rate: Money, fixed: Money) -> Iterable[Sentence]:
    if by_rate:
        yield Sentence("price_rate", _n("优惠 %(rate)s：%(amount)s"), {"rate": _percent(rate), "amount": -by_rate})
    if fixed:
        yield Sentence("price_fixed", _n("再优惠 %(amount)s"), {"amount": -fixed})


def _taxes(rate: Decimal, tax: Money, inside: bool) -> Iterable[Sentence]:
    params: dict[str, object] = {"rate": _percent(rate), "amount": tax}
    if rate and inside:
        yield Sentence("price_tax_inside", _n("其中税 %(rate)s：%(amount)s"), params)
    elif rate:
        yield Sentence("price_tax", _n("加税 %(rate)s：%(amount)s"), params)


def split_payers(amount: Money, shares: Mapping[str, Decimal | Money]) -> dict[str, Money]:
    """Divide a line among its payers: fixed amounts first, then the rest by proportions that make 100 %.

    ``{"insurer": Money(80000), "customer": Decimal(1)}`` leaves the rest to the customer. The parts sum exactly.
    """
    fixed = {payer: share for payer, share in shares.items() if isinstance(share, Money)}
    rates = {payer: share for payer, share in shares.items() if not isinstance(share, Money)}
    rest = amount - total(fixed.values(), Money(0, amount.currency))
    _check_shares(amount, fixed, rates, rest)
    parts = dict(zip(rates, rest.split(list(rates.values())), strict=True)) if rates else {}
    return {payer: fixed[payer] if payer in fixed else parts[payer] for payer in shares}


def _check_shares(amount: Money, fixed: Mapping[str, Money], rates: Mapping[str, Decimal], rest: Money) -> None:
    sign = -1 if amount.fen < 0 else 1
    if any(share.fen * sign < 0 for share in fixed.values()) or any(rate < 0 for rate in rates.values()):
        raise PricingError(Problem("share_negative", _n("付款方的份额不能小于 0")))
    if rest.fen * sign < 0:
        over: dict[str, object] = {"over": abs(rest), "amount": amount}
        raise PricingError(Problem("shares_too_much", _n("各付款方合计超出 %(amount)s，多 %(over)s"), over))
    if rates and sum(rates.values()) != 1:
        whole = {"sum": _percent(sum(rates.values(), Decimal(0)))}
        raise PricingError(Problem("shares_not_whole", _n("各付款方比例合计应为 100%%，现在是 %(sum)s"), whole))
    if not rates and rest:
        raise PricingError(Problem("shares_missing", _n("还有 %(rest)s 没有付款方"), {"rest": abs(rest)}))


@dataclass(frozen=True, slots=True)
class BillLine:
    """What the totals need of a line."""

    part: ChargePart
    price: LinePrice


@dataclass(frozen=True, slots=True)
class Totals:
    """A bill's sums. ``parts`` has all six parts in the order of the form; ``due`` is what is to be paid."""

    parts: Mapping[ChargePart, LinePrice] = field(hash=False)
    list_amount: Money
    discount: Money
    net: Money
    tax: Money
    total: Money
    round_off: Money
    due: Money


def _sum(prices: Iterable[LinePrice], nothing: Money) -> LinePrice:
    prices = list(prices)
    return LinePrice(
        total((price.list_amount for price in prices), nothing),
        total((price.discount for price in prices), nothing),
        total((price.net for price in prices), nothing),
        total((price.tax for price in prices), nothing),
        total((price.total for price in prices), nothing),
    )


def bill_totals(lines: Iterable[BillLine], currency: str = "CNY") -> Totals:
    """Sum a bill by the six charge parts; the parts add up to the bill in every column."""
    lines, nothing = list(lines), Money(0, currency)
    parts = {part: _sum((line.price for line in lines if line.part == part), nothing) for part in ChargePart}
    whole = _sum(parts.values(), nothing)
    return Totals(parts, whole.list_amount, whole.discount, whole.net, whole.tax, whole.total, nothing, due=whole.total)


def round_off(totals: Totals, unit_fen: int) -> Totals:
    """抹零: the bill with what is below the unit let off; the concession is shown, the lines stay as they are."""
    due = _rounded_down(totals.total, unit_fen)
    return Totals(
        totals.parts,
        totals.list_amount,
        totals.discount,
        totals.net,
        totals.tax,
        totals.total,
        round_off=totals.total - due,
        due=due,
    )
