"""What reception adds to other screens: its place in the rail, cards on order, car and customer, waiting quotes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core import navigation, panels, reach
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.core.panels import Panel

from . import policies, queries


def connect() -> None:
    """Called once at start."""
    navigation.register(
        navigation.Entry(
            key="reception",
            label=_("接车"),
            icon="clipboard-check",
            url_name="reception:home",
            permission="reception.checkin",
            position=40,
            shortcut="F2",
            count=queries.waiting_count,
            waits=_("等客户确认的报价"),
            waits_at="reception:choose",
        )
    )
    navigation.register_actions(
        navigation.Action(
            key="check_in",
            label=_("接车登记"),
            hint=_("输入车牌"),
            icon="clipboard-check",
            url_name="reception:check_in",
            permission="reception.checkin",
            shortcut="F2",
            position=10,
        ),
        navigation.Action(
            key="quick_quote",
            label=_("快速报价"),
            hint=_("套餐 / 项目"),
            icon="calculator",
            url_name="reception:choose",
            permission="reception.quote",
            shortcut="F6",
            position=20,
        ),
    )
    reach.register("cse", policies.reaches_own_cause, "own_cause_id")
    reach.register("est", policies.reaches_estimate, "estimate_id")
    reach.register("wlk", policies.reaches_walkaround)
    reach.register("rec", policies.reaches_recommendation, "recommendation_id")
    panels.register("order_tabs", diagnosis_panel)
    panels.register("order", walkaround_panel)
    panels.register("order", estimate_panel)
    panels.register("customer360", customer_panel)
    panels.register("vehicle", vehicle_panel)
    panels.register("home", home_panel)
    panels.register("home", kept_panel)


def diagnosis_panel(*, by: Actor, at: datetime, order_id: int, over: bool = False, **_facts: Any) -> Panel | None:
    """How many likely causes nobody has looked at, beside the tabs of the order page."""
    if over or not by.may("reception.quote"):
        return None
    count = queries.diagnosis_of(order_id, by=by, at=at).open_count
    context = {"count": count, "order_ref": public_id("ord", order_id)}
    return Panel("diagnosis", "reception/_diagnosis_link.html", context)


def walkaround_panel(*, by: Actor, at: datetime, order_id: int, over: bool = False, **_facts: Any) -> Panel | None:
    """The car as it came in, on the order page. A visit that is over and had none is not asked for one."""
    card = queries.walkaround_of(order_id)
    if over and card is None:
        return None
    may = by.may("reception.checkin") and not over
    context = {"card": card, "order_ref": public_id("ord", order_id), "may": may}
    return Panel("walkaround", "reception/_walkaround_card.html", context, place="aside", position=10)


def estimate_panel(*, by: Actor, at: datetime, order_id: int, over: bool = False, **_facts: Any) -> Panel | None:
    """How far the quote is, on the order page. A visit that is over is quoted nothing more."""
    versions = queries.estimates_of(order_id, at=at)
    may = by.may("reception.quote") and not over
    if not versions and not may:
        return None
    context: dict[str, Any] = {
        "versions": versions,
        "newest": versions[0] if versions else None,
        "order_ref": public_id("ord", order_id),
        "may": may,
    }
    return Panel("estimate", "reception/_estimate_card.html", context, place="aside", position=20)


def customer_panel(*, by: Actor, at: datetime, customer_id: int, vehicle_ids: list[int], **_facts: Any) -> Panel | None:
    """Work put off on any of the customer's cars."""
    return _kept(queries.recommendations_for(vehicle_ids), by)


def vehicle_panel(*, by: Actor, at: datetime, vehicle_id: int, **_facts: Any) -> Panel | None:
    """Work put off on this car."""
    return _kept(queries.recommendations_of(vehicle_id), by)


def _kept(cards: list[queries.RecommendationCard], by: Actor) -> Panel | None:
    if not cards:
        return None
    context = {"cards": cards, "may": by.may("reception.quote")}
    return Panel("recommendations", "reception/_recommendations.html", context, place="aside", position=60)


def home_panel(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> Panel | None:
    """Quotes nobody answered yet: whom to call."""
    if not by.may("reception.quote"):
        return None
    waiting = queries.waiting_estimates(by=by, at=at)
    if not waiting:
        return None
    return Panel(
        "waiting_estimates", "reception/_waiting.html", {"waiting": waiting}, "aside", 20, _("等客户确认的报价")
    )


def kept_panel(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> Panel | None:
    """What the cars in the shop put off before: to be spoken of while they are here."""
    if not by.may("reception.quote"):
        return None
    kept = queries.kept_here(by)
    context = {"kept": kept}
    return (
        Panel("kept_here", "reception/_kept_here.html", context, "main", 30, _("在店车辆上次没做的")) if kept else None
    )
