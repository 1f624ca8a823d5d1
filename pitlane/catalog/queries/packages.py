"""Service packages with their lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from pitlane.core.errors import Missing
from pitlane.core.money import Money

from ..models import ServicePackage
from ..naming import as_read, search_by_name
from .operations import OperationCard
from .operations import card as operation_card


@dataclass(frozen=True, slots=True)
class PackageLineCard:
    """An operation or a part of a package. ``hours`` None means the standard hours."""

    operation: OperationCard | None
    part_code: str
    quantity: Decimal
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A package as the counter offers it; ``price`` None means the sum of its lines."""

    id: int
    ref: str
    code: str
    name: str
    name_en: str
    price: Money | None
    makes: list[str]
    series: list[str]
    fuels: list[str]
    active: bool
    online: bool
    version: int
    lines: tuple[PackageLineCard, ...]

    @property
    def title(self) -> str:
        """The name in the language of the reader."""
        return as_read(self.name, self.name_en)

    @property
    def hours(self) -> Decimal:
        """Labour hours in the package."""
        worked = (line for line in self.lines if line.operation)
        return sum((h for line in worked if (h := _hours(line)) is not None), Decimal(0))

    @property
    def fits_text(self) -> str:
        """Which cars, in a few words."""
        return "、".join([*self.makes, *self.series])

    def fits(self, make: str, series: str, fuel: str) -> bool:
        """Is it offered for this car? What is unknown about the car does not exclude it."""
        pairs = ((self.makes, make), (self.series, series), (self.fuels, fuel))
        return all(not allowed or not value or value in allowed for allowed, value in pairs)


def _hours(line: PackageLineCard) -> Decimal | None:
    if line.hours is not None:
        return line.hours
    return line.operation.standard_hours * line.quantity if line.operation else None


def with_lines(rows: QuerySet[ServicePackage]) -> QuerySet[ServicePackage]:
    """Rows with lines and operations in two more queries, however many rows."""
    return rows.prefetch_related("lines__operation")


def package_filter(text: str = "", *, active: bool | None = True) -> QuerySet[Any]:
    """Rows of the package list."""
    rows = ServicePackage.objects.all()
    return search_by_name(rows if active is None else rows.filter(active=active), text)


def card(row: ServicePackage) -> PackageCard:
    """The read object of a row."""
    lines = tuple(
        PackageLineCard(operation_card(ln.operation) if ln.operation else None, ln.part_code, ln.quantity, ln.hours)
        for ln in row.lines.all()
    )
    names = [name for name in PackageCard.__slots__ if name not in ("id", "lines")]
    return PackageCard(id=row.pk, lines=lines, **{name: getattr(row, name) for name in names})


def cards(rows: Iterable[ServicePackage]) -> list[PackageCard]:
    return [card(row) for row in rows]


def find_packages(
    text: str = "", limit: int = 20, *, make: str = "", series: str = "", fuel: str = ""
) -> list[PackageCard]:
    """Packages to offer; with a car named only those that fit it, the most specific first."""
    rows = with_lines(package_filter(text))
    if not (make or series or fuel):
        return cards(rows[:limit])
    fitting = [package for package in cards(rows) if package.fits(make, series, fuel)]
    fitting.sort(key=lambda package: (not package.series, not package.makes, not package.fuels))
    return fitting[:limit]


def online_packages(make: str = "", series: str = "", fuel: str = "") -> list[PackageCard]:
    """What customers may book themselves: for a known car what fits it, for any other only what fits every car."""
    found = cards(with_lines(ServicePackage.objects.filter(active=True, online=True).order_by("code")))
    if make or series or fuel:
        return [package for package in found if package.fits(make, series, fuel)]
    return [package for package in found if not (package.makes or package.series or package.fuels)]


def package_by_id(package_id: int) -> PackageCard:
    """One package with its lines; ``Missing`` when it is not of this organisation."""
    row = with_lines(ServicePackage.objects.filter(pk=package_id)).first()
    if row is None:
        raise Missing()
    return card(row)


def package_by_code(code: str) -> PackageCard | None:
    """One package by its code."""
    row = with_lines(ServicePackage.objects.filter(code=code)).first()
    return card(row) if row else None


def package_names(codes: Iterable[str]) -> dict[str, str]:
    """What packages are called by their codes, in use or not."""
    return dict(ServicePackage.objects.filter(code__in=set(codes)).values_list("code", "name"))


def package_labels(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Code and name of packages, in one query."""
    rows = ServicePackage.objects.filter(pk__in=set(ids)).values_list("pk", "code", "name") if ids else []
    return {pk: (code, name) for pk, code, name in rows}


def package_list() -> list[tuple[str, str]]:
    """Code and name of every active package, for forms that choose one."""
    return list(ServicePackage.objects.filter(active=True).order_by("code").values_list("code", "name"))
