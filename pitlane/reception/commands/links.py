"""Private addresses for the customer. They show one visit and end thirty days after the car was handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing
from pitlane.core.events import record
from pitlane.core.models import PrivateLink
from pitlane.workshop import queries as orders

from .. import policies
from ..addresses import AFTER_DELIVERY, make_address
from ..events import LinkShared, of_order
from ..models import Estimate


@command
def link_estimate(*, estimate_id: int, token: str, by: Actor, at: datetime) -> PrivateLink:
    """Another address for the same version, when the first one was not written down."""
    estimate: Estimate | None = Estimate.objects.select_for_update().filter(pk=estimate_id).first()
    if estimate is None:
        raise Missing()
    order = orders.order_for(estimate.order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    if estimate.state == "replaced":
        raise Conflict(_("这份报价已被新的报价替代"), code="replaced")
    return _tell(make_address("estimate", estimate.pk, order.customer_id, token, at), order, by, at)


@command
def link_order(*, order_id: int, token: str, by: Actor, at: datetime) -> PrivateLink:
    """An address where the owner follows the visit; it also shows whatever waits for an answer."""
    order = orders.order_for(order_id, by)
    require(policies.can_check_in(by, order.store_id) or policies.can_quote(by, order), "reception.checkin")
    return _tell(make_address("order", order.id, order.customer_id, token, at), order, by, at)


def _tell(link: PrivateLink, order: Any, by: Actor, at: datetime) -> PrivateLink:
    record(LinkShared(**of_order(order), link_id=link.pk, purpose=link.purpose), by=by, at=at)
    return link


@command
def end_links(*, order_id: int, by: Actor, at: datetime) -> int:
    """After the car left, its addresses live thirty days more; called again it shortens nothing further."""
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    versions = Estimate.objects.filter(order_id=order_id).values("pk")
    subject = Q(purpose="order", subject_id=order_id) | Q(purpose="estimate", subject_id__in=versions)
    end = at + AFTER_DELIVERY
    ended: int = PrivateLink.objects.filter(subject, expires_at__gt=end).update(expires_at=end)
    return ended
