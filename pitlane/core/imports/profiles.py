"""What can be imported: the promise a domain makes to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ..access import Actor
from ..errors import Missing, Text
from .rows import Row
from .sorting import Sorter

Level = Literal["rejected", "refused", "doubtful"]


@dataclass(frozen=True, slots=True)
class Field:
    """One target field. ``aliases`` are column heads by which it is recognised in foreign files."""

    key: str
    label: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: Text = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a row stays out, or what is doubtful about it. ``code`` groups, ``message`` explains.

    ``rejected``: the row itself is no good. ``refused``: the shop's own data does not take it now, perhaps later.
    """

    row: Row
    level: Level
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Unit:
    """What is imported as one: a customer, a car, a visit with its lines. ``key`` makes a second run add nothing."""

    key: str
    rows: tuple[Row, ...]
    facts: Any


@dataclass(frozen=True, slots=True)
class Target:
    """Into which store the import goes, with which default choices."""

    store_id: int
    options: dict[str, str] = field(default_factory=dict)


Found = Unit | Issue
Reader = Callable[[Iterable[Row], Target, Sorter], Iterator[Found]]
Applier = Callable[..., dict[str, int]]
Obstacles = Mapping[str, tuple[str, Text]]


def no_obstacles(units: Sequence[Unit], target: Target) -> Obstacles:
    """Most units need nothing that the shop must have before."""
    return {}


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of import. ``apply(units, target, by, at)`` is a command and returns key → row id.

    ``read`` says what it finds while the rows pass by, the same in the same order each time, and holds none of them:
    what it must compare or gather, it gives to the sorter. ``check`` looks up, for some units at a time, which of them
    the shop's data will not take: unit key → code and sentence. ``layouts`` are mappings of known programs' files.
    """

    key: str
    label: Text
    fields: tuple[Field, ...]
    read: Reader
    apply: Applier
    permission: str
    noun: Text
    check: Callable[[Sequence[Unit], Target], Obstacles] = no_obstacles
    chunk: int = 200
    layouts: dict[str, dict[str, str]] = field(default_factory=dict)


PROFILES: dict[str, Profile] = {}


def register(*profiles: Profile) -> None:
    """Called at import of a domain's ``imports.py``."""
    for profile in profiles:
        PROFILES[profile.key] = profile


def profile(key: str) -> Profile:
    try:
        return PROFILES[key]
    except KeyError:
        raise Missing() from None


def allowed(by: Actor) -> list[Profile]:
    """The imports this actor may run."""
    return [p for p in PROFILES.values() if by.may(p.permission)]


def _plain(text: str) -> str:
    return "".join(ch for ch in text.lower() if ch.isalnum())


def guess_mapping(fields: Sequence[Field], heads: Sequence[str]) -> dict[str, str]:
    """Recognise columns by their heads: field key → column head. What is not recognised is left for the person."""
    known = {_plain(head): head for head in heads if head}
    mapping: dict[str, str] = {}
    for target in fields:
        names = (target.key, str(target.label), *target.aliases)
        head = next((known[_plain(name)] for name in names if _plain(name) in known), None)
        if head is not None and head not in mapping.values():
            mapping[target.key] = head
    return mapping


def parse_date(text: str) -> datetime | None:
    """Dates as people's files write them; day first when both readings are possible. None when it is no date."""
    short = text.strip().split(" ")[0].split("T")[0]
    for pattern in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y年%m月%d日",  # zh-data
        "%Y%m%d",
        "%d-%m-%y",
        "%d-%m-%Y",
        "%d/%m/%Y",
        "%d/%m/%y",
    ):
        try:
            return datetime.strptime(short, pattern)
        except ValueError:
            continue
    return None
