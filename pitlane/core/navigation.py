"""The rail: domains register their entry, each role sees those it has a permission for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.urls import reverse

from .access import Actor
from .errors import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One module in the rail, for whoever holds one of its permissions (none named: everybody).

    ``count`` says how many things wait for this actor, ``waits`` what they are: the bell lists them, and leads to
    ``waits_at`` (the module's page unless named). ``also`` are further pages that belong to the module.
    """

    key: str
    label: Text
    icon: str
    url_name: str
    permission: str | tuple[str, ...]
    position: int
    shortcut: str = ""
    count: Callable[[Actor], int] | None = None
    waits: Text = ""
    waits_at: str = ""
    also: tuple[str, ...] = ()


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
    waits: Text = ""
    waits_url: str = ""


ENTRIES: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """A domain's ``plugs.connect`` puts its module into the rail."""
    for entry in entries:
        ENTRIES[entry.key] = entry


def _open_to(actor: Actor, wanted: str | tuple[str, ...]) -> bool:
    codes = (wanted,) if isinstance(wanted, str) else wanted
    return not codes or any(actor.may(code) for code in codes)


class Keyed(Protocol):
    """Something that a person can put in another place."""

    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def in_own_order(things: Iterable[K], order: Sequence[str]) -> list[K]:
    """What a person placed comes first, as they placed it; the rest follows as usual."""
    place = {key: number for number, key in enumerate(order)}
    return sorted(things, key=lambda thing: place.get(thing.key, len(place)))


def entries_for(actor: Actor, path: str, order: Sequence[str] = ()) -> list[Shown]:
    """The rail of this actor, in the own order or the usual one, with the present module marked."""
    usual = sorted((e for e in ENTRIES.values() if _open_to(actor, e.permission)), key=lambda e: e.position)
    mine = in_own_order(usual, order)
    urls = {entry.key: reverse(entry.url_name) for entry in mine}
    places = [(url, key) for key, url in urls.items()]
    places += [(reverse(name), entry.key) for entry in mine for name in entry.also]
    fitting = [(len(url), key) for url, key in places if path == url or (url != "/" and path.startswith(url))]
    current = max(fitting, key=lambda found: found[0], default=(0, ""))[1]
    return [_shown(entry, urls[entry.key], entry.key == current, actor) for entry in mine]


def _shown(entry: Entry, url: str, current: bool, actor: Actor) -> Shown:
    return Shown(
        key=entry.key,
        label=entry.label,
        icon=entry.icon,
        url=url,
        count=entry.count(actor) if entry.count else 0,
        current=current,
        shortcut=entry.shortcut,
        waits=entry.waits,
        waits_url=reverse(entry.waits_at) if entry.waits_at else url,
    )


def waiting_in(entries: Iterable[Shown]) -> list[Shown]:
    """What the bell lists: the modules in which something waits for this actor. The rail has counted it already."""
    return [entry for entry in entries if entry.count and entry.waits]


@dataclass(frozen=True, slots=True)
class Action:
    """One of the big buttons of the home page and its function key, for example 接车登记 F2.

    One that opens in the ``drawer`` stands in the bar of every page: it never leads away.
    """

    key: str
    label: Text
    hint: Text
    icon: str
    url_name: str
    permission: str
    shortcut: str
    position: int = 100
    drawer: bool = False


@dataclass(frozen=True, slots=True)
class ShownAction:
    """An action as the home page draws it; the first one is the primary."""

    key: str
    label: Text
    hint: Text
    icon: str
    url: str
    shortcut: str
    primary: bool
    drawer: bool


ACTIONS: dict[str, Action] = {}


def register_actions(*actions: Action) -> None:
    """A domain's ``plugs.connect`` offers its most used actions."""
    for action in actions:
        ACTIONS[action.key] = action


def actions_for(actor: Actor, chosen: Sequence[str] = (), most: int = 5) -> list[ShownAction]:
    """The actions this actor may take: those chosen in the chosen order, else the most used first."""
    usual = sorted((a for a in ACTIONS.values() if actor.may(a.permission)), key=lambda a: a.position)
    mine = in_own_order((a for a in usual if a.key in chosen), chosen) or usual
    return [
        ShownAction(a.key, a.label, a.hint, a.icon, reverse(a.url_name), a.shortcut, place == 0, a.drawer)
        for place, a in enumerate(mine[:most])
    ]
