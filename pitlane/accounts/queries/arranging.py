"""What a person can arrange: the actions and cards of the home page and the modules of the rail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.navigation import actions_for, entries_for, in_own_order
from pitlane.core.panels import Panel, collect

from ..models import Staff


@dataclass(frozen=True, slots=True)
class Place:
    """One thing in the own order; ``shown`` says whether it stands on the page."""

    key: str
    label: Text
    icon: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ArrangeScreen:
    """The three lists of the page; ``own`` when the person changed anything."""

    actions: list[Place]
    cards: list[Place]
    rail: list[Place]
    own: bool


def home_of(staff_id: int) -> dict[str, list[str]]:
    """What this person arranged, nothing when all is as the role has it."""
    preferences = Staff.objects.filter(pk=staff_id).values_list("preferences", flat=True).first() or {}
    found: dict[str, list[str]] = preferences.get("home", {})
    return found


def arranged(cards: list[Panel], home: dict[str, list[str]]) -> list[Panel]:
    """The cards of the home page as this person wants them."""
    return [one for one in in_own_order(cards, home.get("cards", ())) if one.key not in home.get("hidden", ())]


def arrange_screen(*, by: Actor, at: datetime) -> ArrangeScreen:
    """Everything this person may place, in the present order."""
    home = home_of(by.id)
    chosen = home.get("actions") or [one.key for one in actions_for(by)]
    actions = in_own_order(actions_for(by, most=100), chosen)
    cards = [one for one in collect("home", by=by, at=at, store_id=by.store_id, home="") if one.label]
    hidden = home.get("hidden", ())
    return ArrangeScreen(
        actions=[Place(one.key, one.label, one.icon, one.key in chosen) for one in actions],
        cards=[
            Place(one.key, one.label, "layout-dashboard", one.key not in hidden)
            for one in in_own_order(cards, home.get("cards", ()))
        ],
        rail=[Place(one.key, one.label, one.icon, True) for one in entries_for(by, "", home.get("rail", ()))],
        own=bool(home),
    )


def moved(screen: ArrangeScreen, group: str, key: str, move: str) -> dict[str, Any]:
    """What the lists become when one thing goes up or down, appears or disappears."""
    places: list[Place] = getattr(screen, group)
    keys = [one.key for one in places]
    shown = {one.key: one.shown for one in places}
    if key not in keys:
        return {}
    if move in ("up", "down"):
        at = keys.index(key)
        to = max(0, min(len(keys) - 1, at + (1 if move == "down" else -1)))
        keys[at], keys[to] = keys[to], keys[at]
    if move in ("show", "hide"):
        shown[key] = move == "show"
    if group == "actions":
        return {"actions": [one for one in keys if shown[one]]}
    if group == "cards":
        return {"cards": keys, "hidden": [one for one in keys if not shown[one]]}
    return {"rail": keys}
