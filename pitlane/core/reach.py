"""How far an own-only role reaches: ids of documents that are not theirs lead nowhere, wherever they come from.

Database ids are never shown, so everything that a person or program names comes in as a public id. While an own-only
actor's request runs, each of them is asked here; the commands ask once more for the documents they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .access import Actor
from .errors import Missing

Belongs = Callable[[Actor, int], bool]
OWNED: dict[str, Belongs] = {}
ARGUMENTS: dict[str, str] = {}
_narrowed: ContextVar[Actor | None] = ContextVar("pitlane_narrowed", default=None)


def register(prefix: str, belongs: Belongs, argument: str = "") -> None:
    """A domain's ``plugs.connect`` says whose its documents are; ``argument`` is how its commands call them."""
    OWNED[prefix] = belongs
    if argument:
        ARGUMENTS[argument] = prefix


@contextmanager
def narrowed(actor: Actor) -> Iterator[None]:
    """Open the reach of a request: nothing changes for who sees more than the own documents."""
    token = _narrowed.set(actor if actor.own_only else None)
    try:
        yield
    finally:
        _narrowed.reset(token)


def reaches(actor: Actor, prefix: str, pk: int) -> bool:
    """May this actor come to that document at all?"""
    belongs = OWNED.get(prefix)
    return not actor.own_only or belongs is None or belongs(actor, pk)


def check(prefix: str, pk: int) -> None:
    """``Missing`` when the open request does not reach that document."""
    actor = _narrowed.get()
    if actor is not None and not reaches(actor, prefix, pk):
        raise Missing()


def check_arguments(actor: Actor, given: Mapping[str, Any]) -> None:
    """The same for the documents that a command is asked to change."""
    if not actor.own_only:
        return
    for name, value in given.items():
        if name in ARGUMENTS and isinstance(value, int) and not reaches(actor, ARGUMENTS[name], value):
            raise Missing()
