"""What the workshop tells the customer by message."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.messaging import commands as messaging

from .. import policies
from ..models import OrderType
from ..queries.cards import card_of, load_order

OUR_OWN = {OrderType.INTERNAL, OrderType.PDI, OrderType.REWORK}


@command
def tell_ready(*, order_id: int, by: Actor, at: datetime) -> bool:
    """The car passed its final inspection: tell the customer once, if the shop sends such messages."""
    order = load_order(order_id)
    require(policies.can_inspect(by, order), "workshop.inspect")
    if order.order_type in OUR_OWN or order.state != "completed":
        return False
    card = card_of(order)
    queued = messaging.tell(
        key=f"ready:{card.ref}",
        template="car_ready",
        variables={"plate": card.plate or card.vehicle},
        customer_id=card.customer_id,
        subject=card.ref,
        store_id=card.store_id,
        order_id=card.id,
        by=by,
        at=at,
    )
    return queued is not None
