"""The catalogue and the parts as the simulation asks for them: by code, by name and by car."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pitlane.catalog import queries as catalog
from pitlane.core.money import Money
from pitlane.parts import queries as parts
from pitlane.workshop.commands import NewLabour, NewLine, NewPackage, NewPart

from .cars import Car
from .occasions import Job, Occasion


@dataclass(frozen=True, slots=True)
class Goods:
    """A part with what it costs the shop."""

    id: int
    code: str
    name: str
    fits: tuple[str, ...]
    cost: Money
    min_stock: int


class Shelf:
    """Read once for a whole simulation."""

    def __init__(self) -> None:
        rows = catalog.starting_parts()
        cards = parts.parts_by_code([row.code for row in rows])
        self.goods = [
            Goods(cards[row.code].id, row.code, row.name, tuple(row.fits), Money(row.cost), row.min_stock)
            for row in rows
            if row.code in cards
        ]
        self.by_code = {goods.code: goods for goods in self.goods}
        self.by_id = {goods.id: goods for goods in self.goods}
        self.operations = {card.code: card for card in catalog.find_operations(limit=5000)}
        self._codes = {card.id: code for code, card in self.operations.items()}
        self.packages = catalog.find_packages(limit=500)

    def code_of(self, operation_id: int | None) -> str:
        """The code of an operation; empty for free work."""
        return self._codes.get(operation_id or 0, "")

    def part(self, wanted: str, car: Car) -> Goods | None:
        """A part by code, or the cheaper of those that fit this car by the beginning of the name."""
        if wanted in self.by_code:
            return self.by_code[wanted]
        model = f"{car.make} {car.series}"
        fitting = [goods for goods in self.goods if goods.name.startswith(wanted) and model in goods.fits]
        return min(fitting, key=lambda goods: goods.cost, default=None)

    def package(self, wanted: str, car: Car) -> Any | None:
        """A package of that code, or of that name offered for this car."""
        fitting = [card for card in self.packages if card.fits(car.make, car.series, car.fuel)]
        named = [card for card in fitting if wanted and (card.code == wanted or card.name.startswith(wanted))]
        return max(named, key=lambda card: (bool(card.series), bool(card.makes)), default=None)

    def lines(self, occasion: Occasion, car: Car, payers: dict[str, str] | None = None) -> list[NewLine]:
        """The order's lines for an occasion: the package where the shop has one for the car, else the jobs."""
        package = self.package(occasion.package, car)
        if package is not None and payers is None:
            return [NewPackage(package.id)]
        return list(self.job_lines(occasion.jobs or (Job("DG-002"),), car, payers))

    def job_lines(self, jobs: Sequence[Job], car: Car, payers: dict[str, str] | None = None) -> Iterator[NewLine]:
        """Jobs and their parts; a part that the shop does not list for this car is left out."""
        for number, job in enumerate(jobs):
            yield NewLabour(self.operations[job.operation].id, payers=payers)
            for wanted, quantity in job.parts:
                goods = self.part(wanted, car)
                if goods is not None:
                    yield NewPart(goods.id, quantity=Decimal(quantity), item=f"#{number}", payers=payers)
