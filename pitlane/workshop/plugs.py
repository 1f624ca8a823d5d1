"""What the workshop puts into the rail, the search box and the screens of lower domains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core import approvals, listing, navigation, panels, reach, search
from pitlane.core.access import Actor
from pitlane.core.ids import parse_id, public_id
from pitlane.core.panels import Panel

from . import policies, queries


def order_url(order_id: int) -> str:
    return reverse("workshop:order", args=[public_id("ord", order_id)])


def order_matter(subject: str, by: Actor) -> approvals.Matter:
    """What a discount, a price below cost or a reversal is about: the order."""
    url = order_url(parse_id("ord", subject)) if by.may("workshop.view") else ""
    return approvals.Matter(url)


def to_dispatch(by: Actor) -> int:
    """Orders that wait for the foreman."""
    return queries.waiting_count(by, "dispatch_pending") if by.may("workshop.dispatch", by.store_id) else 0


def to_inspect(by: Actor) -> int:
    """Orders that wait for the inspector."""
    return queries.waiting_count(by, "qc_pending") if by.may("workshop.inspect", by.store_id) else 0


def cars_today(*, by: Actor, at: datetime, store_id: int | None, **_facts: Any) -> Panel | None:
    """Home page: the shop's cars by stage."""
    if not by.may("workshop.view", store_id):
        return None
    return Panel(
        "cars",
        "workshop/_panel_stages.html",
        {"stages": queries.cars_by_stage(by, at)},
        "main",
        10,
        _("在厂车辆"),
    )


def due_today(*, by: Actor, at: datetime, store_id: int | None, **_facts: Any) -> Panel | None:
    """Home page: what was promised for today, so that nobody has to open orders to know."""
    if not by.may("workshop.view", store_id):
        return None
    return Panel(
        "due_today",
        "workshop/_panel_due.html",
        {"due": queries.promised_today(by, at)},
        "main",
        20,
        _("今天应交"),
    )


def needs_me(*, by: Actor, at: datetime, store_id: int | None, **_facts: Any) -> Panel | None:
    """Home page: what needs this person now."""
    if not by.may("workshop.view", store_id):
        return None
    return Panel(
        "needs_me",
        "workshop/_panel_todo.html",
        {"todos": queries.needs_me(by, at)},
        "aside",
        10,
        _("现在需要你"),
    )


def customer_orders(
    *, by: Actor, at: datetime, customer_id: int, vehicle_ids: Sequence[int] = (), **_facts: Any
) -> Panel | None:
    """360° view: the orders that run now."""
    if not by.may("workshop.view"):
        return None
    cards = queries.orders_for(by, customer_id=customer_id)
    running = [card for card in cards if card.state not in ("closed", "cancelled", "delivered")]
    context = {"running": running, "cards": cards, "now": at}
    return Panel("orders", "workshop/_panel_orders.html", context, "main", 10) if cards else None


def vehicle_orders(*, by: Actor, at: datetime, vehicle_id: int, **_facts: Any) -> Panel | None:
    """Page of a car: its visits and the way to its archive."""
    if not by.may("workshop.view"):
        return None
    context = {
        "visits": queries.visits_seen(vehicle_id, by=by, limit=12),
        "vehicle_ref": public_id("veh", vehicle_id),
        "now": at,
    }
    return Panel("visits", "workshop/_panel_visits.html", context, "main", 10)


def vehicle_badges(*, by: Actor, vehicle_ids: Sequence[int], **_facts: Any) -> Panel | None:
    """State pills of cars that are in the shop."""
    return Panel("in_shop", "", {"badges": queries.vehicle_badges(vehicle_ids)})


def vehicle_visits(*, vehicle_ids: Sequence[int], **_facts: Any) -> Panel:
    """When the cars of a list came last."""
    return Panel("visits", "", {"visits": queries.last_visits(vehicle_ids)})


def customer_data(*, by: Actor, customer_id: int, **_facts: Any) -> Panel | None:
    """The workshop's part of what a person may see about themselves."""
    cards = queries.orders_for(by, customer_id=customer_id, limit=1000)
    rows = [
        {
            "number": card.number,
            "opened_at": card.opened_at.isoformat(),
            "plate": card.plate,
            "title": card.title,
            "total_fen": None if card.unpriced else card.total.fen,
        }
        for card in cards
    ]
    return Panel("orders", "", {"title": str(_("维修工单")), "rows": rows})


def erase_obstacle(*, by: Actor, customer_id: int, **_facts: Any) -> Panel | None:
    """A person whose car is in the shop cannot be forgotten yet."""
    cards = queries.orders_for(by, customer_id=customer_id)
    if all(card.state in ("delivered", "closed", "cancelled") for card in cards):
        return None
    return Panel("orders", "", {"text": str(_("还有没交车的工单"))})


def connect() -> None:
    """Called once by ``project``."""
    navigation.register(
        navigation.Entry("my_jobs", _("我的任务"), "tool", "workshop:my_jobs", "workshop.work", 15),
        navigation.Entry(
            "orders", pgettext_lazy("rail", "工单"), "file-invoice", "workshop:list", "workshop.view", 50, "g o"
        ),
        navigation.Entry(
            key="workshop",
            label=_("车间"),
            icon="layout-board-split",
            url_name="workshop:board",
            permission="workshop.view",
            position=60,
            shortcut="g w",
            count=to_dispatch,
            waits=_("待派工的车"),
        ),
        navigation.Entry(
            key="quality",
            label=_("质检"),
            icon="shield-check",
            url_name="workshop:quality",
            permission="workshop.inspect",
            position=65,
            count=to_inspect,
            waits=_("待总检的车"),
        ),
    )
    search.register_kind(
        search.Kind(
            "order",
            _("工单"),
            order_url,
            queries.badges,
            permission="workshop.view",
            position=30,
            own=policies.own_orders,
        )
    )
    listing.register(queries.ORDERS)
    reach.register("ord", policies.reaches_order, "order_id")
    reach.register("itm", policies.reaches_item, "item_id")
    kinds = ("discount", "below_cost", "reverse")
    approvals.register(*(approvals.ApprovalKind(kind, order_matter) for kind in kinds))
    panels.register("home", cars_today)
    panels.register("home", due_today)
    panels.register("home", needs_me)
    panels.register("customer360", customer_orders)
    panels.register("vehicle", vehicle_orders)
    panels.register("vehicle_badges", vehicle_badges)
    panels.register("vehicle_visits", vehicle_visits)
    panels.register("customer_data", customer_data)
    panels.register("erase_obstacle", erase_obstacle)
