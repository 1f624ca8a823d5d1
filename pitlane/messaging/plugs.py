"""What messaging plugs in: the provider that needs nobody outside, the module in the rail, cards of a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core import listing, navigation, panels
from pitlane.core.access import Actor, system
from pitlane.core.ids import public_id
from pitlane.core.panels import Panel

from . import notebook, queries
from .words import CHANNELS


def preference_panel(*, by: Actor, at: datetime, customer_id: int, **_facts: Any) -> Panel:
    """360° view: how the customer wants to hear from the shop, and the latest messages."""
    ref = public_id("cus", customer_id)
    wishes = queries.wishes_of(customer_id)
    may_see = by.may("messaging.view")
    context = {
        "wishes": wishes,
        "channels": [CHANNELS[kind] for kind in wishes.channels],
        "no_service": "service" in wishes.purposes_off,
        "no_marketing": "marketing" in wishes.purposes_off,
        "rows": queries.messages_of(customer_id, by=by) if may_see else [],
        "log_url": f"{reverse('messaging:log')}?customer={ref}" if may_see else "",
        "edit_url": reverse("messaging:preference", args=[ref]) if by.may("customers.edit") else "",
    }
    return Panel("messages", "messaging/_panel_customer.html", context, place="left", position=40)


def customer_data(*, by: Actor, customer_id: int, **_facts: Any) -> Panel | None:
    """Messaging's part of what a person may see about themselves."""
    rows = [
        {"at": row.at.isoformat(), "what": str(row.template), "channel": str(row.channel), "state": row.state}
        for row in queries.messages_of(customer_id, 1000, by=system(by.org_id))
    ]
    return Panel("messages", "", {"title": str(_("消息")), "rows": rows}) if rows else None


def connect() -> None:
    """Called once by ``project``."""
    notebook.offer_all()
    listing.register(queries.MESSAGES)
    navigation.register(
        navigation.Entry(
            "messages",
            pgettext_lazy("rail", "消息"),
            "message-2",
            "messaging:log",
            "messaging.view",
            95,
            count=queries.needs_decision,
            waits=_("要你决定的消息"),
        )
    )
    panels.register("customer360", preference_panel)
    panels.register("customer_data", customer_data)
