"""Permissions of accounts, and who may use them."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare(
    {
        "accounts.view": _("查看门店和员工"),
        "accounts.staff": _("管理员工"),
        "accounts.roles": _("管理角色和权限"),
        "accounts.stores": _("管理门店"),
        "accounts.keys": _("管理接口密钥"),
        "accounts.audit": _("查看操作记录"),
        "accounts.approve_discount": _("审批折扣"),
        "accounts.approve_refund": _("审批退款和反结算"),
        "accounts.approve_export": _("审批数据导出"),
        "core.jobs": _("查看和重试后台任务"),
    },
    sensitive=frozenset({"accounts.roles", "accounts.keys", "accounts.approve_refund", "accounts.approve_export"}),
)


def can_manage_staff(actor: Actor) -> bool:
    return actor.may("accounts.staff")


def can_manage_roles(actor: Actor) -> bool:
    return actor.may("accounts.roles")


def can_manage_stores(actor: Actor) -> bool:
    return actor.may("accounts.stores")


def can_manage_keys(actor: Actor) -> bool:
    return actor.may("accounts.keys")


def can_decide(actor: Actor, permission: str, store_id: int | None, requested_by_id: int | None) -> bool:
    """Whoever holds the permission in that store, but never the person who asked."""
    return actor.may(permission, store_id) and not (actor.kind == "staff" and actor.id == requested_by_id)
