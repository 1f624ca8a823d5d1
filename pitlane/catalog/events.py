"""What changes in the catalogue: who changed a price or a promise, and when, must be answerable years later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.money import Money


@dataclass(frozen=True)
class CatalogueLoaded(Event):
    icon = "book-2"
    operations: int
    packages: int
    schedules: int

    def sentence(self) -> str:
        return _("已载入初始项目库：项目 %(operations)s、套餐 %(packages)s、保养计划 %(schedules)s") % {
            "operations": self.operations,
            "packages": self.packages,
            "schedules": self.schedules,
        }


@dataclass(frozen=True)
class OperationChanged(Event):
    icon = "tool"
    operation_id: int
    code: str
    name: str
    created: bool

    def sentence(self) -> str:
        text = _("新增项目「%(name)s」") if self.created else _("修改项目「%(name)s」")
        return text % {"name": self.name}


@dataclass(frozen=True)
class PackageChanged(Event):
    icon = "package"
    package_id: int
    code: str
    name: str
    created: bool

    def sentence(self) -> str:
        text = _("新增套餐「%(name)s」") if self.created else _("修改套餐「%(name)s」")
        return text % {"name": self.name}


@dataclass(frozen=True)
class RateChanged(Event):
    icon = "coin-yuan"
    rate_id: int
    store_id: int | None
    vehicle_class: str
    trade: str
    rate_fen: int
    valid_from: date

    def sentence(self) -> str:
        return _("工时单价自 %(day)s 起为 %(rate)s") % {"day": self.valid_from, "rate": Money(self.rate_fen)}


@dataclass(frozen=True)
class GuaranteeRuleChanged(Event):
    icon = "shield-check"
    rule_id: int
    repair_class: str
    km: int | None
    days: int | None
    statutory: bool
    valid_from: date

    def sentence(self) -> str:
        kind = _("法定质保期") if self.statutory else _("本店质保承诺")
        return _("%(kind)s自 %(day)s 起调整") % {"kind": kind, "day": self.valid_from}


@dataclass(frozen=True)
class ScheduleChanged(Event):
    icon = "calendar-repeat"
    schedule_id: int
    name: str
    created: bool

    def sentence(self) -> str:
        text = _("新增保养计划「%(name)s」") if self.created else _("修改保养计划「%(name)s」")
        return text % {"name": self.name}


@dataclass(frozen=True)
class ChecklistChanged(Event):
    icon = "list-check"
    entry_id: int
    checklist: str
    code: str

    def sentence(self) -> str:
        return _("检查清单已修改")
