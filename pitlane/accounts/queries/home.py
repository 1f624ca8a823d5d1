"""The home page of each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.navigation import ENTRIES, ShownAction, actions_for
from pitlane.core.panels import Panel, collect

from ..models import Approval, Role, StaffSkill
from .approvals import open_approvals
from .people import expiring_certificates

AHEAD = timedelta(days=60)
TERMINAL = {"technician": "my_jobs"}


@dataclass(frozen=True, slots=True)
class HomeScreen:
    """The home page of one person: the role's page, its panels, what waits for approval, certificates running out."""

    kind: str
    panels: list[Panel]
    asides: list[Panel]
    approvals: list[Approval]
    certificates: list[StaffSkill]
    today: date
    actions: list[ShownAction]


def home_kind(actor: Actor) -> str:
    """Which home page this person has: that of the role with the widest scope, the older role when equal."""
    mine = Role.objects.filter(code__in=actor.roles).values_list("home", "data_scope", "pk")
    kind: str = max(mine, key=lambda row: (Role.WIDTH.index(row[1]), -row[2]), default=("frontdesk", "", 0))[0]
    return kind


def terminal_url(actor: Actor) -> str:
    """Where people go who do not work at a desk; empty for those who have a home page."""
    entry = ENTRIES.get(TERMINAL.get(home_kind(actor), ""))
    return reverse(entry.url_name) if entry else ""


def home_screen(actor: Actor, *, at: datetime) -> HomeScreen:
    """The panels that the domains offer to this person's home page, and what waits for them."""
    kind, today = home_kind(actor), timezone.localdate(at)
    panels = collect("home", by=actor, at=at, store_id=actor.store_id, home=kind)
    manages = actor.may("accounts.staff")
    return HomeScreen(
        kind=kind,
        panels=[panel for panel in panels if panel.place != "aside"],
        asides=[panel for panel in panels if panel.place == "aside"],
        approvals=open_approvals(actor),
        certificates=expiring_certificates(actor, today + AHEAD) if manages else [],
        today=today,
        actions=actions_for(actor),
    )
