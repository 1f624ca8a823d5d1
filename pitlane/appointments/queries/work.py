"""What a visit takes and costs: operations and packages of the catalogue turned into time and a price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pitlane.catalog import queries as catalog
from pitlane.core.errors import Refused
from pitlane.core.ids import parse_id
from pitlane.core.money import Money
from pitlane.scheduling.queries import Needs, Segment

from ..rules import LOOK_MINUTES, MOST_SERVICES, Stretch, joined, minutes_of


@dataclass(frozen=True, slots=True)
class Line:
    """One service as it is booked. ``price`` None: nobody can say before the car was seen, or parts come on top."""

    ref: str
    name: str
    minutes: int
    price: Money | None
    stretches: tuple[Stretch, ...]
    operation_id: int | None = None
    package_id: int | None = None


def lines_of(refs: Iterable[str], *, store_id: int, vehicle_class: str, on: date) -> list[Line]:
    """The chosen services by their ids (``opn_…``, ``pkg_…``), in the order in which they were chosen."""
    chosen = list(dict.fromkeys(ref for ref in refs if ref))
    if len(chosen) > MOST_SERVICES:
        raise Refused(_("一次最多预约 %(n)d 个项目") % {"n": MOST_SERVICES}, code="services", field="services")
    return [_line(ref, store_id, vehicle_class, on) for ref in chosen]


def _line(ref: str, store_id: int, vehicle_class: str, on: date) -> Line:
    if ref.startswith("pkg_"):
        return package_line(catalog.package_by_id(parse_id("pkg", ref)))
    return operation_line(catalog.operation_by_id(parse_id("opn", ref)), store_id, vehicle_class, on)


def operation_line(card: catalog.OperationCard, store_id: int, vehicle_class: str, on: date) -> Line:
    """A single operation: its fixed price, or its hours at the store's rate."""
    minutes = minutes_of(card.standard_hours)
    stretch = Stretch(minutes, card.bay_type, card.skill, card.skill_level)
    price = card.fixed_price or _labour(card, store_id, vehicle_class, on)
    return Line(card.ref, card.name, minutes, price, (stretch,), operation_id=card.id)


def _labour(card: catalog.OperationCard, store_id: int, vehicle_class: str, on: date) -> Money | None:
    try:
        return catalog.rate_for(store_id, vehicle_class, card.trade, on) * card.standard_hours
    except Refused:
        return None


def package_line(card: catalog.PackageCard) -> Line:
    """A package: its price when it is a fixed one, and the time of everything in it."""
    worked = [(line.operation, line) for line in card.lines if line.operation]
    stretches = [
        Stretch(
            minutes_of(line.hours if line.hours is not None else work.standard_hours * line.quantity),
            work.bay_type,
            work.skill,
            work.skill_level,
        )
        for work, line in worked
    ] or [Stretch(LOOK_MINUTES, "", "", 1)]
    minutes = sum(stretch.minutes for stretch in stretches)
    return Line(card.ref, card.name, minutes, card.price, tuple(stretches), package_id=card.id)


def look() -> Line:
    """Somebody describes a fault and chooses nothing: half an hour in which the car is looked at."""
    return Line("", _("到店检查"), LOOK_MINUTES, None, (Stretch(LOOK_MINUTES, "", "", 1),))


def needs_of(lines: Sequence[Line]) -> Needs:
    """Everything of a visit one after the other, as ``scheduling`` plans it."""
    stretches = joined(stretch for line in lines for stretch in line.stretches)
    return Needs(tuple(Segment(one.minutes, one.bay_type, (), one.skill, one.level) for one in stretches))


def total_of(lines: Iterable[Line]) -> tuple[Money, bool]:
    """The sum of what has a price, and whether that is all."""
    known = list(lines)
    return sum((line.price for line in known if line.price), Money(0)), all(line.price for line in known)


def offered(
    text: str, *, make: str = "", series: str = "", fuel: str = "", limit: int = 8
) -> list[tuple[str, str, int]]:
    """What can be booked, by what was typed: ref, name, minutes. Packages that fit the car come first."""
    packages = [package_line(one) for one in catalog.find_packages(text, limit, make=make, series=series, fuel=fuel)]
    rows = [(line.ref, line.name, line.minutes) for line in packages]
    rows += [(one.ref, one.name, minutes_of(one.standard_hours)) for one in catalog.find_operations(text, limit)]
    return rows[:limit]
