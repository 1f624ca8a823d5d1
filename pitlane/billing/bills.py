"""Rules for bills: how the lines of one order become the bill of each payer, to the fen.

The workshop says what was done and who bears which share. Here every line is divided, taxed and, where the shop lets
small change go, rounded; the parts of all payers always make the whole line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as _n

from pitlane.core.errors import Refused
from pitlane.core.money import ZERO, Money, round_off, tax_included, total
from pitlane.core.sentences import Sentence

from .pricing import ChargePart, split_payers

ROUNDED_FOR = ("customer", "fleet")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What the bill must say about the order; everything after the odometer is only frozen for the paper."""

    order_id: int
    order_number: str
    store_id: int
    customer_id: int
    vehicle_id: int | None = None
    odometer: int | None = None
    plate: str = ""
    plate_kind: str = ""
    vin: str = ""
    vehicle: str = ""
    consignor: str = ""
    advisor: str = ""
    order_type: str = ""
    concern: str = ""
    opened_at: datetime | None = None
    completed_at: datetime | None = None

    def printed(self) -> dict[str, Any]:
        """The facts that only the paper needs, as JSON."""
        names = ("plate", "plate_kind", "vin", "vehicle", "consignor", "advisor", "order_type", "concern")
        facts: dict[str, Any] = {name: getattr(self, name) for name in names}
        for name in ("opened_at", "completed_at"):
            moment: datetime | None = getattr(self, name)
            facts[name] = moment.isoformat() if moment else ""
        return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of the order as one payer sees it: ``amount`` is the whole line, ``share`` what this payer bears."""

    source: str
    part_of_form: str
    description: str
    quantity: Decimal
    unit_price: Money
    list_amount: Money
    amount: Money
    discount: Money = ZERO
    share: Decimal | Money = Decimal(1)
    code: str = ""
    unit: str = ""
    note: str = ""
    cost: Money = ZERO
    customer_supplied: bool = False
    old_part: str = ""
    grade: str = ""
    technicians: str = ""
    guarantee_km: int | None = None
    guarantee_days: int | None = None
    guarantee_until: date | None = None
    guarantee_until_km: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What one payer is to be billed. ``customer_id`` is the payer's own customer record, if there is one."""

    payer_kind: str
    payer_name: str
    lines: Sequence[BillLine]
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a store prices: tax on top or inside, and which small change it lets go (抹零)."""

    tax_rate: Decimal = Decimal(0)
    prices_include_tax: bool = True
    round_off_fen: int = 1


def terms_of(settings: Mapping[str, Any]) -> Terms:
    """The terms in a store's settings; an empty shop has no tax and keeps every fen."""
    return Terms(
        tax_rate=Decimal(str(settings.get("tax_rate", 0))),
        prices_include_tax=bool(settings.get("prices_include_tax", True)),
        round_off_fen=max(1, int(settings.get("round_off_fen", 1))),
    )


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line divided: what this payer pays of it, the tax inside, and their part of discount and cost."""

    line: BillLine
    share: Money
    tax: Money
    discount: Money
    cost: Money


@dataclass(frozen=True, slots=True)
class PricedBill:
    """The finished bill of one payer: the shares of its lines less the small change."""

    bill: Bill
    lines: tuple[SharedLine, ...]
    rounding: Money

    @property
    def total(self) -> Money:
        return total(line.share for line in self.lines) - self.rounding

    @property
    def tax(self) -> Money:
        return total(line.tax for line in self.lines)

    @property
    def discount(self) -> Money:
        return total(line.discount for line in self.lines)

    @property
    def cost(self) -> Money:
        return total(line.cost for line in self.lines)


def price_bills(bills: Sequence[Bill], terms: Terms) -> list[PricedBill]:
    """Divide all lines among their payers and add up each payer's bill."""
    if not bills or any(not bill.lines for bill in bills):
        raise Refused(_("没有可结算的项目"), code="nothing_to_settle")
    shares = {source: _divide(lines, terms) for source, lines in _by_source(bills).items()}
    return [
        _priced(bill, tuple(shares[line.source][number] for line in bill.lines), terms)
        for number, bill in enumerate(bills)
    ]


def _by_source(bills: Sequence[Bill]) -> dict[str, dict[int, BillLine]]:
    found: dict[str, dict[int, BillLine]] = {}
    for number, bill in enumerate(bills):
        for line in bill.lines:
            _check(line)
            payers = found.setdefault(line.source, {})
            if number in payers or any(other.amount != line.amount for other in payers.values()):
                raise _unequal(line)
            payers[number] = line
    return found


def _unequal(line: BillLine) -> Refused:
    return Refused(_("「%(line)s」在各付款方的账单上不一致") % {"line": line.description}, code="line_mismatch")


def _check(line: BillLine) -> None:
    if line.part_of_form not in {part.value for part in ChargePart}:
        raise Refused(_("「%(line)s」没有归入结算清单的费用类别") % {"line": line.description}, code="part_of_form")
    if line.list_amount - line.discount != line.amount or line.amount.fen < 0:
        raise _unequal(line)


def _divide(payers: Mapping[int, BillLine], terms: Terms) -> dict[int, SharedLine]:
    """One line among its payers. Tax, discount and cost follow the money, and none of them loses a fen."""
    line = next(iter(payers.values()))
    net, tax = _taxed(line.amount, terms)
    parts = split_payers(net + tax, {str(number): mine.share for number, mine in payers.items()})
    weights = [part.fen for part in parts.values()]
    if not any(weights):
        weights = [1] + [0] * (len(weights) - 1)
    rows = zip(
        payers.items(),
        parts.values(),
        tax.split(weights),
        line.discount.split(weights),
        line.cost.split(weights),
        strict=True,
    )
    return {number: SharedLine(mine, part, *rest) for (number, mine), part, *rest in rows}


def _taxed(amount: Money, terms: Terms) -> tuple[Money, Money]:
    return tax_included(amount, terms.tax_rate) if terms.prices_include_tax else (amount, amount * terms.tax_rate)


def _priced(bill: Bill, lines: tuple[SharedLine, ...], terms: Terms) -> PricedBill:
    whole = total(line.share for line in lines)
    rounded = round_off(whole, terms.round_off_fen) if bill.payer_kind in ROUNDED_FOR else whole
    return PricedBill(bill, lines, whole - rounded)


def why_line(line: Any) -> list[Sentence]:
    """How a frozen line came to its figure, step by step, for a customer who asks."""
    return list(_steps(line))


def _steps(line: Any) -> Iterator[Sentence]:
    quantity = f"{Decimal(line.quantity).normalize():f}"
    params = {"quantity": quantity, "price": line.unit_price, "amount": line.list_amount}
    yield Sentence("listed", _n("%(quantity)s × %(price)s = %(amount)s"), params)
    if line.discount:
        yield Sentence("discount", _n("优惠 %(amount)s"), {"amount": -line.discount})
    if line.note:
        yield Sentence("note", "%(note)s", {"note": line.note})
    added = line.share - line.amount
    if line.tax and added == line.tax:
        yield Sentence("tax_added", _n("加税 %(amount)s"), {"amount": line.tax})
    elif line.tax:
        yield Sentence("tax_inside", _n("含税 %(amount)s"), {"amount": line.tax})
    if line.share < line.amount:
        params = {"amount": line.amount, "share": line.share}
        yield Sentence("share", _n("全额 %(amount)s，本付款方承担 %(share)s"), params)


def sum_parts(lines: Iterable[Any]) -> dict[str, Money]:
    """The subtotals of the trade's six parts, each of them even when it is zero."""
    sums = {part.value: ZERO for part in ChargePart}
    for line in lines:
        sums[line.part_of_form] = sums[line.part_of_form] + line.share
    return sums
