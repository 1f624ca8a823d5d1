"""Facts about customers and vehicles. Ids and field names only: erasing a person leaves the chain intact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.exports import kind_of
from pitlane.core.states import Family

from .names import consent_name, field_names, reveal_name


@dataclass(frozen=True)
class CustomerCreated(Event):
    icon: ClassVar[str] = "user-plus"
    customer_id: int
    source: str = ""

    def sentence(self) -> str:
        return _("建立客户档案")


@dataclass(frozen=True)
class CustomerChanged(Event):
    icon: ClassVar[str] = "edit"
    customer_id: int
    fields: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("修改资料：%(fields)s") % {"fields": field_names(self.fields)}


@dataclass(frozen=True)
class PhoneAdded(Event):
    icon: ClassVar[str] = "phone"
    customer_id: int
    phone_id: int

    def sentence(self) -> str:
        return _("增加电话")


@dataclass(frozen=True)
class PhoneRemoved(Event):
    icon: ClassVar[str] = "phone-x"
    customer_id: int
    phone_id: int

    def sentence(self) -> str:
        return _("删除电话")


@dataclass(frozen=True)
class VehicleCreated(Event):
    icon: ClassVar[str] = "car"
    vehicle_id: int
    customer_id: int | None = None

    def sentence(self) -> str:
        return _("登记车辆")


@dataclass(frozen=True)
class VehicleChanged(Event):
    icon: ClassVar[str] = "car"
    vehicle_id: int
    customer_id: int | None = None
    fields: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("修改车辆：%(fields)s") % {"fields": field_names(self.fields)}


@dataclass(frozen=True)
class OwnershipChanged(Event):
    """The car changed hands; told to the new owner's time line, the former one gets ``VehicleGivenUp``."""

    icon: ClassVar[str] = "arrows-exchange"
    vehicle_id: int
    customer_id: int | None
    former_customer_id: int | None = None

    def sentence(self) -> str:
        return _("车辆过户到名下")


@dataclass(frozen=True)
class VehicleGivenUp(Event):
    icon: ClassVar[str] = "arrows-exchange"
    vehicle_id: int
    customer_id: int

    def sentence(self) -> str:
        return _("车辆转出")


@dataclass(frozen=True)
class DriverChanged(Event):
    icon: ClassVar[str] = "steering-wheel"
    vehicle_id: int
    customer_id: int | None

    def sentence(self) -> str:
        return _("成为车辆驾驶人") if self.customer_id else _("取消驾驶人")


@dataclass(frozen=True)
class OdometerRead(Event):
    """Many a visit; the order that read it is on the time line already."""

    icon: ClassVar[str] = "gauge"
    timeline: ClassVar[bool] = False
    vehicle_id: int
    km: int
    doubtful: bool
    source: str

    def sentence(self) -> str:
        return _("里程 %(km)s km") % {"km": f"{self.km:,}"}


@dataclass(frozen=True)
class ContactLogged(Event):
    icon: ClassVar[str] = "message-2"
    customer_id: int
    contact_id: int
    channel: str
    vehicle_id: int | None = None
    order_id: int | None = None

    def sentence(self) -> str:
        return _("联系记录")


@dataclass(frozen=True)
class CallRecorded(Event):
    icon: ClassVar[str] = "phone"
    call_id: int

    def sentence(self) -> str:
        return _("记录来电")


@dataclass(frozen=True)
class CallClosed(Event):
    icon: ClassVar[str] = "phone"
    family: ClassVar[Family] = "done"
    call_id: int
    customer_id: int | None = None

    def sentence(self) -> str:
        return _("来电已处理")


@dataclass(frozen=True)
class NextStepFinished(Event):
    icon: ClassVar[str] = "checks"
    family: ClassVar[Family] = "done"
    customer_id: int
    contact_id: int

    def sentence(self) -> str:
        return _("完成约定的下一步")


@dataclass(frozen=True)
class ConsentGiven(Event):
    icon: ClassVar[str] = "shield-check"
    family: ClassVar[Family] = "done"
    customer_id: int
    purpose: str

    def sentence(self) -> str:
        return _("同意授权：%(purpose)s") % {"purpose": consent_name(self.purpose)}


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    icon: ClassVar[str] = "shield-lock"
    family: ClassVar[Family] = "bad"
    customer_id: int
    purpose: str

    def sentence(self) -> str:
        return _("不同意授权：%(purpose)s") % {"purpose": consent_name(self.purpose)}


@dataclass(frozen=True)
class PersonalDataRevealed(Event):
    """Somebody looked at the full value; which one, but never the value."""

    icon: ClassVar[str] = "eye"
    timeline: ClassVar[bool] = False
    customer_id: int
    what: str
    reference: str = ""

    def sentence(self) -> str:
        return _("查看了完整的%(what)s") % {"what": reveal_name(self.what)}


@dataclass(frozen=True)
class SubjectAccessGiven(Event):
    icon: ClassVar[str] = "file-export"
    customer_id: int

    def sentence(self) -> str:
        return _("导出本人全部资料")


@dataclass(frozen=True)
class CustomerErased(Event):
    """Higher domains answer by removing their own copies of names and phones; money records stay."""

    icon: ClassVar[str] = "user-off"
    family: ClassVar[Family] = "bad"
    customer_id: int
    vehicle_ids: tuple[int, ...] = ()

    def sentence(self) -> str:
        return _("删除个人信息")


@dataclass(frozen=True)
class DataExported(Event):
    """A list left the system."""

    icon: ClassVar[str] = "download"
    export_id: int
    rows: int
    with_phones: bool
    approval_id: int | None = None
    what: str = "customers"

    def sentence(self) -> str:
        return _("导出%(what)s，%(rows)s 条") % {"what": kind_of(self.what).label, "rows": self.rows}
