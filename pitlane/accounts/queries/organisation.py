"""Stores, roles and API keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from pitlane.core.access import Actor, expand
from pitlane.core.errors import Missing
from pitlane.core.rows import one_of
from pitlane.core.tenancy import current_org

from ..models import ApiKey, Organisation, Region, Role, Store
from ..terms import StoreTerms


def anybody_here() -> bool:
    """Has this installation an organisation? Asked before anybody can sign in."""
    return Organisation.objects.exists()


def stores_for(actor: Actor) -> list[Store]:
    """Every open store of the actor, for what goes through all of them; pages and programs ask for a few."""
    stores = Store.objects.filter(active=True).order_by("code")
    return list(stores if actor.stores is None else stores.filter(pk__in=actor.stores))


def store_by_id(store_id: int) -> Store:
    """A store of this organisation with its region."""
    store: Store | None = one_of(Store.objects.filter(pk=store_id).select_related("region"))
    if store is None:
        raise Missing()
    return store


def organisation_ids() -> list[int]:
    """Every organisation of the installation, for work that runs on a schedule; it opens a scope for each."""
    return list(Organisation.objects.order_by("pk").values_list("pk", flat=True))


def organisation_name() -> str:
    """What the group or shop calls itself."""
    return str(Organisation.objects.values_list("name", flat=True).get(pk=current_org()))


@dataclass(frozen=True, slots=True)
class House:
    """An organisation as strangers know it: the code in its public addresses and what it calls itself."""

    id: int
    code: str
    name: str


def house_by_code(code: str) -> House:
    """The organisation behind a public address; ``Missing`` when there is none. Asked before any scope is open."""
    found = Organisation.objects.filter(code=code).values_list("pk", "code", "name").first()
    if found is None:
        raise Missing()
    return House(*found)


def house_here() -> House:
    """The open organisation as strangers know it."""
    return House(*Organisation.objects.values_list("pk", "code", "name").get(pk=current_org()))


def store_terms(store_id: int) -> StoreTerms:
    """How a store bills, and what needs a second person there."""
    return StoreTerms.of(store_by_id(store_id).settings)


def store_code(store_id: int) -> str:
    """The code of a store of this organisation, for document numbers."""
    code: str | None = next(iter(Store.objects.filter(pk=store_id).values_list("code", flat=True)), None)
    if code is None:
        raise Missing()
    return code


def region_names() -> list[str]:
    """Regions to choose from when a store is edited."""
    return list(Region.objects.order_by("name").values_list("name", flat=True))


def roles() -> list[Role]:
    """The organisation's roles and how many people have each."""
    return list(Role.objects.annotate(people=Count("staff")).order_by("pk"))


def role_by_id(role_id: int) -> Role:
    """One role for its form."""
    role: Role | None = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise Missing()
    return role


def role_facts(role: Role) -> dict[str, Any]:
    """A role as its form shows it, patterns expanded to permissions."""
    return {
        "name": role.name,
        "data_scope": role.data_scope,
        "discount_limit": role.discount_limit,
        "home": role.home,
        "permissions": sorted(expand(role.permissions)),
    }


def api_keys() -> list[ApiKey]:
    """All keys, the newest first, closed ones too."""
    return list(ApiKey.objects.prefetch_related("stores").select_related("created_by").order_by("-pk"))
