"""The rail: domains register their entry, each role sees those it has a permission for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from .access import Actor
from .errors import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One module in the rail. ``count`` says how many things wait for this actor."""

    key: str
    label: Text
    icon: str
    url_name: str
    permission: str
    position: int
    shortcut: str = ""
    count: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the rail draws it."""

    key: str
    label: Text
    icon: str
    url: str
    count: int
    current: bool
    shortcut: str


ENTRIES: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """A domain's ``plugs.connect`` puts its module into the rail."""
    for entry in entries:
        ENTRIES[entry.key] = entry


def entries_for(actor: Actor, path: str) -> list[Shown]:
    """The rail of this actor, in order, with the present module marked."""
    mine = sorted((e for e in ENTRIES.values() if actor.may(e.permission)), key=lambda e: e.position)
    urls = {entry.key: reverse(entry.url_name) for entry in mine}
    current = max((k for k, u in urls.items() if path.startswith(u)), key=lambda k: len(urls[k]), default="")
    return [
        Shown(e.key, e.label, e.icon, urls[e.key], e.count(actor) if e.count else 0, e.key == current, e.shortcut)
        for e in mine
    ]
