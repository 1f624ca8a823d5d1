"""What changes in a shop's capacity. Reasons of leave are personal and stay out of the payload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pitlane.core.events import Event


@dataclass(frozen=True)
class BayChanged(Event):
    icon = "car-garage"
    store_id: int
    bay_id: int
    name: str
    created: bool

    def sentence(self) -> str:
        return (_("新增工位「%(name)s」") if self.created else _("修改工位「%(name)s」")) % {"name": self.name}


@dataclass(frozen=True)
class ShiftsSet(Event):
    icon = "clock"
    store_id: int
    staff_id: int
    shifts: int

    def sentence(self) -> str:
        return _("班次已调整，每周 %(count)s 班") % {"count": self.shifts}


@dataclass(frozen=True)
class LeaveRecorded(Event):
    icon = "calendar-off"
    store_id: int
    staff_id: int
    leave_id: int
    first_day: date
    last_day: date

    def sentence(self) -> str:
        return _("请假 %(first)s 至 %(last)s") % {"first": self.first_day, "last": self.last_day}


@dataclass(frozen=True)
class LeaveCancelled(Event):
    icon = "calendar-off"
    store_id: int
    staff_id: int
    leave_id: int

    def sentence(self) -> str:
        return _("已销假")
