"""Slots that a lower screen offers and higher domains fill: cards on the 360° view, on home pages, on a vehicle.

The lower domain names the slot and calls ``collect``; a higher domain registers a function in its ``plugs.py``. So the
360° view shows orders and bills although customers knows neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .access import Actor
from .errors import Text


@dataclass(frozen=True, slots=True)
class Panel:
    """One card: a template with its context, placed by position; ``place`` is ``left``, ``main`` or ``aside``.

    ``label`` names a card of the home page to whoever arranges theirs.
    """

    key: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    place: str = "main"
    position: int = 100
    label: Text = ""


Maker = Callable[..., Panel | None]
SLOTS: dict[str, list[Maker]] = {}


def register(slot: str, maker: Maker) -> None:
    """``maker(by=Actor, at=datetime, **facts)`` returns a panel, or None when there is nothing to show."""
    makers = SLOTS.setdefault(slot, [])
    if maker not in makers:
        makers.append(maker)


def collect(slot: str, *, by: Actor, **facts: Any) -> list[Panel]:
    """All panels of a slot, in order."""
    made = [maker(by=by, **facts) for maker in SLOTS.get(slot, [])]
    return sorted((panel for panel in made if panel is not None), key=lambda panel: panel.position)
