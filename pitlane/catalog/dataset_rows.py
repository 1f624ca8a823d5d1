"""The rows of the starting catalogue: what each of its files says, as plain frozen values. Money is in fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """A value that the technician enters at a step, and the limits in which it is good."""

    label: str
    unit: str
    min: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One line that the technician ticks; ``peer`` wants a second person, ``photo`` wants proof."""

    text: str
    measure: Measure | None = None
    photo: bool = False
    peer: bool = False

    def as_json(self) -> dict[str, Any]:
        """The step as an operation stores it; numbers become floats because JSON has no decimals."""
        row: dict[str, Any] = {"text": self.text}
        if self.measure:
            limits = {"min": float(self.measure.min), "max": float(self.measure.max)}
            row["measure"] = {"label": self.measure.label, "unit": self.measure.unit, **limits}
        return row | {flag: True for flag in ("photo", "peer") if getattr(self, flag)}


@dataclass(frozen=True, slots=True)
class OperationRow:
    """A standard labour operation with its steps and the sentence it is inspected by."""

    code: str
    name: str
    name_en: str
    trade: str
    category: str
    category_en: str
    standard_hours: Decimal
    skill: str
    skill_level: int
    bay_type: str
    repair_class: str
    statement_part: str
    steps: tuple[Step, ...]
    standard: str
    online: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the starting catalogue. ``fits`` names "make series"; empty means it fits every car."""

    code: str
    oem_no: str
    name: str
    brand: str
    grade: str
    category: str
    unit: str
    price: int
    cost: int
    fits: tuple[str, ...]
    min_stock: int
    bin: str


@dataclass(frozen=True, slots=True)
class PackageOperation:
    """Work inside a package; ``hours`` replaces the standard hours where the package needs fewer."""

    code: str
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A part inside a package."""

    code: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PackageRow:
    """Work and parts offered under one name; makes, series and fuels are empty where every car is meant."""

    code: str
    name: str
    name_en: str
    price: int | None
    makes: tuple[str, ...]
    series: tuple[str, ...]
    fuels: tuple[str, ...]
    operations: tuple[PackageOperation, ...]
    parts: tuple[PackagePart, ...]


@dataclass(frozen=True, slots=True)
class ScheduleItemRow:
    """A recurring need of a car; it asks for one operation or one package."""

    code: str
    name: str
    name_en: str
    operation: str | None
    package: str | None
    first_km: int | None
    every_km: int | None
    first_months: int | None
    every_months: int | None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """What a kind of car needs, when; without make and series it is the default of its fuel."""

    code: str
    name: str
    name_en: str
    make: str
    series: str
    fuel: str
    items: tuple[ScheduleItemRow, ...]


@dataclass(frozen=True, slots=True)
class LabourRateRow:
    """Fen per standard hour for a vehicle class; an empty trade is the class's own rate."""

    price_list: str
    vehicle_class: str
    trade: str
    rate: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """How long a class of repair is guaranteed; ``statutory`` is owed by law, ``shop`` promises more."""

    code: str
    kind: str
    repair_class: str
    name: str
    name_en: str
    km: int
    days: int
    valid_from: date
    rule: str


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One entry of a standard list; ``data`` holds what only that kind of list has (position, unit, limits, group)."""

    kind: str
    code: str
    name: str
    name_en: str
    position: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """A series that a Chinese shop meets, with what is needed to invent a believable car of it."""

    make: str
    make_en: str
    series: str
    series_en: str
    maker: str
    wmi: tuple[str, ...]
    vehicle_class: str
    fuel: str
    green_plate: bool
    years: tuple[int, int]
    price: int
    share: int
    colours: tuple[str, ...]
