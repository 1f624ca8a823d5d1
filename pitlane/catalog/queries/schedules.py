"""Maintenance schedules matched to a car, and the shop's standard lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from pitlane.core.errors import Missing

from .. import dataset, due
from ..models import Checklist, MaintenanceSchedule
from ..models import ScheduleItem as ItemRow
from ..names import FUELS


@dataclass(frozen=True, slots=True)
class Need:
    """A recurring need of a car and the work that answers it."""

    item: due.ScheduleItem
    operation_id: int | None
    operation_code: str
    operation_name: str
    package_id: int | None
    package_code: str
    package_name: str


@dataclass(frozen=True, slots=True)
class ScheduleCard:
    """A schedule with its needs."""

    id: int
    ref: str
    code: str
    name: str
    name_en: str
    make: str
    series: str
    fuel: str
    active: bool
    needs: tuple[Need, ...]

    @property
    def fuel_name(self) -> str:
        """The fuel in the shop's words: nobody at the desk reads the code."""
        return str(dict(FUELS).get(self.fuel, self.fuel))


def _need(row: ItemRow) -> Need:
    item = due.ScheduleItem(row.code, row.name, row.every_km, row.every_months, row.first_km, row.first_months)
    operation, package = row.operation, row.package
    return Need(
        item=item,
        operation_id=row.operation_id,
        operation_code=operation.code if operation else "",
        operation_name=operation.name if operation else "",
        package_id=row.package_id,
        package_code=package.code if package else "",
        package_name=package.name if package else "",
    )


def _card(row: MaintenanceSchedule) -> ScheduleCard:
    names = [name for name in ScheduleCard.__slots__ if name not in ("id", "needs")]
    needs = tuple(_need(item) for item in row.items.all())
    return ScheduleCard(id=row.pk, needs=needs, **{name: getattr(row, name) for name in names})


def schedules(*, active: bool | None = None) -> list[ScheduleCard]:
    """All schedules, default ones first."""
    rows = MaintenanceSchedule.objects.prefetch_related("items__operation", "items__package")
    rows = rows if active is None else rows.filter(active=active)
    return [_card(row) for row in rows.order_by("make", "series", "fuel", "code")]


def schedule_by_id(schedule_id: int) -> ScheduleCard:
    """One schedule; ``Missing`` when it is not of this organisation."""
    rows = MaintenanceSchedule.objects.prefetch_related("items__operation", "items__package")
    row = rows.filter(pk=schedule_id).first()
    if row is None:
        raise Missing()
    return _card(row)


def schedule_for(make: str, series: str, fuel: str) -> list[Need]:
    """The needs of a car by the most specific schedule: make and series, then make, then fuel; [] when none fits."""
    rows = MaintenanceSchedule.objects.filter(
        Q(make="") | Q(make=make), Q(series="") | Q(series=series), Q(fuel="") | Q(fuel=fuel), active=True
    ).values_list("pk", "make", "series", "fuel", "code")
    ranked = sorted(rows, key=lambda row: (row[2] == "", row[1] == "", row[3] == "", row[4]))
    if not ranked:
        return []
    items = ItemRow.objects.filter(schedule_id=ranked[0][0]).select_related("operation", "package")
    return [_need(item) for item in items]


def due_for(
    make: str,
    series: str,
    fuel: str,
    *,
    readings: Iterable[due.Reading],
    history: Sequence[due.Done],
    today: date,
    since: date | None = None,
    odometer: int | None = None,
) -> list[tuple[Need, due.DueItem]]:
    """What this car needs next, the most pressing first; the odometer is estimated where nobody read it today."""
    needs = {need.item: need for need in schedule_for(make, series, fuel)}
    readings = list(readings)
    stands = odometer if odometer is not None else due.estimate_odometer(readings, today)
    found = due.due_items(list(needs), history, stands, today, due.km_per_day(readings), since=since)
    return [(needs[item.item], item) for item in found]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a standard list."""

    code: str
    name: str
    name_en: str
    data: dict[str, Any]


def standard_list(kind: str) -> list[Entry]:
    """The shop's list, or the one that comes with the system as long as the shop has none of its own."""
    own = checklist(kind)
    if own or Checklist.objects.filter(kind=kind).exists():
        return own
    return [Entry(row.code, row.name, row.name_en, dict(row.data)) for row in dataset.checklists() if row.kind == kind]


def list_names(kind: str) -> dict[str, tuple[str, str]]:
    """Every code of a list that was ever used with its names, so that old papers can still be read."""
    known = {row.code: (row.name, row.name_en) for row in dataset.checklists() if row.kind == kind}
    rows = Checklist.objects.filter(kind=kind).values_list("code", "name", "name_en")
    return known | {code: (name, name_en) for code, name, name_en in rows}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a list as its page shows and changes it, in use or not."""

    kind: str
    code: str
    name: str
    name_en: str
    position: int
    data: dict[str, Any]
    active: bool


def entry_rows(kind: str) -> list[EntryRow]:
    """All entries of a list, those out of use last."""
    rows = Checklist.objects.filter(kind=kind).order_by("-active", "position", "code")
    return [EntryRow(kind, *row) for row in rows.values_list("code", "name", "name_en", "position", "data", "active")]


def entry_row(kind: str, code: str) -> EntryRow:
    """One entry; ``Missing`` when the list has no such code."""
    found = next((row for row in entry_rows(kind) if row.code == code), None)
    if found is None:
        raise Missing()
    return found


def checklist(kind: str) -> list[Entry]:
    """The active entries of a list in their order."""
    rows = Checklist.objects.filter(kind=kind, active=True).order_by("position", "code")
    return [Entry(*row) for row in rows.values_list("code", "name", "name_en", "data")]
