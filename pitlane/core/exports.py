"""Lists that may leave the house: what a domain promises to the one way out (right, approval, mark, record)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from .access import Actor
from .errors import Refused, Text
from .imports.cells import day

Filters = dict[str, Any]


def _nothing(given: Mapping[str, str]) -> Filters:
    return {}


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of list. ``narrow`` writes into the filters what the person who asks may see, as the file is made later
    by the worker; ``people`` says whether phone numbers are in it. ``asked`` turns the address of the list's page into
    filters, so that the file holds what the list shows."""

    key: str
    label: Text
    permission: str
    narrow: Callable[[Filters, Actor], Filters]
    count: Callable[[Filters, Actor, datetime], int]
    header: Callable[[], list[str]]
    rows: Callable[[Filters, bool, Actor, datetime], Iterator[list[Any]]]
    people: bool = True
    asked: Callable[[Mapping[str, str]], Filters] = _nothing


KINDS: dict[str, ExportKind] = {}


def register(*kinds: ExportKind) -> None:
    """Called at import of a domain's ``exports.py``."""
    for kind in kinds:
        KINDS[kind.key] = kind


def kind_of(key: str) -> ExportKind:
    """The kind by its key; a wrong one is a wrong question."""
    try:
        return KINDS[key]
    except KeyError:
        raise Refused(_("没有这种导出"), code="export_kind", field="what") from None


def of_stores(filters: Filters, by: Actor) -> Filters:
    """Only the stores of the person who asks and, for own-only roles, their own documents."""
    stores = None if by.stores is None else sorted(by.stores)
    return {**filters, "stores": stores, "own_id": by.id if by.own_only else None}


def days_of(filters: Filters) -> dict[str, Any]:
    """The first and last day that were asked for."""
    return {name: day(str(filters[name])) for name in ("since", "until") if filters.get(name)}
