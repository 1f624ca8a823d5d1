"""What changes in a shop's capacity. Reasons of leave are personal and stay out of the payload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
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


@dataclass(frozen=True)
class HoursSet(Event):
    icon = "clock"
    store_id: int
    intervals: int

    def sentence(self) -> str:
        return _("营业时间已调整，每周 %(count)s 段") % {"count": self.intervals}


@dataclass(frozen=True)
class DaySet(Event):
    """``promised`` visits stand on that day; whoever made them may have to call."""

    icon = "calendar-event"
    store_id: int
    day: date
    decision: str
    promised: int

    def sentence(self) -> str:
        texts = {"closed": _("%(day)s 不营业"), "special": _("%(day)s 特别营业时间"), "usual": _("%(day)s 照常营业")}
        return texts.get(self.decision, "%(day)s") % {"day": self.day}


@dataclass(frozen=True)
class DayCleared(Event):
    icon = "calendar-event"
    store_id: int
    day: date

    def sentence(self) -> str:
        return _("%(day)s 恢复按每周营业时间") % {"day": self.day}


@dataclass(frozen=True)
class TermsSet(Event):
    icon = "adjustments"
    store_id: int
    horizon_days: int
    lead_minutes: int
    overbook_per_day: int

    def sentence(self) -> str:
        return _("预约规则已调整：%(days)s 天以内，每天最多超约 %(n)s 台") % {
            "days": self.horizon_days,
            "n": self.overbook_per_day,
        }


@dataclass(frozen=True)
class TimeClaimed(Event):
    """Time was promised to ``subject``."""

    icon = "calendar-check"
    timeline = False
    store_id: int
    claim_id: int
    subject: str
    starts_at: datetime
    ends_at: datetime
    lane: int

    def sentence(self) -> str:
        return _("已占用时段 %(moment)s") % {"moment": _moment(self.starts_at)}


@dataclass(frozen=True)
class ClaimMoved(Event):
    icon = "calendar-event"
    timeline = False
    store_id: int
    claim_id: int
    subject: str
    before: datetime
    starts_at: datetime
    ends_at: datetime

    def sentence(self) -> str:
        return _("时段由 %(before)s 改到 %(after)s") % {
            "before": _moment(self.before),
            "after": _moment(self.starts_at),
        }


@dataclass(frozen=True)
class ClaimReleased(Event):
    icon = "calendar-x"
    timeline = False
    store_id: int
    claim_id: int
    subject: str
    starts_at: datetime

    def sentence(self) -> str:
        return _("已释放时段 %(moment)s") % {"moment": _moment(self.starts_at)}


def _moment(value: datetime | str) -> str:
    """A moment as the payload or the event itself holds it."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{timezone.localtime(when):%m-%d %H:%M}"
