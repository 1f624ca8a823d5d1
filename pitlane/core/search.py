"""The one search box: plate fragment, phone tail, name, pinyin or initials, VIN tail, order number.

Every searchable thing has one ``SearchDoc`` (what is shown) and some ``SearchKey`` rows (how it is found). A key is a
suffix, so that a fragment anywhere in a plate is a prefix of some key: a range over one b-tree index, the same on
SQLite and PostgreSQL. Phone tails are keyed hashes; nobody can read a phone number out of the keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from .access import Actor
from .chinese import fold
from .crypto import blind
from .errors import Text
from .models import SearchDoc, SearchKey
from .rows import insert_rows
from .states import Label
from .tenancy import current_org

PER_KIND = 8
SCAN = 60
_NOISE = re.compile(r"[\s·.\-_/]+")
_TAIL = re.compile(r"\d{4,15}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a domain hands over to make one thing findable. ``phones`` are full numbers; only hashes are stored."""

    kind: str
    object_id: int
    title: str
    detail: str = ""
    plate: str = ""
    plate_kind: str = ""
    store_id: int | None = None
    keys: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()


def normal(text: str) -> str:
    """Fold width and case, drop separators: ``京A·8K326`` → ``京a8k326``."""
    return _NOISE.sub("", fold(text)).lower()[:64]


def tail_key(tail: str) -> str:
    return "#" + blind("tail", tail)


def suffixes(text: str, shortest: int = 2) -> list[str]:
    """All suffixes, so that any fragment is a prefix of one of them."""
    plain = normal(text)
    return [plain[i:] for i in range(0, max(1, len(plain) - shortest + 1))] if plain else []


def rows_for(entry: Entry) -> set[str]:
    """The normalised and hashed keys of one entry."""
    return {k for k in map(normal, entry.keys) if k} | {tail_key(tail) for tail in entry.tails}


def index(entries: Iterable[Entry]) -> None:
    """Write or rewrite the entries; call it inside the command that changed the thing."""
    entries = list(entries)
    for entry in entries:
        doc, created = SearchDoc.objects.update_or_create(
            org_id=current_org(), kind=entry.kind, object_id=entry.object_id, defaults=_shown(entry)
        )
        known = set() if created else set(doc.keys.values_list("key", flat=True))
        wanted = rows_for(entry)
        if known - wanted:
            doc.keys.filter(key__in=known - wanted).delete()
        SearchKey.objects.bulk_create(
            [SearchKey(org_id=doc.org_id, doc=doc, kind=entry.kind, key=key) for key in sorted(wanted - known)]
        )


def index_new(entries: Iterable[Entry]) -> None:
    """As ``index`` for things that are certainly new: two inserts however many entries."""
    entries = list(entries)
    docs = insert_rows(
        [SearchDoc(org_id=current_org(), kind=e.kind, object_id=e.object_id, **_shown(e)) for e in entries]
    )
    insert_rows(
        [
            SearchKey(org_id=doc.org_id, doc=doc, kind=entry.kind, key=key)
            for doc, entry in zip(docs, entries, strict=True)
            for key in sorted(rows_for(entry))
        ]
    )


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "plate": entry.plate,
        "plate_kind": entry.plate_kind,
        "title": entry.title[:120],
        "detail": entry.detail[:200],
        "store_id": entry.store_id,
    }


def remove(kind: str, object_id: int) -> None:
    """Forget a thing (erased customer, merged duplicate)."""
    SearchDoc.objects.filter(kind=kind, object_id=object_id).delete()


def _condition(term: str) -> Q:
    plain = normal(term)
    condition = Q(key__gte=plain, key__lt=plain + "\U0010ffff")
    digits = re.sub(r"\D", "", term)
    if _TAIL.fullmatch(digits) and digits == plain:
        condition |= Q(key=tail_key(digits))
    return condition


def find(text: str, *, by: Actor, kinds: Iterable[str], limit: int = PER_KIND) -> dict[str, list[SearchDoc]]:
    """Best documents per kind. One indexed query for each kind; further words narrow the first."""
    terms = [term for term in fold(text).split() if normal(term)]
    if not terms:
        return {kind: [] for kind in kinds}
    return {kind: _find_kind(kind, terms, by, limit) for kind in kinds}


def _find_kind(kind: str, terms: list[str], by: Actor, limit: int) -> list[SearchDoc]:
    first, *rest = sorted(terms, key=lambda term: -len(term))
    keys = SearchKey.objects.filter(_condition(first), kind=kind)
    for term in rest:
        keys = keys.filter(doc__in=SearchKey.objects.filter(_condition(term), kind=kind).values("doc"))
    if by.stores is not None and kind == "order":
        keys = keys.filter(doc__store_id__in=by.stores)
    if by.own_only and kind in KINDS and (own := KINDS[kind].own):
        keys = keys.filter(doc__object_id__in=own(by))
    found: dict[int, SearchDoc] = {}
    for key in keys.select_related("doc").order_by("key")[:SCAN]:
        found.setdefault(key.doc_id, key.doc)
    return list(found.values())[:limit]


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of the search panel. ``badges(ids, by)`` answers state pills for the ids shown, in one query;
    ``own(by)`` the ids that an own-only role may find."""

    key: str
    label: Text
    url: Callable[[int], str]
    badges: Callable[[list[int], Actor], dict[int, Label]] | None = None
    permission: str = ""
    position: int = 100
    checkin_url: Callable[[int], str] | None = None
    own: Callable[[Actor], QuerySet[Any]] | None = None
    book_url: Callable[[int], str] | None = None


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """A domain's ``plugs.connect`` adds its group to the panel."""
    KINDS[kind.key] = kind


def hits(text: str, query: str) -> list[tuple[str, bool]]:
    """Split a shown text into parts that match the query and parts that do not, for highlighting."""
    needle = fold(query).strip().lower()
    at = text.lower().find(needle) if needle else -1
    if at < 0:
        return [(text, False)]
    end = at + len(needle)
    return [(part, hit) for part, hit in ((text[:at], False), (text[at:end], True), (text[end:], False)) if part]


def panel(query: str, by: Actor) -> list[dict[str, Any]]:
    """The groups of the search panel: what was found, with links, states and highlighted hits."""
    kinds = sorted((k for k in KINDS.values() if not k.permission or by.may(k.permission)), key=lambda k: k.position)
    found = find(query, by=by, kinds=[kind.key for kind in kinds])
    return [_group(kind, found[kind.key], query, by) for kind in kinds if found[kind.key]]


def _group(kind: Kind, docs: list[SearchDoc], query: str, by: Actor) -> dict[str, Any]:
    ids = [doc.object_id for doc in docs]
    badges = kind.badges(ids, by) if kind.badges else {}
    rows = [_row(kind, doc, query, badges.get(doc.object_id)) for doc in docs]
    return {"label": kind.label, "count": len(rows), "rows": rows}


def _row(kind: Kind, doc: SearchDoc, query: str, badge: Label | None) -> dict[str, Any]:
    return {
        "url": kind.url(doc.object_id),
        "plate": hits(doc.plate, normal(query).upper()) if doc.plate else "",
        "plate_kind": doc.plate_kind,
        "number": "" if doc.plate else kind.label,
        "name": hits(doc.title, query),
        "detail": hits(doc.detail, query),
        "pill": badge,
        "checkin_url": kind.checkin_url(doc.object_id) if kind.checkin_url else "",
        "book_url": kind.book_url(doc.object_id) if kind.book_url else "",
    }
