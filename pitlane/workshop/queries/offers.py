"""What the add-line box of an order finds: packages, jobs, parts with stock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pitlane.catalog import queries as catalog
from pitlane.core.ids import parse_id
from pitlane.core.money import Money
from pitlane.parts import queries as stock

from ..repeats import DROPPED
from .cards import lines_of, load_order


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be added to the order; ``ref`` says what."""

    ref: str
    kind: str
    name: str
    code: str
    hours: Decimal | None = None
    price: Money | None = None
    unit: str = ""
    available: Decimal | None = None


def find_offers(order_id: int, text: str, limit: int = 6) -> list[Offer]:
    """By name, pinyin initials or code; packages first, then jobs, then parts for this car."""
    order = load_order(order_id)
    if not text.strip():
        return []
    car = f"{order.vehicle.make} {order.vehicle.series}".strip()
    packages = catalog.find_packages(
        text, 3, make=order.vehicle.make, series=order.vehicle.series, fuel=order.vehicle.fuel
    )
    found = [Offer(p.ref, "package", p.title, p.code, price=p.price) for p in packages]
    found += [
        Offer(op.ref, "operation", op.title, op.code, hours=op.standard_hours, price=op.fixed_price)
        for op in catalog.find_operations(text, limit)
    ]
    found += [
        Offer(part.ref, "part", part.name, part.code, price=part.price, unit=part.unit, available=part.available)
        for part in stock.find_parts(text, order.store_id, limit, fits=car)
    ]
    return found


def sold_already(order_id: int, ref: str) -> str:
    """The name of a package or operation that was about to be added a second time, to be asked about; else nothing."""
    if not ref.startswith(("pkg_", "opn_")):
        return ""
    lines = [line for line in lines_of(order_id) if line.approval not in DROPPED]
    if ref.startswith("pkg_"):
        package = catalog.package_by_id(parse_id("pkg", ref))
        return package.name if any(line.package_code == package.code for line in lines) else ""
    operation = catalog.operation_by_id(parse_id("opn", ref))
    return operation.name if any(line.operation_id == operation.id for line in lines) else ""
