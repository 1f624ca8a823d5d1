"""What happened to appointments. Ids, times and counts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.states import Family


def moment_text(moment: datetime | str) -> str:
    """A moment in a sentence: 11-27 10:30. Stored events carry it as text."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{timezone.localtime(known):%m-%d %H:%M}"


@dataclass(frozen=True, kw_only=True)
class _OfAppointment(Event):
    """Facts of one visit stand on the time lines of its customer and its car."""

    icon: ClassVar[str] = "calendar-event"
    appointment_id: int
    store_id: int
    customer_id: int | None
    vehicle_id: int | None


def of_appointment(row: Any) -> dict[str, Any]:
    """The ids that put a fact on the time lines."""
    return {
        "appointment_id": row.pk,
        "store_id": row.store_id,
        "customer_id": row.customer_id,
        "vehicle_id": row.vehicle_id,
    }


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(_OfAppointment):
    icon: ClassVar[str] = "calendar-plus"
    family: ClassVar[Family] = "cust"
    start: datetime
    source: str

    def sentence(self) -> str:
        return _("预约 %(time)s 到店") % {"time": moment_text(self.start)}


@dataclass(frozen=True, kw_only=True)
class AppointmentConfirmed(_OfAppointment):
    family: ClassVar[Family] = "cust"
    start: datetime

    def sentence(self) -> str:
        return _("确认 %(time)s 到店") % {"time": moment_text(self.start)}


@dataclass(frozen=True, kw_only=True)
class AppointmentMoved(_OfAppointment):
    family: ClassVar[Family] = "cust"
    before: datetime
    start: datetime

    def sentence(self) -> str:
        return _("预约从 %(old)s 改到 %(new)s") % {"old": moment_text(self.before), "new": moment_text(self.start)}


@dataclass(frozen=True, kw_only=True)
class AppointmentChanged(_OfAppointment):
    family: ClassVar[Family] = "cust"
    before: int
    minutes: int

    def sentence(self) -> str:
        return _("改了预约的项目，从 %(old)s 分钟改为 %(new)s 分钟") % {"old": self.before, "new": self.minutes}


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(_OfAppointment):
    icon: ClassVar[str] = "calendar-event"
    start: datetime
    who: str

    def sentence(self) -> str:
        facts = {"time": moment_text(self.start)}
        return _("客户取消 %(time)s 的预约") % facts if self.who == "customer" else _("取消 %(time)s 的预约") % facts


@dataclass(frozen=True, kw_only=True)
class AppointmentArrived(_OfAppointment):
    icon: ClassVar[str] = "car"
    family: ClassVar[Family] = "move"
    late_minutes: int

    def sentence(self) -> str:
        if self.late_minutes > 5:
            return _("预约的车已到店，迟到 %(n)s 分钟") % {"n": self.late_minutes}
        return _("预约的车已到店")


@dataclass(frozen=True, kw_only=True)
class AppointmentConverted(_OfAppointment):
    timeline: ClassVar[bool] = False
    order_id: int

    def sentence(self) -> str:
        return _("预约已转为工单")


@dataclass(frozen=True, kw_only=True)
class AppointmentMissed(_OfAppointment):
    icon: ClassVar[str] = "clock-exclamation"
    family: ClassVar[Family] = "bad"
    start: datetime

    def sentence(self) -> str:
        return _("%(time)s 的预约没有来") % {"time": moment_text(self.start)}


@dataclass(frozen=True, kw_only=True)
class AppointmentVerified(_OfAppointment):
    timeline: ClassVar[bool] = False

    def sentence(self) -> str:
        return _("已核对网上预约的车牌和车主")


@dataclass(frozen=True, kw_only=True)
class OnlineBookingBlocked(_OfAppointment):
    family: ClassVar[Family] = "bad"

    def sentence(self) -> str:
        return _("不再接受网上预约")


@dataclass(frozen=True, kw_only=True)
class OnlineBookingAllowed(_OfAppointment):
    def sentence(self) -> str:
        return _("恢复网上预约")


@dataclass(frozen=True, kw_only=True)
class AppointmentWaiting(_OfAppointment):
    family: ClassVar[Family] = "hold"
    start: datetime

    def sentence(self) -> str:
        return _("候补 %(time)s 前后的时段") % {"time": moment_text(self.start)}


@dataclass(frozen=True, kw_only=True)
class AppointmentOffered(_OfAppointment):
    family: ClassVar[Family] = "cust"
    start: datetime
    until: datetime

    def sentence(self) -> str:
        facts = {"time": moment_text(self.start), "until": moment_text(self.until)}
        return _("候补有空位：%(time)s，保留到 %(until)s") % facts


@dataclass(frozen=True, kw_only=True)
class AppointmentReminded(_OfAppointment):
    timeline: ClassVar[bool] = False
    minutes: int

    def sentence(self) -> str:
        return _("提醒客户按时到店")


@dataclass(frozen=True)
class BookingPlanSet(Event):
    icon: ClassVar[str] = "adjustments"
    timeline: ClassVar[bool] = False
    store_id: int
    reminders: tuple[int, ...]

    def sentence(self) -> str:
        return _("修改预约提醒和规则")


@dataclass(frozen=True)
class FeedIssued(Event):
    icon: ClassVar[str] = "calendar-event"
    timeline: ClassVar[bool] = False
    store_id: int
    feed_id: int

    def sentence(self) -> str:
        return _("发出日历订阅地址")


@dataclass(frozen=True)
class FeedEnded(Event):
    icon: ClassVar[str] = "calendar-event"
    timeline: ClassVar[bool] = False
    store_id: int
    feed_id: int

    def sentence(self) -> str:
        return _("停用日历订阅地址")
