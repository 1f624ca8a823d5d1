"""The starting catalogue that ships with the program, written in bulk into an empty or half-filled organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.core.money import Money
from pitlane.core.tenancy import current_org

from .. import dataset, policies
from ..dataset_rows import OperationRow, PackageRow, ScheduleItemRow, ScheduleRow
from ..events import CatalogueLoaded
from ..models import (
    Checklist,
    GuaranteeRule,
    LabourRate,
    MaintenanceSchedule,
    Operation,
    PackageLine,
    ScheduleItem,
    ServicePackage,
)
from ..naming import name_keys


@command
def load_starting_catalogue(*, by: Actor, at: datetime) -> dict[str, int]:
    """Give a new shop work, packages, schedules and prices to correct instead of to type; never touches what exists."""
    require(policies.can_edit(by), "catalog.edit")
    loaded = {
        "operations": _operations(),
        "packages": _packages(),
        "schedules": _schedules(),
        "rates": _rates(),
        "guarantees": _guarantees(),
        "checklists": _checklists(),
    }
    if any(loaded.values()):
        record(CatalogueLoaded(loaded["operations"], loaded["packages"], loaded["schedules"]), by=by, at=at)
    return loaded


def _known(model: Any) -> set[str]:
    return set(model.objects.values_list("code", flat=True))


def _ids(model: Any) -> dict[str, int]:
    return dict(model.objects.values_list("code", "pk"))


def _create(model: Any, rows: Iterable[models.Model]) -> list[Any]:
    made: list[Any] = model.objects.bulk_create(list(rows), batch_size=500)
    return made


def _operations() -> int:
    known = _known(Operation)
    return len(_create(Operation, (_operation(row) for row in dataset.operations() if row.code not in known)))


def _operation(row: OperationRow) -> Operation:
    return Operation(
        org_id=current_org(),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        name_keys=name_keys(row.name, row.name_en, row.code),
        trade=row.trade,
        category=row.category,
        standard_hours=row.standard_hours,
        skill=row.skill,
        skill_level=row.skill_level,
        bay_type=row.bay_type,
        repair_class=row.repair_class,
        statement_part=row.statement_part,
        steps=[step.as_json() for step in row.steps],
        standard=row.standard,
        online=row.online,
    )


def _packages() -> int:
    known, operations = _known(ServicePackage), _ids(Operation)
    rows = [row for row in dataset.packages() if row.code not in known]
    made = _create(ServicePackage, map(_package, rows))
    pairs = zip(made, rows, strict=True)
    _create(PackageLine, (line for package, row in pairs for line in _package_lines(package, row, operations)))
    return len(made)


def _package(row: PackageRow) -> ServicePackage:
    return ServicePackage(
        org_id=current_org(),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        name_keys=name_keys(row.name, row.name_en, row.code),
        price=None if row.price is None else Money(row.price),
        makes=list(row.makes),
        series=list(row.series),
        fuels=list(row.fuels),
        online=True,
    )


def _package_lines(package: ServicePackage, row: PackageRow, operations: dict[str, int]) -> list[PackageLine]:
    lines: list[dict[str, Any]] = [
        {"operation_id": operations[line.code], "hours": line.hours} for line in row.operations
    ]
    lines += [{"part_code": line.code, "quantity": line.quantity} for line in row.parts]
    return [
        PackageLine(org_id=current_org(), package=package, position=position, **facts)
        for position, facts in enumerate(lines, start=1)
    ]


def _schedules() -> int:
    known = _known(MaintenanceSchedule)
    rows = [row for row in dataset.schedules() if row.code not in known]
    made = _create(MaintenanceSchedule, map(_schedule, rows))
    operations, packages = _ids(Operation), _ids(ServicePackage)
    pairs = zip(made, rows, strict=True)
    _create(ScheduleItem, (item for made_one, row in pairs for item in _items(made_one, row, operations, packages)))
    return len(made)


def _schedule(row: ScheduleRow) -> MaintenanceSchedule:
    facts = {name: getattr(row, name) for name in ("code", "name", "name_en", "make", "series", "fuel")}
    return MaintenanceSchedule(org_id=current_org(), **facts)


def _items(
    schedule: MaintenanceSchedule, row: ScheduleRow, operations: dict[str, int], packages: dict[str, int]
) -> list[ScheduleItem]:
    return [
        ScheduleItem(
            org_id=current_org(),
            schedule=schedule,
            position=position,
            operation_id=operations[item.operation] if item.operation else None,
            package_id=packages[item.package] if item.package else None,
            **_rhythm(item),
        )
        for position, item in enumerate(row.items, start=1)
    ]


def _rhythm(item: ScheduleItemRow) -> dict[str, Any]:
    names = ("code", "name", "name_en", "first_km", "every_km", "first_months", "every_months")
    return {name: getattr(item, name) for name in names}


def _rates() -> int:
    known = set(LabourRate.objects.filter(store=None).values_list("vehicle_class", "trade", "valid_from"))
    rows = [row for row in dataset.labour_rates() if (row.vehicle_class, row.trade, row.valid_from) not in known]
    return len(
        _create(
            LabourRate,
            (
                LabourRate(
                    org_id=current_org(),
                    vehicle_class=row.vehicle_class,
                    trade=row.trade,
                    rate=Money(row.rate),
                    valid_from=row.valid_from,
                )
                for row in rows
            ),
        )
    )


def _guarantees() -> int:
    known = set(GuaranteeRule.objects.values_list("repair_class", "statutory", "valid_from"))
    rules = [
        GuaranteeRule(
            org_id=current_org(),
            repair_class=row.repair_class,
            km=row.km,
            days=row.days,
            statutory=row.kind == "statutory",
            source=row.rule,
            valid_from=row.valid_from,
        )
        for row in dataset.guarantees()
        if (row.repair_class, row.kind == "statutory", row.valid_from) not in known
    ]
    return len(_create(GuaranteeRule, rules))


def _checklists() -> int:
    known = set(Checklist.objects.values_list("kind", "code"))
    entries = [
        Checklist(
            org_id=current_org(),
            kind=row.kind,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            position=row.position,
            data=dict(row.data),
        )
        for row in dataset.checklists()
        if (row.kind, row.code) not in known
    ]
    return len(_create(Checklist, entries))
