"""Reads of accounts: the actor behind a session or key, stores, staff, roles, approvals."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from pitlane.core.access import Actor, expand

from .models import ApiKey, Role, Staff, Store

WIDTH = [Role.Scope.OWN, Role.Scope.STORE, Role.Scope.REGION, Role.Scope.ORG]


@lru_cache(maxsize=512)
def _expanded(patterns: tuple[str, ...]) -> frozenset[str]:
    return expand(list(patterns))


def actor_for(staff: Staff, store_id: int | None = None) -> Actor:
    """The actor of a signed-in person: union of their roles' permissions, widest of their data scopes."""
    roles = list(staff.roles.all())
    permissions = frozenset().union(*[_expanded(tuple(role.permissions)) for role in roles])
    widest = max((role.data_scope for role in roles), key=WIDTH.index, default=Role.Scope.OWN)
    stores = _stores_of(staff, widest)
    own = [s.pk for s in staff.stores.all()]
    chosen = store_id if stores is None or store_id in stores else None
    return Actor(
        org_id=staff.org_id,
        kind="staff",
        id=staff.pk,
        name=staff.name,
        permissions=permissions,
        stores=stores,
        own_only=widest == Role.Scope.OWN,
        store_id=chosen or staff.main_store_id or (own[0] if own else None),
        roles=frozenset(role.code for role in roles),
    )


def _stores_of(staff: Staff, widest: str) -> frozenset[int] | None:
    if widest == Role.Scope.ORG:
        return None
    own = list(staff.stores.all())
    if widest == Role.Scope.REGION:
        regions = {store.region_id for store in own if store.region_id}
        return frozenset(Store.objects.filter(region_id__in=regions).values_list("pk", flat=True)) | {s.pk for s in own}
    return frozenset(store.pk for store in own)


def key_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def find_key(secret: str) -> ApiKey | None:
    """The live API key behind a secret, in whichever organisation; the caller opens its scope."""
    key: ApiKey | None = ApiKey.unscoped.filter(key_hash=key_hash(secret), revoked_at=None).first()
    return key


def actor_for_key(key: ApiKey) -> Actor:
    """A program's actor: the scopes of its key, in the stores of its key (none named: all)."""
    stores = [store.pk for store in key.stores.all()]
    return Actor(
        org_id=key.org_id,
        kind="key",
        id=key.pk,
        name=key.name,
        permissions=_expanded(tuple(key.scopes)),
        stores=frozenset(stores) or None,
        store_id=stores[0] if stores else None,
    )


def stores_for(actor: Actor) -> list[Store]:
    """Stores in the store switcher."""
    stores = Store.objects.filter(active=True).order_by("code")
    return list(stores if actor.stores is None else stores.filter(pk__in=actor.stores))


def store_by_id(store_id: int) -> Store:
    """A store of this organisation; commands of other domains need its code for document numbers."""
    store: Store = Store.objects.get(pk=store_id)
    return store


def staff_with_permission(permission: str, store_id: int) -> list[Staff]:
    """Active staff of a store who hold a permission: technicians to dispatch to, advisors to choose from."""
    people = Staff.objects.filter(is_active=True, stores=store_id).prefetch_related("roles").order_by("employee_no")
    return [p for p in people if any(permission in _expanded(tuple(r.permissions)) for r in p.roles.all())]
