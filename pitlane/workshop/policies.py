"""Permissions of the workshop, and who may do what to an order."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare, visible

from .models import Assignment, RepairOrder

declare(
    {
        "workshop.view": _("查看工单"),
        "workshop.open": _("开工单"),
        "workshop.edit": _("修改工单和项目"),
        "workshop.dispatch": _("派工"),
        "workshop.work": _("施工"),
        "workshop.inspect": _("质检"),
        "workshop.deliver": _("交车"),
        "workshop.cancel": _("作废工单"),
        "workshop.reopen": _("反结算"),
    },
    sensitive=frozenset({"workshop.reopen", "workshop.cancel"}),
)


def can_open(actor: Actor, store_id: int) -> bool:
    return actor.may("workshop.open", store_id)


def can_view(actor: Actor, order: RepairOrder) -> bool:
    """Own-only roles see the orders they are responsible for."""
    return actor.may("workshop.view", order.store_id) and _within(actor, order)


def _within(actor: Actor, order: RepairOrder) -> bool:
    return not actor.own_only or reaches_order(actor, order.pk)


def listed(actor: Actor) -> Q:
    """Which orders an actor sees: those of the own stores; an own-only role those it advises or works on."""
    condition = visible(actor)
    if actor.own_only:
        worked = Assignment.objects.filter(technician_id=actor.id).values("item__order_id")
        condition &= Q(advisor_id=actor.id) | Q(pk__in=worked)
    return condition


def own_orders(actor: Actor) -> QuerySet[RepairOrder]:
    """The ids of the orders in an actor's reach."""
    found: QuerySet[RepairOrder] = RepairOrder.objects.filter(listed(actor)).values("pk")
    return found


def reaches_order(actor: Actor, order_id: int) -> bool:
    return own_orders(actor).filter(pk=order_id).exists()


def reaches_item(actor: Actor, item_id: int) -> bool:
    return own_orders(actor).filter(items=item_id).exists()


def can_edit(actor: Actor, order: RepairOrder) -> bool:
    """What somebody may not see they may not change either."""
    return actor.may("workshop.edit", order.store_id) and _within(actor, order)


def can_quote(actor: Actor, order: RepairOrder) -> bool:
    return can_edit(actor, order) or actor.may("reception.quote", order.store_id)


def can_decide(actor: Actor, order: RepairOrder) -> bool:
    """The customer decides on their own order; staff write down what the customer said."""
    if actor.kind == "customer":
        return actor.id == order.customer_id
    return can_quote(actor, order)


def can_inspect_car(actor: Actor, order: RepairOrder) -> bool:
    """Whoever receives the car may begin to look at it."""
    return can_edit(actor, order) or actor.may("reception.checkin", order.store_id)


def can_make_house_work(actor: Actor, order: RepairOrder) -> bool:
    """A customer's order that becomes the house's own is paid by the house: only who may approve such a favour."""
    return actor.may("accounts.approve_discount", order.store_id)


def can_improve(actor: Actor, store_id: int) -> bool:
    """Inspectors and foremen decide what is done better next time."""
    return actor.may("workshop.inspect", store_id) or actor.may("workshop.dispatch", store_id)


def can_dispatch(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.dispatch", order.store_id)


def can_work(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.work", order.store_id) or can_dispatch(actor, order)


def can_hold(actor: Actor, order: RepairOrder) -> bool:
    """Desk, foreman and technician may each be the one who sees that it cannot go on."""
    return can_edit(actor, order) or can_work(actor, order)


def can_inspect(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.inspect", order.store_id)


def may_judge(inspector_id: int, worked: Collection[int]) -> bool:
    """Nobody inspects their own work (三检 by different people)."""
    return inspector_id not in worked


def can_issue(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("parts.issue", order.store_id)


def can_settle(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("billing.settle", order.store_id)


def can_sell_below_cost(actor: Actor, order: RepairOrder) -> bool:
    """Who may agree to a price below cost needs nobody else for it."""
    return actor.may("accounts.approve_below_cost", order.store_id)


def can_ask_below_cost(actor: Actor, order: RepairOrder) -> bool:
    return can_settle(actor, order) or can_edit(actor, order)


def can_take_money(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("billing.pay", order.store_id)


def can_deliver(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.deliver", order.store_id) and _within(actor, order)


def can_cancel(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.cancel", order.store_id) and _within(actor, order)


def can_reopen(actor: Actor, order: RepairOrder) -> bool:
    return actor.may("workshop.reopen", order.store_id) and _within(actor, order)


def can_see_cost(actor: Actor, store_id: int) -> bool:
    return actor.may("parts.cost", store_id)


def can_add_photo(actor: Actor, order: RepairOrder) -> bool:
    return can_hold(actor, order) or can_inspect(actor, order) or can_inspect_car(actor, order)
