"""What reception tells the customer by message about the bill."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from pitlane.billing import queries as billing
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.messaging import commands as messaging
from pitlane.messaging import queries as outbox
from pitlane.workshop import queries as orders

from .. import policies
from ..addresses import make_address

TEMPLATE = "bill_ready"


@command
def tell_bill(*, order_id: int, settlement_id: int, token: str, by: Actor, at: datetime) -> bool:
    """Send the private address of a bill to its customer, once, if the shop sends such messages.

    A bill that was taken back meanwhile is not announced; the customer's wishes and quiet hours are those of messaging.
    """
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    bill = next((one for one in billing.settlements_for(order_id) if one.id == settlement_id), None)
    if bill is None or not outbox.is_on(TEMPLATE) or outbox.is_written(f"bill:{bill.ref}"):
        return False
    make_address("order", order.id, order.customer_id, token, at)
    told = messaging.tell(
        key=f"bill:{bill.ref}",
        template=TEMPLATE,
        variables={
            "plate": bill.plate or bill.vehicle,
            "amount": f"¥{bill.total.yuan:,}",
            "link": f"{settings.PUBLIC_URL}/p/{token}/bill/",
        },
        customer_id=bill.customer_id,
        subject=order.ref,
        store_id=bill.store_id,
        order_id=order.id,
        by=by,
        at=at,
    )
    return told is not None
