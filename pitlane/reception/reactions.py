"""What reception does when the workshop tells: keep what was not wanted, let private links end."""

from __future__ import annotations

import secrets
from datetime import datetime

from pitlane.billing.events import SettlementMade
from pitlane.core.access import Actor
from pitlane.core.events import only_when
from pitlane.customers.events import CustomerErased
from pitlane.workshop.events import LinesDecided, OrderCancelled, OrderClosed, OrderDelivered

from . import commands


def keep_what_was_not_wanted(*, event: LinesDecided, by: Actor, at: datetime) -> None:
    """Answers given without a quote (at the counter, by phone) leave recommendations too."""
    decisions = dict.fromkeys(event.approved, "approve")
    decisions |= dict.fromkeys(event.declined, "decline") | dict.fromkeys(event.deferred, "defer")
    commands.keep_recommendations(order_id=event.order_id, decisions=decisions, by=by, at=at)


def let_links_end(*, event: OrderDelivered | OrderCancelled, by: Actor, at: datetime) -> None:
    """Thirty days after hand-over nobody needs the private address any more."""
    commands.end_links(order_id=event.order_id, by=by, at=at)


@only_when(lambda event: event.payer_kind == "customer" and event.total_fen > 0)
def tell_bill(*, event: SettlementMade, by: Actor, at: datetime) -> None:
    """The bill is made: its customer gets the address where it can be read."""
    bill = {"order_id": event.order_id, "settlement_id": event.settlement_id}
    commands.tell_bill(**bill, token=secrets.token_urlsafe(32), by=by, at=at)


def forget_person(*, event: CustomerErased, by: Actor, at: datetime) -> None:
    """Erasing a person reaches what they signed, and their private addresses."""
    commands.forget_person(customer_id=event.customer_id, by=by, at=at)


def learn_from_order(*, event: OrderClosed, by: Actor, at: datetime) -> None:
    """What was done for a complaint is what the next one is told."""
    commands.learn_from_order(order_id=event.order_id, by=by, at=at)


ON = {
    CustomerErased: forget_person,
    SettlementMade: tell_bill,
    LinesDecided: keep_what_was_not_wanted,
    OrderClosed: learn_from_order,
    OrderDelivered: let_links_end,
    OrderCancelled: let_links_end,
}
