"""Permissions of accounts, and who may use them."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare, expand

from .models import ApiKey, Role, Staff, Store

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

DECIDES = ("accounts.approve_discount", "accounts.approve_refund", "accounts.approve_export")


def is_self(actor: Actor, staff_id: int | None) -> bool:
    """Is the actor this very person? A program's key or a customer may happen to have the same number."""
    return actor.kind == "staff" and actor.id == staff_id


def can_keep_own(actor: Actor) -> bool:
    """Views and arrangements belong to a person; a program or a customer has none."""
    return actor.kind == "staff" and actor.id > 0


def can_manage_staff(actor: Actor) -> bool:
    return actor.may("accounts.staff")


def can_manage(actor: Actor, person: Staff) -> bool:
    """The people of the own stores, and nobody whose permissions or stores exceed the own."""
    if actor.kind == "system":
        return True
    roles, stores = list(person.roles.all()), [store.pk for store in person.stores.all()]
    theirs = frozenset().union(*[expand(role.permissions) for role in roles])
    within = actor.stores is None or any(actor.in_store(store) for store in stores)
    return (
        can_manage_staff(actor) and within and theirs <= actor.permissions and not reach_further(actor, roles, stores)
    )


def reach_further(actor: Actor, roles: Iterable[Role], stores: Iterable[int]) -> bool:
    """Would these roles, held in these stores, show stores that the actor does not see?"""
    if actor.kind == "system" or actor.stores is None:
        return False
    scopes = {role.data_scope for role in roles}
    if Role.Scope.ORG in scopes:
        return True
    if Role.Scope.REGION not in scopes:
        return False
    regions = Store.objects.filter(pk__in=stores, region__isnull=False).values("region")
    beyond: bool = Store.objects.filter(region__in=regions).exclude(pk__in=actor.stores).exists()
    return beyond


def can_manage_roles(actor: Actor) -> bool:
    return actor.may("accounts.roles")


def can_manage_stores(actor: Actor) -> bool:
    return actor.may("accounts.stores")


def can_manage_keys(actor: Actor) -> bool:
    return actor.may("accounts.keys")


def can_run_jobs(actor: Actor) -> bool:
    return actor.may("core.jobs")


def can_decide(actor: Actor, permission: str, store_id: int | None, requested_by_id: int | None) -> bool:
    """Whoever holds the permission in that store, but never the person who asked, nor with a key of that person."""
    if store_id is None and actor.stores is not None:
        return False
    own = is_self(actor, requested_by_id) or (actor.kind == "key" and requested_by_id in (None, behind(actor)))
    return actor.may(permission, store_id) and not own


def behind(actor: Actor) -> int | None:
    """The person who answers for what is done: oneself, or who issued the program's key."""
    if actor.kind == "staff":
        return actor.id or None
    if actor.kind != "key":
        return None
    issuer: int | None = ApiKey.objects.filter(pk=actor.id).values_list("created_by_id", flat=True).first()
    return issuer
