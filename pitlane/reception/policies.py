"""Who may check cars in and who may quote; a customer may answer the quote of the own car."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare
from pitlane.core.reach import reaches

from .models import Estimate, Recommendation, Walkaround

declare(
    {
        "reception.checkin": _("接车登记和环检"),
        "reception.quote": _("报价、发送报价和登记客户答复"),
        "reception.knowledge": _("维护本店故障知识"),
    }
)


class OfStore(Protocol):
    """A repair order as far as policies look at it."""

    @property
    def store_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...


def can_check_in(actor: Actor, store_id: int) -> bool:
    """Take a car in, note its state, have it signed."""
    return actor.may("reception.checkin", store_id)


def can_quote(actor: Actor, order: OfStore) -> bool:
    """Freeze and send a quote, keep and close recommendations."""
    return actor.may("reception.quote", order.store_id)


def can_teach(actor: Actor) -> bool:
    """Write the shop's own causes."""
    return actor.may("reception.knowledge")


def can_learn(actor: Actor) -> bool:
    """Closed orders are counted by the system alone."""
    return actor.kind == "system"


def can_decide(actor: Actor, order: OfStore) -> bool:
    """The owner through the private link, or the advisor on the customer's word at the counter."""
    if actor.kind == "customer":
        return actor.id == order.customer_id
    return can_quote(actor, order)


def reaches_own_cause(actor: Actor, own_cause_id: int) -> bool:
    """The shop's knowledge belongs to everybody of the organisation."""
    return actor.kind != "customer"


def reaches_estimate(actor: Actor, estimate_id: int) -> bool:
    """A quote is whose the order is."""
    return _of_order(actor, Estimate, estimate_id)


def reaches_walkaround(actor: Actor, walkaround_id: int) -> bool:
    return _of_order(actor, Walkaround, walkaround_id)


def reaches_recommendation(actor: Actor, recommendation_id: int) -> bool:
    """Work that was put off belongs to the car, and the car to its people."""
    vehicle_id = Recommendation.objects.filter(pk=recommendation_id).values_list("vehicle_id", flat=True).first()
    return vehicle_id is not None and reaches(actor, "veh", vehicle_id)


def _of_order(actor: Actor, model: type[Estimate | Walkaround], pk: int) -> bool:
    order_id = model.objects.filter(pk=pk).values_list("order_id", flat=True).first()
    return order_id is not None and reaches(actor, "ord", order_id)
