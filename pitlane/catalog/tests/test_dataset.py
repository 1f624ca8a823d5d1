"""The starting catalogue is complete, refers only to itself and prices nothing below cost."""

import re
from collections import Counter
from collections.abc import Iterable

import pytest

from pitlane.catalog import dataset

TRADES = {"mechanical", "electrical", "body", "paint", "wash", "tyre", "diagnosis", "nev"}
SKILLS = {"mechanical", "electrical", "body", "paint", "hv", "diagnosis", "tyre", "wash"}
BAYS = {"lift", "flat", "alignment", "body", "paint", "wash", "hv"}
REPAIR_CLASSES = {"minor", "first_level", "second_level", "assembly", "whole", "special"}
STATEMENT_PARTS = {"diagnosis", "test", "labour", "machining", "other"}
GRADES = {"oem", "branded", "aftermarket", "reman", "used"}
FUELS = {"petrol", "diesel", "hybrid", "ev"}
VEHICLE_CLASSES = {"economy", "standard", "premium", "luxury", "nev", "commercial"}

OPERATIONS = {row.code: row for row in dataset.operations()}
PARTS = {row.code: row for row in dataset.parts()}
PACKAGES = {row.code: row for row in dataset.packages()}


def cars(makes: Iterable[str], series: Iterable[str] = (), fuels: Iterable[str] = FUELS) -> set[str]:
    return {
        f"{car.make} {car.series}"
        for car in dataset.vehicles()
        if car.make in makes and (not series or car.series in series) and car.fuel in fuels
    }


@pytest.mark.parametrize(
    ("load", "least"),
    [
        (dataset.operations, 170),
        (dataset.parts, 330),
        (dataset.packages, 24),
        (dataset.schedules, 14),
        (dataset.vehicles, 45),
    ],
)
def test_the_shop_opens_with_enough(load, least):
    assert len(load()) >= least


@pytest.mark.parametrize("load", [dataset.operations, dataset.parts, dataset.packages, dataset.schedules])
def test_codes_and_names_are_unique(load):
    for field in ("code", "name"):
        seen = Counter(getattr(row, field) for row in load() if field == "code" or load is not dataset.parts)
        assert [value for value, times in seen.items() if times > 1] == []


def test_names_fit_their_columns():
    for row in (*dataset.operations(), *dataset.packages(), *dataset.checklists()):
        assert 0 < len(row.name) <= 60 and 0 < len(row.name_en) <= 80 and row.name_en.isascii(), row.code
    for row in dataset.operations():
        assert len(row.code) <= 20 and len(row.category) <= 20 and 0 < len(row.standard) <= 300, row.code
    assert all(len(row.code) <= 20 and len(row.name) <= 60 for row in (*dataset.parts(), *dataset.schedules()))


def test_operations_use_the_known_words():
    for row in dataset.operations():
        words = (row.trade, row.skill, row.bay_type, row.repair_class, row.statement_part)
        known = (TRADES, SKILLS, BAYS, REPAIR_CLASSES, STATEMENT_PARTS)
        assert all(word in allowed for word, allowed in zip(words, known, strict=True)), row.code
        assert 0 < row.standard_hours <= 40 and 1 <= row.skill_level <= 3, row.code


def test_every_operation_has_steps_within_sensible_limits():
    for row in dataset.operations():
        assert len(row.steps) >= 3, row.code
        for step in row.steps:
            assert step.text and (step.measure is None or step.measure.min < step.measure.max), row.code


def test_usual_operations_have_steps_of_their_own():
    shared = Counter(row.steps for row in dataset.operations())
    assert sum(shared[row.steps] == 1 for row in dataset.operations()) >= 60


def test_steps_are_told_as_json():
    check = next(step for step in OPERATIONS["EL-001"].steps if step.photo)
    assert check.as_json() == {
        "text": "检测旧电池",
        "measure": {"label": "健康度", "unit": "%", "min": 0.0, "max": 100.0},
        "photo": True,
    }


def test_parts_earn_money():
    for row in dataset.parts():
        assert row.price > row.cost > 0 and row.min_stock >= 0, row.code
        assert row.grade in GRADES and row.unit and row.brand and row.bin, row.code


def test_part_numbers_are_unique():
    assert len({row.oem_no for row in dataset.parts()}) == len(dataset.parts())


def test_parts_fit_known_cars_and_every_car_has_parts():
    known = cars(car.make for car in dataset.vehicles())
    named = {fit for row in dataset.parts() for fit in row.fits}
    assert named == known


def test_packages_refer_to_operations_and_parts():
    for row in dataset.packages():
        assert row.operations and {line.code for line in row.operations} <= OPERATIONS.keys(), row.code
        assert {line.code for line in row.parts} <= PARTS.keys(), row.code
        assert all(line.quantity > 0 for line in row.parts), row.code
        assert all(line.hours is None or line.hours > 0 for line in row.operations), row.code
        assert row.price is None or row.price > 0, row.code


def test_package_parts_fit_the_cars_they_are_offered_for():
    for row in dataset.packages():
        meant = cars(row.makes, row.series, row.fuels or FUELS)
        assert bool(meant) == bool(row.makes), row.code
        for part in (PARTS[line.code] for line in row.parts):
            assert not part.fits or (meant and meant <= set(part.fits)), (row.code, part.code)


def test_fixed_package_prices_cover_their_parts():
    for row in dataset.packages():
        cost = sum(PARTS[line.code].cost * line.quantity for line in row.parts)
        assert row.price is None or row.price > cost, row.code


def hourly(vehicle_class: str, trade: str) -> int:
    rates = {(row.vehicle_class, row.trade): row.rate for row in dataset.labour_rates()}
    return rates.get((vehicle_class, trade), rates[vehicle_class, ""])


def test_fixed_package_prices_are_no_dearer_than_their_lines():
    for row in (row for row in dataset.packages() if row.price is not None):
        meant = cars(row.makes, row.series, row.fuels or FUELS)
        classes = {car.vehicle_class for car in dataset.vehicles() if f"{car.make} {car.series}" in meant} or {
            "standard"
        }
        work = [(OPERATIONS[line.code], line.hours) for line in row.operations]
        parts = sum(PARTS[line.code].price * line.quantity for line in row.parts)
        dearest = max(
            sum((hours or op.standard_hours) * hourly(name, op.trade) for op, hours in work) for name in classes
        )
        assert row.price <= dearest + parts, row.code


def test_schedules_refer_to_operations_and_fitting_packages():
    for row in dataset.schedules():
        meant = cars([row.make], [row.series] if row.series else (), [row.fuel])
        assert bool(meant) == bool(row.make), row.code
        for item in row.items:
            assert (item.operation is None) != (item.package is None), (row.code, item.code)
            assert item.every_km or item.every_months, (row.code, item.code)
            if item.operation:
                assert item.operation in OPERATIONS, (row.code, item.code)
                continue
            package = PACKAGES[item.package]
            assert not package.makes or meant <= cars(package.makes, package.series, package.fuels), row.code
            assert not package.fuels or row.fuel in package.fuels, row.code


def test_every_fuel_has_a_default_schedule_and_no_two_match_the_same_cars():
    matches = [(row.make, row.series, row.fuel) for row in dataset.schedules()]
    assert len(set(matches)) == len(matches)
    assert {("", "", fuel) for fuel in FUELS} <= set(matches)
    assert all(len({item.code for item in row.items}) == len(row.items) for row in dataset.schedules())


def test_every_vehicle_class_has_a_rate():
    rates = {(row.vehicle_class, row.trade): row.rate for row in dataset.labour_rates()}
    assert len(rates) == len(dataset.labour_rates()) and all(rate > 0 for rate in rates.values())
    assert {vehicle for vehicle, trade in rates if trade == ""} == VEHICLE_CLASSES
    assert {trade for _, trade in rates} <= TRADES | {""}
    assert rates["standard", ""] == 16000


def test_every_repair_class_is_guaranteed_and_promises_only_add():
    statutory = {row.repair_class: row for row in dataset.guarantees() if row.kind == "statutory"}
    assert {name: (row.km, row.days) for name, row in statutory.items()} == {
        "whole": (20000, 100),
        "assembly": (20000, 100),
        "second_level": (5000, 30),
        "first_level": (2000, 10),
        "minor": (2000, 10),
        "special": (2000, 10),
    }
    for promise in (row for row in dataset.guarantees() if row.kind == "shop"):
        floor = statutory[promise.repair_class]
        assert promise.km >= floor.km and promise.days >= floor.days, promise.code


def test_checklists_are_complete_and_refer_to_operations():
    kinds = Counter(row.kind for row in dataset.checklists())
    assert kinds["reception"] >= 14 and kinds["zone"] >= 20 and kinds["inspection"] >= 30
    assert len({(row.kind, row.code) for row in dataset.checklists()}) == len(dataset.checklists())
    offered = {row.data["operation"] for row in dataset.checklists() if "operation" in row.data}
    assert offered <= OPERATIONS.keys()
    assert {row.data["hold"] for row in dataset.checklists() if row.kind == "hold_reason"} == {
        "parts",
        "approval",
        "technician",
        "sublet",
    }


def test_zones_lie_on_the_car_and_apart():
    places = [(row.data["x"], row.data["y"]) for row in dataset.checklists() if row.kind == "zone"]
    assert len(set(places)) == len(places)
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in places)


def test_measured_inspection_limits_agree_with_their_direction():
    for row in (row for row in dataset.checklists() if "direction" in row.data):
        watch, act = row.data["watch"], row.data["act"]
        assert watch > act if row.data["direction"] == "low" else watch < act, row.code


def test_vehicles_can_be_built_from():
    for car in dataset.vehicles():
        assert car.vehicle_class in VEHICLE_CLASSES and car.fuel in FUELS, car.series
        assert car.years[0] <= car.years[1] and car.price > 0 and car.share > 0 and car.colours, car.series
        assert all(re.fullmatch(r"[A-HJ-NPR-Z0-9]{3}", wmi) for wmi in car.wmi), car.series
        assert car.green_plate or car.fuel != "ev", car.series
    assert len({(car.make, car.series) for car in dataset.vehicles()}) == len(dataset.vehicles())
