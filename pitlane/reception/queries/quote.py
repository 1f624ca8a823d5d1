"""The quote page: the order's lines with their reasons, what fits this car, and one box that finds anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor
from pitlane.core.money import Money
from pitlane.customers import queries as customers
from pitlane.parts import queries as parts
from pitlane.workshop import queries as orders

from .. import policies, rules
from .advice import AdviceList, advice_for, arranged
from .estimates import EstimateCard, estimates_of

FITTING = 6
FOUND = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be put into the quote: a package, an operation or a part."""

    kind: str
    ref: str
    name: str
    code: str
    detail: str = ""
    price: Money | None = None
    hours: Decimal | None = None
    available: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One line in the table of the quote. Lines of a package keep the package's price."""

    line: Any
    quantity: str
    percent: str
    heads: str
    package_name: str
    removable: bool
    editable: bool


@dataclass(frozen=True, slots=True)
class QuoteScreen:
    """One quote in the making."""

    order: Any
    vehicle: Any
    customer: Any
    lines: list[Any]
    packages: list[Offer]
    advice: AdviceList
    estimates: list[EstimateCard]
    may_quote: bool
    package_names: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[QuoteRow]:
        """Each line with quantity and discount as one would type them; a package is named before its first line."""
        seen: set[str] = set()
        rows = []
        for line in self.lines:
            first = bool(line.package_code) and line.package_code not in seen
            seen.add(line.package_code)
            open_to_change = self.may_quote and line.approval == "proposed"
            rows.append(
                QuoteRow(
                    line=line,
                    quantity=rules.plain(line.quantity),
                    percent=rules.percent_off(line.discount.fen, line.list_amount.fen),
                    heads=line.package_code if first else "",
                    package_name=self.package_names.get(line.package_code, line.package_code),
                    removable=open_to_change,
                    editable=open_to_change and not line.package_code,
                )
            )
        return rows

    @property
    def may_change(self) -> bool:
        """Something in the table can be typed over."""
        return any(row.editable for row in self.rows)

    @property
    def proposed(self) -> list[Any]:
        return [line for line in self.lines if line.approval == "proposed"]

    @property
    def total(self) -> Money:
        return Money(sum(line.amount.fen for line in self.lines if line.approval in ("proposed", "approved")))

    @property
    def discount(self) -> Money:
        return Money(-sum(line.discount.fen for line in self.lines if line.approval in ("proposed", "approved")))

    @property
    def labour(self) -> Money:
        return Money(sum(line.list_amount.fen for line in self._counted if line.kind != "part"))

    @property
    def parts(self) -> Money:
        return Money(sum(line.list_amount.fen for line in self._counted if line.kind == "part"))

    @property
    def _counted(self) -> list[Any]:
        return [line for line in self.lines if line.approval in ("proposed", "approved")]


def quote_screen(order_id: int, *, by: Actor, at: datetime) -> QuoteScreen:
    """Everything of the quote page, in a constant number of queries."""
    order = orders.order_for(order_id, by)
    car = customers.vehicle_card(order.vehicle_id)
    lines = orders.lines_of(order_id)
    fitting = catalog.find_packages("", FITTING, make=car.make, series=car.series, fuel=car.fuel)
    in_order = {line.operation_id for line in lines if line.operation_id}
    may_quote = policies.can_quote(by, order) and order.editable
    advice = advice_for(order.vehicle_id, timezone.localdate(at), car.odometer) if may_quote else []
    return QuoteScreen(
        order=order,
        vehicle=car,
        customer=customers.customer_card(order.customer_id),
        lines=lines,
        packages=[_package(card) for card in fitting if card.code not in {line.package_code for line in lines}],
        advice=arranged([each for each in advice if each.operation_id is None or each.operation_id not in in_order]),
        estimates=estimates_of(order_id, at=at),
        may_quote=may_quote,
        package_names=catalog.package_names({line.package_code for line in lines if line.package_code}),
    )


def job_for_part(order_id: int) -> Any:
    """The job that a part added now belongs to: the last one still open to the customer, outside a package. A part
    that stood alone could be refused while its fitting is agreed to."""
    jobs = [line for line in orders.proposed_lines(order_id) if line.kind == "labour" and not line.package_code]
    return jobs[-1] if jobs else None


def find_offers(text: str, *, store_id: int, vehicle: Any, limit: int = FOUND) -> list[Offer]:
    """Packages, operations and parts by code, name, pinyin or initials; packages first, they answer fastest."""
    if not text.strip():
        return []
    packages = catalog.find_packages(text, limit, make=vehicle.make, series=vehicle.series, fuel=vehicle.fuel)
    operations = catalog.find_operations(text, limit)
    found = parts.find_parts(text, store_id, limit, fits=f"{vehicle.make} {vehicle.series}".strip())
    return [*map(_package, packages), *map(_operation, operations), *map(_part, found)]


def _package(card: Any) -> Offer:
    names = [line.operation.name for line in card.lines if line.operation]
    return Offer("package", card.ref, card.title, card.code, "、".join(names[:3]), card.price)


def _operation(card: Any) -> Offer:
    return Offer("operation", card.ref, card.title, card.code, card.category, card.fixed_price, card.standard_hours)


def _part(card: Any) -> Offer:
    detail = " ".join(word for word in (card.brand, str(card.grade_label)) if word)
    return Offer("part", card.ref, card.name, card.code, detail, card.price, None, card.available, card.unit)
