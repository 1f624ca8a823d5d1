"""Maintenance schedules and the shop's standard lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import ChecklistChanged, ScheduleChanged
from ..models import Checklist, MaintenanceSchedule, Operation, ScheduleItem, ServicePackage
from ..stale import refuse_taken_code


@dataclass(frozen=True, slots=True)
class ScheduleItemInput:
    """One recurring need, by kilometres and months, whichever comes first."""

    code: str
    name: str
    every_km: int | None = None
    every_months: int | None = None
    first_km: int | None = None
    first_months: int | None = None
    operation_id: int | None = None
    package_id: int | None = None
    name_en: str = ""


@command
def save_schedule(
    *,
    schedule_id: int | None = None,
    code: str,
    name: str,
    items: Sequence[ScheduleItemInput],
    make: str = "",
    series: str = "",
    fuel: str = "",
    name_en: str = "",
    active: bool = True,
    by: Actor,
    at: datetime,
) -> MaintenanceSchedule:
    """Say what a kind of car needs; advice at the counter follows from the next minute on."""
    found = MaintenanceSchedule.objects.select_for_update().filter(pk=schedule_id).first() if schedule_id else None
    if schedule_id and found is None:
        raise Missing()
    require(policies.can_edit(by), "catalog.edit")
    code = code.strip().upper()
    _refuse_nonsense(code, name, series, make, items)
    refuse_taken_code(MaintenanceSchedule, code, schedule_id)
    schedule = found or MaintenanceSchedule()
    schedule.code, schedule.name, schedule.name_en = code, name.strip(), name_en.strip()
    schedule.make, schedule.series, schedule.fuel, schedule.active = make.strip(), series.strip(), fuel, active
    schedule.save()
    _write_items(schedule, items)
    record(ScheduleChanged(schedule.pk, schedule.name, schedule_id is None), by=by, at=at)
    return schedule


def _refuse_nonsense(code: str, name: str, series: str, make: str, items: Sequence[ScheduleItemInput]) -> None:
    if not code or not name.strip():
        raise Refused(_("请填写编码和名称"), code="name_missing", field="name")
    if series.strip() and not make.strip():
        raise Refused(_("填写了车系就要填写品牌"), code="make_missing", field="make")
    if not items:
        raise Refused(_("保养计划至少要有一项"), code="schedule_empty", field="items")
    if len({item.code for item in items}) != len(items):
        raise Refused(_("保养计划里有重复的项目编码"), code="code_taken", field="items")
    for item in items:
        if not any((item.every_km, item.every_months, item.first_km, item.first_months)):
            raise Refused(_("「%(name)s」要填写公里或月数") % {"name": item.name}, code="interval", field="items")


def _write_items(schedule: MaintenanceSchedule, items: Sequence[ScheduleItemInput]) -> None:
    operations = {item.operation_id for item in items if item.operation_id}
    packages = {item.package_id for item in items if item.package_id}
    if Operation.objects.filter(pk__in=operations).count() != len(operations):
        raise Missing()
    if ServicePackage.objects.filter(pk__in=packages).count() != len(packages):
        raise Missing()
    schedule.items.all().delete()
    ScheduleItem.objects.bulk_create(
        ScheduleItem(org_id=current_org(), schedule=schedule, position=position, **asdict(item))
        for position, item in enumerate(items, start=1)
    )


@command
def save_checklist_entry(
    *,
    kind: str,
    code: str,
    name: str,
    name_en: str = "",
    position: int = 0,
    data: dict[str, Any] | None = None,
    active: bool = True,
    new: bool = False,
    by: Actor,
    at: datetime,
) -> Checklist:
    """Add or correct one entry of a standard list (reception check, hold reason …); a ``new`` one needs a free code."""
    require(policies.can_edit(by), "catalog.edit")
    if new and Checklist.objects.filter(kind=kind, code=code.strip()).exists():
        raise Refused(_("这个编码已经用过"), code="code_used", field="code")
    if not kind or not code.strip() or not name.strip():
        raise Refused(_("请填写编码和名称"), code="name_missing", field="name")
    facts = {"name": name.strip(), "name_en": name_en, "position": position, "data": data or {}, "active": active}
    entry, _created = Checklist.objects.update_or_create(
        org_id=current_org(), kind=kind, code=code.strip(), defaults=facts
    )
    record(ChecklistChanged(entry.pk, kind, entry.code), by=by, at=at)
    saved: Checklist = entry
    return saved
