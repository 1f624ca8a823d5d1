"""Who acts, and what they may do. Domains declare permissions; roles grant them; policies ask ``Actor.may``."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Literal

from django.db.models import Q

from .errors import Forbidden, Text

SYSTEM_NAME = "系统"  # zh-data: stored in the audit
ActorKind = Literal["staff", "key", "customer", "system"]


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing a role can be allowed; ``label`` is shown to the person who edits roles."""

    code: str
    label: Text
    sensitive: bool = False


PERMISSIONS: dict[str, Permission] = {}


def declare(labels: dict[str, Text], *, sensitive: frozenset[str] = frozenset()) -> None:
    """Register a domain's permissions; called once at import of its ``policies``."""
    for code, label in labels.items():
        PERMISSIONS[code] = Permission(code, label, code in sensitive)


def expand(patterns: list[str]) -> frozenset[str]:
    """Turn a role's patterns (``workshop.*``) into the permission codes that exist today."""
    return frozenset(code for code in PERMISSIONS if any(fnmatchcase(code, p) for p in patterns))


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program behind a command.

    ``stores`` is None when the actor may act in every store of the organisation. ``own_only`` narrows lists
    to documents the actor is responsible for. ``store_id`` is the store chosen in the store switcher; None means
    all of the actor's stores, or those of ``region_id`` when a region is chosen.
    """

    org_id: int
    kind: ActorKind
    id: int
    name: str
    permissions: frozenset[str] = frozenset()
    stores: frozenset[int] | None = None
    own_only: bool = False
    store_id: int | None = None
    region_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str, store_id: int | None = None) -> bool:
        """Is the permission held, and (when a store is named) held in that store?"""
        if self.kind == "system":
            return True
        return permission in self.permissions and self.in_store(store_id)

    def in_store(self, store_id: int | None) -> bool:
        """May the actor act in that store at all?"""
        return store_id is None or self.stores is None or store_id in self.stores


def system(org_id: int, name: str = SYSTEM_NAME) -> Actor:
    """The actor of jobs, reactions and imports: allowed everything, named in the audit."""
    return Actor(org_id=org_id, kind="system", id=0, name=name)


def customer(org_id: int, customer_id: int, name: str) -> Actor:
    """The vehicle owner acting through a private link; holds no permission but those of the link."""
    return Actor(org_id=org_id, kind="customer", id=customer_id, name=name)


def require(allowed: bool, permission: str, message: Text | None = None) -> None:
    """Stop a command whose policy said no, naming the permission that is missing."""
    if not allowed:
        raise Forbidden(permission, message)


def visible(actor: Actor, field_name: str = "store_id", own_field: str | None = None) -> Q:
    """The filter for lists: the stores the actor may see and, for own-only roles, their own documents."""
    condition: Any = Q() if actor.stores is None else Q(**{f"{field_name}__in": actor.stores})
    if actor.own_only and own_field:
        condition &= Q(**{own_field: actor.id})
    return condition


def here(actor: Actor, field_name: str = "store_id", own_field: str | None = None) -> Q:
    """The filter for screens: what the actor may see, of the store or region chosen in the store switcher.

    ``field_name`` must be the column of a foreign key to the store, so that its region can be asked for.
    """
    condition = visible(actor, field_name, own_field)
    if actor.store_id is not None:
        return condition & Q(**{field_name: actor.store_id})
    if actor.region_id is not None:
        return condition & Q(**{f"{field_name.removesuffix('_id')}__region_id": actor.region_id})
    return condition
