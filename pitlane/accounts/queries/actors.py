"""The actor behind a session or an API key: what that person or program may do, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from pitlane.core.access import Actor, expand
from pitlane.core.prepared import Prepared
from pitlane.core.tenancy import current_org

from ..choice import read
from ..models import ApiKey, Role, Staff, Store


@lru_cache(maxsize=512)
def expanded(patterns: tuple[str, ...]) -> frozenset[str]:
    """The permissions behind a role's patterns; asked on every request, so remembered."""
    return expand(list(patterns))


def actor_for(staff: Staff, kept: object = None) -> Actor:
    """The actor of a signed-in person: union of their roles' permissions, widest of their data scopes.

    ``kept`` is what the session remembers of the store switcher: a store, or a choice that stands for several.
    """
    roles, own = list(staff.roles.all()), list(staff.stores.all())
    widest = max((role.data_scope for role in roles), key=Role.WIDTH.index, default=Role.Scope.OWN)
    stores, chosen = _stores_of(own, widest), read(kept)
    several = chosen.many and (stores is None or len(stores) > 1)
    wanted = () if several else (chosen.store_id, staff.main_store_id, *(store.pk for store in own))
    return Actor(
        org_id=current_org(),
        kind="staff",
        id=staff.pk,
        name=staff.name,
        permissions=frozenset().union(*[expanded(tuple(role.permissions)) for role in roles]),
        stores=stores,
        own_only=widest == Role.Scope.OWN,
        store_id=next((pk for pk in wanted if pk and (stores is None or pk in stores)), None),
        region_id=chosen.region_id if several else None,
        roles=frozenset(role.code for role in roles),
    )


def _stores_of(own: list[Store], widest: str) -> frozenset[int] | None:
    if widest == Role.Scope.ORG:
        return None
    mine = frozenset(store.pk for store in own)
    if widest == Role.Scope.REGION:
        regions = {store.region_id for store in own if store.region_id}
        return mine | frozenset(Store.objects.filter(region_id__in=regions).values_list("pk", flat=True))
    return mine


def key_hash(secret: str) -> str:
    """What is kept of a key: enough to know it again, not enough to use it."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LiveKey:
    """What every call of a program needs to know of its key; no stores named means all."""

    id: int
    org_id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    stores: tuple[int, ...]


KEY = ("pk", "org_id", "name", "scopes", "expires_at", "stores")
LIVE_KEY: Prepared[tuple[int, int, str, list[str], datetime | None, int | None]] = Prepared(
    lambda hashed: ApiKey.unscoped.filter(key_hash=hashed, revoked_at=None).values_list(*KEY),
    ids=0,
    others=("no hash",),
    everywhere=True,
)


def find_key(secret: str) -> LiveKey | None:
    """The live API key behind a secret, in whichever organisation, with its stores; the caller opens its scope."""
    rows = LIVE_KEY(key_hash(secret))
    if not rows:
        return None
    pk, org_id, name, scopes, expires_at, _store = rows[0]
    stores = tuple(sorted(row[-1] for row in rows if row[-1] is not None))
    return LiveKey(pk, org_id, name, tuple(scopes), expires_at, stores)


def actor_for_key(key: LiveKey) -> Actor:
    """A program's actor: the scopes of its key, in the stores of its key (none named: all).

    Only a key for one store stands in that store; what a call of another leaves open means all of its stores.
    """
    return Actor(
        org_id=current_org(),
        kind="key",
        id=key.id,
        name=key.name,
        permissions=expanded(key.scopes),
        stores=frozenset(key.stores) or None,
        store_id=key.stores[0] if len(key.stores) == 1 else None,
    )


def discount_limit(actor: Actor) -> Decimal:
    """The discount in percent that the actor's roles may give without approval."""
    if actor.kind == "system":
        return Decimal(100)
    limits = Role.objects.filter(code__in=actor.roles).values_list("discount_limit", flat=True)
    return Decimal(max(limits, default=0))
