"""What the frame of every page needs: navigation, stores, the person, display preferences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pitlane.core.navigation import actions_for, entries_for, waiting_in

from . import queries

RECENT = "recent_stores"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the shell; nothing is read before sign-in.

    Navigation and stores are read when a template shows them: panels and drawers are parts of a page that has them.
    """
    actor = getattr(request, "actor", None)
    if actor is None or actor.kind != "staff":
        return {"theme": request.COOKIES.get("pl_theme", "auto")}
    switcher: Any = SimpleLazyObject(lambda: queries.switcher(actor, request.session.get(RECENT, ())))
    preferences = request.user.preferences  # type: ignore[union-attr]
    rail = preferences.get("home", {}).get("rail", ())
    nav: Any = SimpleLazyObject(lambda: entries_for(actor, request.path, rail))
    bell: Any = SimpleLazyObject(lambda: waiting_in(nav))
    return {
        "actor": actor,
        "actions_anywhere": [action for action in actions_for(actor, most=100) if action.shortcut],
        "everywhere": [action for action in actions_for(actor) if action.drawer],
        "nav": nav,
        "bell": bell,
        "unread": SimpleLazyObject(lambda: sum(entry.count for entry in bell)),
        "switcher": switcher,
        "store": SimpleLazyObject(lambda: switcher.current),
        "theme": preferences.get("theme", request.COOKIES.get("pl_theme", "auto")),
        "density": preferences.get("density", "comfortable"),
        "single_keys": preferences.get("single_keys", True),
        "peek": "HX-Peek" in request.headers,
    }
