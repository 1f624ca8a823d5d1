"""How a person arranges the home page and the rail: actions, cards and modules in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing

from .. import policies
from ..models import Staff

MOST_KEYS = 60
LONGEST_KEY = 40


@command
def arrange_home(
    *,
    actions: Sequence[str] | None = None,
    cards: Sequence[str] | None = None,
    hidden: Sequence[str] | None = None,
    rail: Sequence[str] | None = None,
    by: Actor,
    at: datetime,
) -> Staff:
    """Put actions, cards and modules into an own order; what is not named stays as it is. Not worth an event."""
    person = _own(by)
    wanted = {"actions": actions, "cards": cards, "hidden": hidden, "rail": rail}
    changes = {name: _keys(keys) for name, keys in wanted.items() if keys is not None}
    person.preferences = {**person.preferences, "home": {**person.preferences.get("home", {}), **changes}}
    person.save(update_fields=["preferences"])
    return person


@command
def reset_home(*, by: Actor, at: datetime) -> Staff:
    """Back to what the role starts with."""
    person = _own(by)
    person.preferences = {name: value for name, value in person.preferences.items() if name != "home"}
    person.save(update_fields=["preferences"])
    return person


def _own(by: Actor) -> Staff:
    require(policies.can_keep_own(by), "accounts.staff", _("视图和布置属于登录的人，接口密钥没有"))
    person: Staff | None = Staff.objects.select_for_update().filter(pk=by.id).first()
    if person is None:
        raise Missing()
    return person


def _keys(given: Sequence[str]) -> list[str]:
    """Each key once, in order, and no more than any house has."""
    return list(dict.fromkeys(key[:LONGEST_KEY] for key in given))[:MOST_KEYS]
