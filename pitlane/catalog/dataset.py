"""The starting catalogue that ships with Pitlane, read from ``data/`` as plain frozen rows.

A shop opens with work, parts, packages and prices that it can correct instead of typing them first. Nothing here
touches the database; money is in fen. The part numbers are samples: no maker's own number is among them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any

import yaml

from pitlane.catalog.dataset_rows import (
    ChecklistRow,
    GuaranteeRow,
    LabourRateRow,
    Measure,
    OperationRow,
    PackageOperation,
    PackagePart,
    PackageRow,
    PartRow,
    ScheduleItemRow,
    ScheduleRow,
    Step,
    VehicleRow,
)

FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LISTS = {
    "reception": "reception",
    "zones": "zone",
    "damage_kinds": "damage",
    "hold_reasons": "hold_reason",
    "decline_reasons": "decline_reason",
    "cause_codes": "cause_code",
}


def _text(name: str) -> str:
    return files("pitlane.catalog").joinpath("data", name).read_text(encoding="utf-8")


def _yaml(name: str) -> Any:
    return yaml.load(_text(name), Loader=FAST)


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(StringIO(_text(name)))


def _fen(yuan: str | int | float) -> int:
    return int((Decimal(str(yuan)) * 100).to_integral_exact())


def _step(raw: str | Mapping[str, Any]) -> Step:
    if isinstance(raw, str):
        return Step(raw)
    measure = raw.get("measure")
    return Step(
        text=raw["text"],
        measure=_measure(measure) if measure else None,
        photo=raw.get("photo", False),
        peer=raw.get("peer", False),
    )


def _measure(raw: Mapping[str, Any]) -> Measure:
    return Measure(raw["label"], raw["unit"], Decimal(str(raw["min"])), Decimal(str(raw["max"])))


@lru_cache
def operations() -> tuple[OperationRow, ...]:
    """Every labour operation; one without steps of its own takes those of its category."""
    how = _yaml("operation_steps.yaml")
    return tuple(_operation(row, how) for row in _rows("operations.csv"))


def _operation(row: dict[str, str], how: Mapping[str, Any]) -> OperationRow:
    category = how["categories"][row["category"]]
    work = how["operations"].get(row["code"], category)
    typed = {"standard_hours": Decimal(row["standard_hours"]), "skill_level": int(row["skill_level"])}
    return OperationRow(
        **(row | typed),  # type: ignore[arg-type]
        category_en=category["name_en"],
        steps=tuple(_step(step) for step in work["steps"]),
        standard=work["standard"],
        online=row["code"] in how["online"],
    )


@lru_cache
def parts() -> tuple[PartRow, ...]:
    """Every part and consumable, with price and cost in fen."""
    return tuple(_part(row) for row in _rows("parts.csv"))


def _part(row: dict[str, str]) -> PartRow:
    typed = {"price": _fen(row["price"]), "cost": _fen(row["cost"]), "min_stock": int(row["min_stock"])}
    fits = () if row["fits"] == "*" else tuple(row["fits"].split("|"))
    return PartRow(**(row | typed | {"fits": fits}))  # type: ignore[arg-type]


@lru_cache
def packages() -> tuple[PackageRow, ...]:
    """Every service package with its operations and parts."""
    return tuple(_package(raw) for raw in _yaml("packages.yaml"))


def _package(raw: Mapping[str, Any]) -> PackageRow:
    price = raw.get("price")
    return PackageRow(
        code=raw["code"],
        name=raw["name"],
        name_en=raw["name_en"],
        price=None if price is None else _fen(price),
        makes=tuple(raw.get("makes", ())),
        series=tuple(raw.get("series", ())),
        fuels=tuple(raw.get("fuels", ())),
        operations=tuple(_package_operation(line) for line in raw["operations"]),
        parts=tuple(PackagePart(line["code"], Decimal(str(line["qty"]))) for line in raw.get("parts", ())),
    )


def _package_operation(raw: Mapping[str, Any]) -> PackageOperation:
    return PackageOperation(raw["code"], Decimal(str(raw["hours"])) if "hours" in raw else None)


@lru_cache
def schedules() -> tuple[ScheduleRow, ...]:
    """Every maintenance schedule; a list of series in the file becomes one schedule for each."""
    return tuple(row for raw in _yaml("schedules.yaml") for row in _schedule(raw))


def _schedule(raw: Mapping[str, Any]) -> Iterator[ScheduleRow]:
    match = raw["match"]
    make, fuel = match.get("make", ""), match["fuel"]
    items = tuple(_schedule_item(item) for item in raw["items"])
    if "series" not in match:
        yield ScheduleRow(raw["code"], raw["name"], raw["name_en"], make, "", fuel, items)
    for number, series in enumerate(match.get("series", ()), start=1):
        name, name_en = f"{raw['name']}（{series}）", f"{raw['name_en']} ({series})"
        yield ScheduleRow(f"{raw['code']}-{number}", name, name_en, make, series, fuel, items)


def _schedule_item(raw: Mapping[str, Any]) -> ScheduleItemRow:
    optional = ("operation", "package", "first_km", "every_km", "first_months", "every_months")
    return ScheduleItemRow(raw["code"], raw["name"], raw["name_en"], *(raw.get(field) for field in optional))


@lru_cache
def labour_rates() -> tuple[LabourRateRow, ...]:
    """The standard price list: each class's own rate (empty trade) followed by the trades that differ."""
    return tuple(row for raw in _yaml("labour_rates.yaml") for row in _rates(raw))


def _rates(raw: Mapping[str, Any]) -> Iterator[LabourRateRow]:
    for vehicle_class, rates in raw["rates"].items():
        for trade, yuan in ({"": rates["per_hour"]} | rates["trades"]).items():
            yield LabourRateRow(raw["code"], vehicle_class, trade, _fen(yuan), raw["valid_from"])


@lru_cache
def guarantees() -> tuple[GuaranteeRow, ...]:
    """The statutory guarantee of each repair class, and an example of a longer promise."""
    return tuple(GuaranteeRow(**raw) for raw in _yaml("guarantees.yaml"))


@lru_cache
def checklists() -> tuple[ChecklistRow, ...]:
    """The standard lists: reception, zone, damage, inspection, hold_reason, decline_reason, cause_code."""
    raw = _yaml("checklists.yaml")
    plain = [row for key, kind in LISTS.items() for row in _checklist(kind, raw[key])]
    return (*plain, *_checklist("inspection", list(_inspection_items(raw["inspection"]))))


def _checklist(kind: str, entries: list[dict[str, Any]]) -> Iterator[ChecklistRow]:
    own = ("code", "name", "name_en")
    for position, entry in enumerate(entries, start=1):
        data = {field: value for field, value in entry.items() if field not in own}
        yield ChecklistRow(kind, entry["code"], entry["name"], entry["name_en"], position, data)


def _inspection_items(groups: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for group in groups:
        place = {"group": group["code"], "group_name": group["name"], "group_name_en": group["name_en"]}
        yield from (item | place for item in group["items"])


@lru_cache
def vehicles() -> tuple[VehicleRow, ...]:
    """Common makes and series in China; the demo builds its cars and their VINs from them."""
    data = _yaml("vehicles.yaml")
    return tuple(_vehicle(raw, make, data["palettes"]) for make in data["makes"] for raw in make["series"])


def _vehicle(raw: Mapping[str, Any], make: Mapping[str, Any], palettes: Mapping[str, list[str]]) -> VehicleRow:
    plain = ("series", "series_en", "maker", "vehicle_class", "fuel", "share")
    return VehicleRow(
        make=make["make"],
        make_en=make["make_en"],
        wmi=tuple(raw["wmi"]),
        green_plate=raw.get("green_plate", False),
        years=(raw["years"][0], raw["years"][1]),
        price=_fen(raw["price"]),
        colours=tuple(palettes[raw["palette"]]),
        **{field: raw[field] for field in plain},
    )
