"""The home page of each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.navigation import ENTRIES, ShownAction, actions_for
from pitlane.core.panels import Panel, collect

from ..models import Role
from .approvals import open_approvals
from .arranging import arranged, home_of
from .people import expiring_certificates

AHEAD = timedelta(days=60)
TERMINAL = {"technician": "my_jobs"}


@dataclass(frozen=True, slots=True)
class HomeScreen:
    """The home page of one person: the role's page, its cards in two columns, the most used actions."""

    kind: str
    panels: list[Panel]
    asides: list[Panel]
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
    """The cards that the domains offer to this person's home page, as this person arranged them."""
    kind, own = home_kind(actor), home_of(actor.id)
    found = collect("home", by=actor, at=at, store_id=actor.store_id, home=kind)
    shown = arranged(found, own)
    return HomeScreen(
        kind=kind,
        panels=[panel for panel in shown if panel.place != "aside"],
        asides=[panel for panel in shown if panel.place == "aside"],
        actions=actions_for(actor, own.get("actions", ())),
    )


def approvals_card(*, by: Actor, **_facts: Any) -> Panel | None:
    """Home page: what waits for this person's decision."""
    rows = open_approvals(by)
    template = "accounts/_panel_approvals.html"
    return Panel("approvals", template, {"approvals": rows}, "aside", 1, _("等你审批")) if rows else None


def certificates_card(*, by: Actor, at: datetime, **_facts: Any) -> Panel | None:
    """Home page: certificates that run out, for those who manage people."""
    today = timezone.localdate(at)
    rows = expiring_certificates(by, today + AHEAD) if by.may("accounts.staff") else []
    context = {"certificates": rows, "today": today}
    return (
        Panel("certificates", "accounts/_panel_certificates.html", context, "aside", 2, _("证书到期")) if rows else None
    )
