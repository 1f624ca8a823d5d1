"""What appointments add to other screens: the rail, F3, today's visits on the home page, the 360° view, the car."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core import listing, navigation, panels
from pitlane.core.access import Actor
from pitlane.core.panels import Panel

from . import queries


def today_panel(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> Panel | None:
    """Home page: today's appointments, who is late, whose car comes next."""
    if not by.may("appointments.view", store_id):
        return None
    context = {"today": queries.today(by=by, at=at), "may": by.may("appointments.book", store_id)}
    return Panel("appointments", "appointments/_panel_today.html", context, "main", 20, _("今日预约"))


def customer_panel(
    *, by: Actor, at: datetime, customer_id: int, vehicle_ids: Sequence[int] = (), **_facts: Any
) -> Panel | None:
    """360° view: what is booked, and what became of it."""
    return _cards(by, at, customer_id=customer_id) if by.may("appointments.view") else None


def vehicle_panel(*, by: Actor, at: datetime, vehicle_id: int, **_facts: Any) -> Panel | None:
    """Page of a car: its appointments."""
    return _cards(by, at, vehicle_id=vehicle_id) if by.may("appointments.view") else None


def _cards(by: Actor, at: datetime, **whose: int) -> Panel | None:
    cards = queries.cards_for(by, at, **whose)
    return Panel("appointments", "appointments/_panel_visits.html", {"cards": cards}, "aside", 40) if cards else None


def customer_data(*, by: Actor, at: datetime | None = None, customer_id: int, **_facts: Any) -> Panel | None:
    """What a person may see about themselves."""
    rows = queries.personal_rows(customer_id)
    return Panel("appointments", "", {"title": str(_("预约")), "rows": rows})


def connect() -> None:
    """Called once by ``project``."""
    navigation.register(
        navigation.Entry(
            "appointments",
            pgettext_lazy("rail", "预约"),
            "calendar-event",
            "appointments:list",
            "appointments.view",
            30,
            "g a",
            queries.to_answer,
            _("待确认的预约"),
        )
    )
    navigation.register_actions(
        navigation.Action(
            key="book",
            label=_("新建预约"),
            hint=_("车牌或电话"),
            icon="calendar-plus",
            url_name="appointments:book",
            permission="appointments.book",
            shortcut="F3",
            position=15,
            drawer=True,
        )
    )
    listing.register(queries.APPOINTMENTS)
    panels.register("home", today_panel)
    panels.register("customer360", customer_panel)
    panels.register("vehicle", vehicle_panel)
    panels.register("customer_data", customer_data)
