"""What happens to people, roles, stores, approvals and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.core.events import Event
from pitlane.core.money import Money

from .terms import LABELS, in_words

WHAT = {
    "new": gettext_lazy("新员工"),
    "name": gettext_lazy("姓名"),
    "employee_no": gettext_lazy("工号"),
    "phone": gettext_lazy("手机号"),
    "hired_on": gettext_lazy("入职日期"),
    "is_active": gettext_lazy("在职"),
    "role_ids": gettext_lazy("角色"),
    "store_ids": gettext_lazy("门店"),
    "password": gettext_lazy("密码"),
    "skills": gettext_lazy("技能"),
}


@dataclass(frozen=True)
class StoreChanged(Event):
    icon = "building-store"
    store_id: int
    name: str

    def sentence(self) -> str:
        return _("门店「%(name)s」已保存") % {"name": self.name}


@dataclass(frozen=True)
class StoreTermsChanged(Event):
    icon = "receipt-yuan"
    store_id: int
    before: dict[str, Any]
    after: dict[str, Any]

    def sentence(self) -> str:
        steps = (
            f"{LABELS.get(name, name)} {in_words(name, self.before[name])} → {in_words(name, value)}"
            for name, value in self.after.items()
        )
        return _("结算设置已修改：%(what)s") % {"what": "；".join(steps)}


@dataclass(frozen=True)
class StaffChanged(Event):
    icon = "user"
    staff_id: int
    changed: tuple[str, ...]

    def sentence(self) -> str:
        return _("员工资料已修改：%(what)s") % {"what": "、".join(str(WHAT.get(name, name)) for name in self.changed)}


@dataclass(frozen=True)
class StaffSignedIn(Event):
    icon = "user-check"
    staff_id: int
    second_factor: bool

    def sentence(self) -> str:
        return _("登录")


@dataclass(frozen=True)
class SessionEnded(Event):
    icon = "logout"
    staff_id: int

    def sentence(self) -> str:
        return _("结束了一台设备的登录")


@dataclass(frozen=True)
class SessionsEnded(Event):
    icon = "logout"
    staff_id: int

    def sentence(self) -> str:
        return _("结束了全部登录")


@dataclass(frozen=True)
class TotpChanged(Event):
    icon = "shield-lock"
    staff_id: int
    on: bool

    def sentence(self) -> str:
        return _("已开启两步验证") if self.on else _("已关闭两步验证")


@dataclass(frozen=True)
class RecoveryCodeUsed(Event):
    icon = "shield-lock"
    family = "hold"
    staff_id: int
    left: int

    def sentence(self) -> str:
        return _("用恢复码登录，还剩 %(left)s 个") % {"left": self.left}


@dataclass(frozen=True)
class AccessReset(Event):
    icon = "shield-lock"
    family = "hold"
    staff_id: int

    def sentence(self) -> str:
        return _("在服务器上重设了登录：新的初始密码，两步验证已关闭")


@dataclass(frozen=True)
class RoleChanged(Event):
    icon = "lock"
    role_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def sentence(self) -> str:
        return _("角色权限已修改：增加 %(added)s 项，减少 %(removed)s 项") % {
            "added": len(self.added),
            "removed": len(self.removed),
        }


@dataclass(frozen=True)
class RoleBroughtUpToDate(Event):
    icon = "lock"
    role_id: int
    added: tuple[str, ...]

    def sentence(self) -> str:
        return _("新版本给角色增加了 %(added)s 项新权限") % {"added": len(self.added)}


APPROVED_THINGS = {
    "discount": gettext_lazy("折扣"),
    "refund": gettext_lazy("退款"),
    "reverse": gettext_lazy("反结算"),
    "export": gettext_lazy("导出"),
    "below_cost": gettext_lazy("低于成本结算"),
    "stock": gettext_lazy("库存调整"),
    "write_off": gettext_lazy("坏账核销"),
    "erasure": gettext_lazy("删除个人信息"),
}


def _about(said: str, kind: str, amount: Money | int | None) -> str:
    """What was asked for and how much; facts of long ago do not know the amount."""
    money = amount if isinstance(amount, Money) or amount is None else Money(amount)
    thing = " ".join(str(part) for part in (APPROVED_THINGS.get(kind, ""), money) if part)
    return f"{said}：{thing}" if thing else said  # zh-data


@dataclass(frozen=True)
class ApprovalRequested(Event):
    icon = "rubber-stamp"
    family = "hold"
    approval_id: int
    approval_kind: str
    amount: Money | None
    store_id: int | None
    order_id: int | None
    customer_id: int | None

    def sentence(self) -> str:
        return _about(_("提交审批"), self.approval_kind, self.amount)


@dataclass(frozen=True)
class ApprovalDecided(Event):
    icon = "rubber-stamp"
    family = "done"
    approval_id: int
    approval_kind: str
    approved: bool
    store_id: int | None
    order_id: int | None
    customer_id: int | None
    amount: Money | None = None

    def sentence(self) -> str:
        said = _("审批同意") if self.approved else _("审批拒绝")
        return _about(said, self.approval_kind, self.amount)


@dataclass(frozen=True)
class ApprovalWithdrawn(Event):
    icon = "rubber-stamp"
    approval_id: int
    approval_kind: str
    store_id: int | None
    order_id: int | None
    customer_id: int | None
    amount: Money | None = None

    def sentence(self) -> str:
        return _about(_("撤回审批申请"), self.approval_kind, self.amount)


@dataclass(frozen=True)
class ApprovalUsed(Event):
    icon = "rubber-stamp"
    approval_id: int
    approval_kind: str
    order_id: int | None
    amount: Money | None = None
    store_id: int | None = None

    def sentence(self) -> str:
        return _about(_("按审批执行"), self.approval_kind, self.amount)


@dataclass(frozen=True)
class ApiKeyIssued(Event):
    icon = "key"
    key_id: int
    scopes: tuple[str, ...]

    def sentence(self) -> str:
        return _("已签发接口密钥")


@dataclass(frozen=True)
class ApiKeyRevoked(Event):
    icon = "key"
    key_id: int

    def sentence(self) -> str:
        return _("已停用接口密钥")


@dataclass(frozen=True)
class JobRetried(Event):
    icon = "refresh"
    job_id: int
    name: str

    def sentence(self) -> str:
        return _("重新执行后台任务")
