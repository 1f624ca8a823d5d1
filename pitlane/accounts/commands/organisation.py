"""Stores and roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import PERMISSIONS, Actor, expand, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import RoleChanged, StoreChanged, StoreTermsChanged
from ..finding import sounds_of
from ..models import Region, Role, Store
from ..terms import StoreTerms

STORE_FIELDS = ("code", "name", "company", "address", "phone", "licence", "active", "settings")


@command
def save_store(*, store_id: int | None = None, facts: dict[str, Any], by: Actor, at: datetime) -> Store:
    """Open a store or change its data; its code goes into every document number and must be unique."""
    store = Store.objects.select_for_update().filter(pk=store_id).first() if store_id else Store(org_id=by.org_id)
    if store is None:
        raise Missing()
    require(policies.can_manage_store(by, store_id), "accounts.stores")
    if Store.objects.filter(code=facts.get("code", store.code)).exclude(pk=store.pk).exists():
        raise Conflict(_("门店编码已被使用"), field="code")
    for name in STORE_FIELDS:
        if name in facts:
            setattr(store, name, facts[name])
    if "region" in facts:
        before, store.region = store.region_id, _region(facts["region"].strip())
        if by.stores is not None and store.region_id != before:
            raise Refused(_("换区域会改变谁看得到哪些门店，请集团管理员来改"), code="beyond_own", field="region")
    store.sounds = sounds_of(store.name)
    store.save()
    record(StoreChanged(store_id=store.pk, name=store.name), by=by, at=at)
    return store


@command
def set_store_terms(*, store_id: int, changes: Mapping[str, Any], by: Actor, at: datetime) -> Store:
    """Say how a store bills from now on: tax, small change, refunds, the till. Bills that exist keep their terms."""
    store: Store | None = Store.objects.select_for_update().filter(pk=store_id).first()
    if store is None:
        raise Missing()
    require(policies.can_manage_store(by, store_id), "accounts.stores")
    before = StoreTerms.of(store.settings)
    after = before.changed(changes)
    if after != before:
        old, new = before.as_settings(), after.as_settings()
        differing = [name for name in new if new[name] != old[name]]
        store.settings = {**store.settings, **new}
        store.save(update_fields=["settings"])
        was, now = ({name: facts[name] for name in differing} for facts in (old, new))
        record(StoreTermsChanged(store_id=store.pk, before=was, after=now), by=by, at=at)
    return store


def _region(name: str) -> Region | None:
    """Regions exist by being named; roles with the data scope 区域 see all stores of their own stores' regions."""
    if not name:
        return None
    region: Region = Region.objects.get_or_create(org_id=current_org(), name=name)[0]
    return region


@command
def save_role(
    *,
    role_id: int | None = None,
    code: str = "",
    name: str,
    permissions: list[str],
    data_scope: str,
    discount_limit: int = 0,
    home: str = "frontdesk",
    by: Actor,
    at: datetime,
) -> Role:
    """Make or edit a role. Nobody may hand out more than they have: permissions, data scope, discount limit.

    Patterns (``workshop.*``) stay patterns while the set they stand for is not changed.
    """
    role = Role.objects.select_for_update().filter(pk=role_id).first() if role_id else Role(org_id=by.org_id, code=code)
    if role is None:
        raise Missing()
    require(policies.can_manage_roles(by), "accounts.roles")
    if data_scope not in Role.Scope.values or not 0 <= discount_limit <= 100:
        raise Refused(_("数据范围或折扣上限不对"), code="role", field="data_scope")
    before, after = expand(role.permissions), expand(permissions)
    if by.kind != "system" and (after - before) - by.permissions:
        raise Refused(_("不能授予自己没有的权限"), code="beyond_own", field="permissions")
    if not role_id and Role.objects.filter(code=code).exists():
        raise Conflict(_("角色编码已被使用"), field="code")
    if by.roles >= {role.code} and "accounts.roles" in before - after:
        raise Refused(_("不能取消自己管理角色的权限"), code="own_rights", field="permissions")
    scope, limit = role.data_scope if role_id else "", role.discount_limit
    role.name, role.data_scope = name, data_scope
    role.permissions = permissions if before != after else role.permissions
    role.discount_limit, role.home, role.known = discount_limit, home, sorted(PERMISSIONS)
    if data_scope != scope and policies.sees_further(by, role):
        raise Refused(_("数据范围不能比自己的更大"), code="beyond_own", field="data_scope")
    if discount_limit > limit and policies.lets_off_more(by, [role]):
        raise Refused(_("折扣上限不能比自己的更高"), code="beyond_own", field="discount_limit")
    role.save()
    added, removed = tuple(sorted(after - before)), tuple(sorted(before - after))
    record(RoleChanged(role_id=role.pk, added=added, removed=removed), by=by, at=at)
    return role
