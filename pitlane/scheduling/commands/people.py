"""Bays, weekly shifts, leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import store_by_id, works_in
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..equipment import EQUIPMENT
from ..events import BayChanged, LeaveCancelled, LeaveRecorded, ShiftsSet
from ..models import Bay, BayType, Leave, Shift
from ..week import ShiftInput, clean_week

LONGEST_LEAVE = 366


def _check_works_here(staff_id: int, store_id: int) -> None:
    """A store plans its own people, not those of the neighbour."""
    if not works_in(staff_id, store_id):
        raise Missing()


@command
def save_bay(
    *,
    store_id: int,
    name: str,
    bay_type: str,
    bay_id: int | None = None,
    active: bool = True,
    equipment: Sequence[str] | None = None,
    by: Actor,
    at: datetime,
) -> Bay:
    """Add or correct a place to work; a closed bay keeps its history and takes no more cars."""
    bay = Bay.objects.select_for_update().filter(pk=bay_id, store_id=store_id).first() if bay_id else Bay()
    if bay is None:
        raise Missing()
    require(policies.can_edit(by, store_id), "scheduling.edit")
    store_by_id(store_id)
    if not name.strip():
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    if bay_type not in BayType.values:
        raise Refused(_("没有这种工位"), code="bay_type", field="bay_type")
    if Bay.objects.filter(store_id=store_id, name=name.strip()).exclude(pk=bay_id).exists():
        raise Refused(_("已有同名工位"), code="name_taken", field="name")
    if set(equipment or ()) - set(EQUIPMENT):
        raise Refused(_("没有这种设备"), code="equipment", field="equipment")
    bay.store_id, bay.name, bay.bay_type, bay.active = store_id, name.strip(), bay_type, active
    if equipment is not None:
        bay.equipment = sorted(set(equipment))
    bay.save()
    record(BayChanged(store_id, bay.pk, bay.name, bay_id is None), by=by, at=at)
    saved: Bay = bay
    return saved


@command
def set_shifts(*, staff_id: int, store_id: int, shifts: Sequence[ShiftInput], by: Actor, at: datetime) -> list[Shift]:
    """Replace a person's working week."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    _check_works_here(staff_id, store_id)
    week = clean_week(ShiftInput(*shift) for shift in shifts)
    Shift.objects.filter(staff_id=staff_id).delete()
    rows = Shift.objects.bulk_create(
        Shift(org_id=current_org(), staff_id=staff_id, **shift._asdict()) for shift in week
    )
    record(ShiftsSet(store_id, staff_id, len(rows)), by=by, at=at)
    made: list[Shift] = rows
    return made


@command
def record_leave(
    *,
    staff_id: int,
    store_id: int,
    first_day: date,
    last_day: date,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Leave:
    """Say that a person is away; nobody plans work for these days."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    _check_works_here(staff_id, store_id)
    if last_day < first_day:
        raise Refused(_("结束日期不能早于开始日期"), code="leave_order", field="last_day")
    if (last_day - first_day).days >= LONGEST_LEAVE:
        raise Refused(_("一次请假最多一年"), code="leave_long", field="last_day")
    if Leave.objects.filter(staff_id=staff_id, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise Refused(_("这几天已经请过假"), code="leave_overlap", field="first_day")
    leave: Leave = Leave.objects.create(
        org_id=current_org(), staff_id=staff_id, first_day=first_day, last_day=last_day, reason=reason.strip()
    )
    record(LeaveRecorded(store_id, staff_id, leave.pk, first_day, last_day), by=by, at=at)
    return leave


@command
def cancel_leave(*, leave_id: int, store_id: int, by: Actor, at: datetime) -> None:
    """The person comes after all."""
    leave = Leave.objects.select_for_update().filter(pk=leave_id, staff__stores=store_id).first()
    if leave is None:
        raise Missing()
    require(policies.can_edit(by, store_id), "scheduling.edit")
    record(LeaveCancelled(store_id, leave.staff_id, leave.pk), by=by, at=at)
    leave.delete()
