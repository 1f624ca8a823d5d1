"""What customers plugs in: the module in the rail, and two groups of the search panel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core import listing, navigation, panels, reach, search
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.core.states import Label

from . import policies, queries
from .models import Customer, Vehicle


def _customer_url(pk: int) -> str:
    return reverse("customers:detail", args=[public_id(Customer.id_prefix, pk)])


def _vehicle_url(pk: int) -> str:
    return reverse("customers:vehicle", args=[public_id(Vehicle.id_prefix, pk)])


def _customer_checkin(pk: int) -> str:
    return queries.checkin_url(customer_ref=public_id(Customer.id_prefix, pk))


def _vehicle_checkin(pk: int) -> str:
    return queries.checkin_url(vehicle_ref=public_id(Vehicle.id_prefix, pk))


def _customer_book(pk: int) -> str:
    return queries.book_url(customer_ref=public_id(Customer.id_prefix, pk))


def _vehicle_book(pk: int) -> str:
    return queries.book_url(vehicle_ref=public_id(Vehicle.id_prefix, pk))


def _vehicle_badges(ids: list[int], by: Actor) -> dict[int, Label]:
    return queries.badges_of(ids, by=by)


def call_backs(*, by: Actor, at: datetime, store_id: int | None, **_facts: Any) -> panels.Panel | None:
    """Home page: whom somebody promised to call."""
    if not by.may("customers.edit"):
        return None
    context = {"calls": queries.call_backs(by=by, at=at), "today": timezone.localdate(at)}
    return panels.Panel("call_backs", "customers/_panel_calls.html", context, "aside", 30, _("要回的电话"))


def newcomers(*, by: Actor, at: datetime, **_facts: Any) -> panels.Panel | None:
    """Home page of those who bring customers and do not work on cars: who is new, and from where."""
    if not by.may("customers.view") or by.may("workshop.view"):
        return None
    context = {"newcomers": queries.newcomers(by=by, at=at)}
    return panels.Panel("newcomers", "customers/_panel_newcomers.html", context, "main", 40, _("本月新客户"))


def connect() -> None:
    """Called once by ``project``."""
    listing.register(queries.CUSTOMERS, queries.VEHICLES)
    reach.register("cus", policies.reaches_customer, "customer_id")
    reach.register("veh", policies.reaches_vehicle, "vehicle_id")
    reach.register("con", policies.reaches_contact, "contact_id")
    navigation.register(
        navigation.Entry(
            "customers",
            pgettext_lazy("rail", "客户"),
            "users",
            "customers:list",
            "customers.view",
            20,
            shortcut="g c",
            also=("customers:vehicles",),
        )
    )
    navigation.register_actions(
        navigation.Action(
            key="new_customer",
            label=_("新客户"),
            hint=_("客户和车辆"),
            icon="user-plus",
            url_name="customers:create",
            permission="customers.edit",
            shortcut="F4",
            position=30,
        ),
        navigation.Action(
            key="record_call",
            label=_("记录来电"),
            hint=_("谁打来、要什么"),
            icon="phone",
            url_name="customers:record_call",
            permission="customers.edit",
            shortcut="F8",
            position=35,
            drawer=True,
        ),
    )
    panels.register("home", call_backs)
    panels.register("home", newcomers)
    search.register_kind(
        search.Kind(
            "vehicle",
            _("车辆"),
            _vehicle_url,
            badges=_vehicle_badges,
            permission="customers.view",
            position=10,
            checkin_url=_vehicle_checkin,
            own=policies.own_vehicles,
            book_url=_vehicle_book,
        )
    )
    search.register_kind(
        search.Kind(
            "customer",
            _("客户"),
            _customer_url,
            permission="customers.view",
            position=20,
            checkin_url=_customer_checkin,
            own=policies.own_customers,
            book_url=_customer_book,
        )
    )
