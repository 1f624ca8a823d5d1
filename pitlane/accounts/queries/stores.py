"""Stores as people choose them: few are shown at once, the others are found by typing, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id
from pitlane.core.listing import StoreFilter

from ..finding import store_matches
from ..models import Region, Store

SHOWN = 10
OFFERED = 12
PAGE = 50
MOST_REGIONS = 8


@dataclass(frozen=True, slots=True)
class Switcher:
    """The stores in the top bar: all of a few, or those used last; ``more`` opens the search for the others.

    ``several`` says whether there is more than one to choose from; ``label`` names what is looked at now.
    """

    shown: list[Store]
    current: Store | None
    more: bool
    regions: list[Region] = field(default_factory=list)
    region: Region | None = None
    count: int = 0

    @property
    def several(self) -> bool:
        return self.more or len(self.shown) > 1

    @property
    def label(self) -> str:
        if self.current is not None:
            return self.current.name
        if self.region is not None:
            return _("%(region)s · 全部门店") % {"region": self.region.name}
        return _("全部 %(n)d 家门店") % {"n": self.count}


@dataclass(frozen=True, slots=True)
class StorePage:
    """One page of stores by code."""

    rows: list[Store]
    next: str | None


def reachable(actor: Actor) -> QuerySet[Store]:
    """The open stores that an actor may act in."""
    stores: QuerySet[Store] = Store.objects.filter(active=True)
    return stores if actor.stores is None else stores.filter(pk__in=actor.stores)


def may_choose(actor: Actor, store_id: int) -> bool:
    return reachable(actor).filter(pk=store_id).exists()


def regions_of(actor: Actor, text: str = "") -> list[Region]:
    """Regions in which the actor has a store, by name: a few, the others are found by typing."""
    mine = reachable(actor).filter(region_id=OuterRef("pk"))
    rows = Region.objects.filter(Exists(mine), name__icontains=text.strip())
    return list(rows.order_by("name")[:MOST_REGIONS])


def may_choose_region(actor: Actor, region_id: int) -> bool:
    return reachable(actor).filter(region_id=region_id).exists()


def has_several(actor: Actor) -> bool:
    """Is there more than one store to look at?"""
    return len(reachable(actor).values_list("pk", flat=True)[:2]) > 1


def switcher(actor: Actor, recent: Sequence[int]) -> Switcher:
    """What the top bar shows: four queries and some twenty entries at most."""
    first = list(reachable(actor).order_by("code")[: SHOWN + 1])
    many = len(first) > SHOWN
    if many:
        wanted = [pk for pk in dict.fromkeys([actor.store_id, *recent]) if pk][: SHOWN + 1]
        known = {store.pk: store for store in reachable(actor).filter(pk__in=wanted)}
        first = [known[pk] for pk in wanted if pk in known]
    return Switcher(
        shown=first,
        current=next((store for store in first if store.pk == actor.store_id), None),
        more=many,
        regions=regions_of(actor) if many or len(first) > 1 else [],
        region=Region.objects.filter(pk=actor.region_id).first() if actor.region_id else None,
        count=0 if actor.store_id else reachable(actor).count() if many else len(first),
    )


def find_stores(
    actor: Actor, text: str = "", cursor: str | None = None, *, closed_too: bool = False, limit: int = PAGE
) -> StorePage:
    """Stores by code, name, pinyin or region, one page by key."""
    stores = reachable(actor) if not closed_too else Store.objects.all()
    rows = stores.filter(store_matches(text)).select_related("region")
    page, following = keyset(rows, cursor, limit, ("code", "id"), ascending=True)
    return StorePage(page, following)


def offered(actor: Actor, chosen: Iterable[int]) -> tuple[list[Store], bool]:
    """The stores that a form offers to tick: all of a few, else those already chosen; and whether there are more."""
    first = list(reachable(actor).order_by("code")[: OFFERED + 1])
    few = len(first) <= OFFERED
    wanted = Store.objects.filter(pk__in=set(chosen)).order_by("code")
    also = wanted.exclude(pk__in=[s.pk for s in first]) if few else wanted
    return ([*first, *also] if few else list(also)), not few


def stores_by_code(actor: Actor, codes: Sequence[str]) -> list[Store]:
    """The stores behind typed codes; a code that is none is left out."""
    return list(reachable(actor).filter(code__in=codes).order_by("code"))


def store_named(actor: Actor, text: str) -> Store | None:
    """The one store that a text means: its public id, its code (alone or before the name), or its name."""
    text = text.strip()
    if not text:
        return None
    rows = reachable(actor)
    found = [*rows.filter(pk=_id(text) or 0)] or [*rows.filter(code=text.split()[0].upper())]
    found = found or [*rows.filter(name=text)[:2]] or [*rows.filter(store_matches(text))[:2]]
    return found[0] if len(found) == 1 else None


def _id(ref: str) -> int | None:
    try:
        return parse_id("sto", ref)
    except Missing:
        return None


def store_filter(actor: Actor, value: str) -> StoreFilter | None:
    """The condition for who looks at several stores; None in one store."""
    if actor.store_id is not None:
        return None
    rows = reachable(actor)
    rows = rows.filter(region_id=actor.region_id) if actor.region_id else rows
    first = list(rows.order_by("code")[: OFFERED + 1])
    if len(first) > OFFERED:
        return StoreFilter(value, [])
    return StoreFilter(value, [("", _("全部")), *((store.ref, store.name) for store in first)])


def in_named_stores(actor: Actor, value: str, field_name: str = "store_id") -> Q:
    """The rows of the stores that the condition 门店 names: one by its public id, or those that fit what was typed.

    Whoever has chosen one store sees that one, whatever a kept view says.
    """
    value = value.strip()
    if not value or actor.store_id is not None:
        return Q()
    if (pk := _id(value)) is not None:
        return Q(**{field_name: pk})
    return Q(**{f"{field_name}__in": reachable(actor).filter(store_matches(value)).values("pk")})


def stores_here(actor: Actor) -> QuerySet[Any] | None:
    """Ids of the stores chosen in the switcher, for rows that only hold a number; None where every store is meant."""
    if actor.store_id is not None:
        return Store.objects.filter(pk=actor.store_id).values("pk")
    if actor.region_id is None and actor.stores is None:
        return None
    rows = Store.objects.all() if actor.stores is None else Store.objects.filter(pk__in=actor.stores)
    return (rows.filter(region_id=actor.region_id) if actor.region_id else rows).values("pk")


def store_in_view(actor: Actor, value: str) -> int | None:
    """The one store that a list shows: that of the switcher, else the one that its condition 门店 names."""
    if actor.store_id is not None:
        return actor.store_id
    pk = _id(value.strip())
    return pk if pk is not None and actor.in_store(pk) else None


def store_names(actor: Actor, store_ids: Iterable[int]) -> dict[int, str]:
    """The names of the stores behind the rows of a page, for who looks at several; nobody else needs them."""
    return {} if actor.store_id is not None else names_of_stores(store_ids)


def names_of_stores(store_ids: Iterable[int]) -> dict[int, str]:
    """The names of stores of the organisation; no query when none is asked for."""
    return dict(Store.objects.filter(pk__in=set(store_ids)).values_list("pk", "name"))


def looking_at(actor: Actor, store: str = "") -> Actor:
    """The caller of a list of the API: in the store that was named, else in all of the caller's stores.

    What somebody chose in the store switcher of the pages says nothing to a program.
    """
    if not store:
        return replace(actor, store_id=None, region_id=None)
    chosen = parse_id("sto", store)
    if not actor.in_store(chosen) or not Store.objects.filter(pk=chosen).exists():
        raise Missing()
    return replace(actor, store_id=chosen, region_id=None)
