"""Stores as people choose them: few are shown at once, the others are found by typing, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from pitlane.core.access import Actor
from pitlane.core.api import keyset

from ..finding import store_matches
from ..models import Store

SHOWN = 10
OFFERED = 12
PAGE = 50


@dataclass(frozen=True, slots=True)
class Switcher:
    """The stores in the top bar: all of a few, or those used last; ``more`` opens the search for the others."""

    shown: list[Store]
    current: Store | None
    more: bool


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


def switcher(actor: Actor, recent: Sequence[int]) -> Switcher:
    """What the top bar shows: two queries and a dozen stores at most."""
    first = list(reachable(actor).order_by("code")[: SHOWN + 1])
    if len(first) <= SHOWN:
        return Switcher(first, next((s for s in first if s.pk == actor.store_id), None), False)
    wanted = [pk for pk in dict.fromkeys([actor.store_id, *recent]) if pk][: SHOWN + 1]
    known = {store.pk: store for store in reachable(actor).filter(pk__in=wanted)}
    return Switcher([known[pk] for pk in wanted if pk in known], known.get(actor.store_id or 0), True)


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
