"""Permissions of accounts, and who may use them."""

from collections.abc import Iterable

from django.db.models import QuerySet
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
        "accounts.approve_below_cost": _("审批低于成本的价格"),
        "accounts.approve_refund": _("审批退款和反结算"),
        "accounts.approve_export": _("审批数据导出"),
        "accounts.approve_write_off": _("审批坏账核销"),
        "accounts.approve_stock": _("审批库存调整"),
        "core.jobs": _("查看和重试后台任务"),
    },
    sensitive=frozenset(
        {
            "accounts.roles",
            "accounts.keys",
            "accounts.approve_refund",
            "accounts.approve_export",
            "accounts.approve_write_off",
            "accounts.approve_stock",
        }
    ),
)

DECIDES = (
    "accounts.approve_discount",
    "accounts.approve_below_cost",
    "accounts.approve_refund",
    "accounts.approve_export",
    "accounts.approve_write_off",
    "accounts.approve_stock",
)


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
        can_manage_staff(actor)
        and within
        and theirs <= actor.permissions
        and not reach_further(actor, roles, stores)
        and not lets_off_more(actor, roles)
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


def _held(actor: Actor) -> QuerySet[Role]:
    """The roles behind what an actor may do; a program's key stands for whoever issued it."""
    if actor.kind == "key":
        return Role.objects.filter(staff=behind(actor) or 0)
    return Role.objects.filter(code__in=actor.roles)


def widest_scope(actor: Actor) -> str:
    """How far the actor sees, in the words of a role."""
    if actor.kind == "system" or actor.stores is None:
        return Role.Scope.ORG.value
    scopes = [*_held(actor).values_list("data_scope", flat=True)] if actor.kind == "staff" else [Role.Scope.STORE]
    return str(max(scopes, key=Role.WIDTH.index, default=Role.Scope.OWN))


def lets_off_more(actor: Actor, roles: Iterable[Role]) -> bool:
    """Would one of these roles give larger discounts than the actor may?"""
    most = max((role.discount_limit for role in roles), default=0)
    if actor.kind == "system" or not most:
        return False
    own: int = max(_held(actor).values_list("discount_limit", flat=True), default=0)
    return most > own


def sees_further(actor: Actor, role: Role) -> bool:
    """Is the data scope of this role wider than the actor's own?"""
    return Role.WIDTH.index(role.data_scope) > Role.WIDTH.index(widest_scope(actor))


def can_manage_roles(actor: Actor) -> bool:
    return actor.may("accounts.roles")


def can_manage_store(actor: Actor, store_id: int | None) -> bool:
    """The own stores; a new one is opened by who sees the whole organisation."""
    return actor.may("accounts.stores", store_id) and (store_id is not None or actor.stores is None)


def can_upgrade(actor: Actor) -> bool:
    """A new version brings its permissions itself; no person does it for it."""
    return actor.kind == "system"


def can_manage_keys(actor: Actor) -> bool:
    return actor.may("accounts.keys")


def can_revoke(actor: Actor, key: ApiKey) -> bool:
    """A key for the own stores only; one for all stores is the group's."""
    stores = {store.pk for store in key.stores.all()}
    return can_manage_keys(actor) and (actor.stores is None or (bool(stores) and stores <= actor.stores))


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
