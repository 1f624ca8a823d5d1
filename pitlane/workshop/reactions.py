"""What the workshop does when something happened elsewhere, and after its own delivery."""

from __future__ import annotations

from datetime import datetime

from pitlane.billing.events import RefundMade, SettlementPaid
from pitlane.core.access import Actor
from pitlane.core.events import only_when
from pitlane.customers.events import CustomerErased
from pitlane.parts.events import StockIssued, StockReserved, StockReturned

from . import commands, queries
from .events import OrderCompleted, OrderDelivered


def archive_delivered(*, event: OrderDelivered, by: Actor, at: datetime) -> None:
    """The car left: freeze its record."""
    commands.make_archive(order_id=event.order_id, by=by, at=at)


def tell_ready(*, event: OrderCompleted, by: Actor, at: datetime) -> None:
    """The car passed its final inspection: its owner may come."""
    commands.tell_ready(order_id=event.order_id, by=by, at=at)


def follow_payment(*, event: SettlementPaid, by: Actor, at: datetime) -> None:
    """A bill was paid in billing or from an account."""
    commands.follow_money(order_id=event.order_id, by=by, at=at)


def follow_refund(*, event: RefundMade, by: Actor, at: datetime) -> None:
    """Money went back: the order is due again."""
    if event.order_id:
        commands.follow_money(order_id=event.order_id, by=by, at=at)


@only_when(lambda event: event.from_backorder and event.order_id)
def parts_arrived(*, event: StockReserved, by: Actor, at: datetime) -> None:
    """The last missing part is there: the order goes on."""
    if event.order_id and not queries.short_parts(event.order_id):
        commands.end_parts_hold(order_id=event.order_id, by=by, at=at)


@only_when(lambda event: event.order_id and not event.followed)
def parts_moved(*, event: StockIssued | StockReturned, by: Actor, at: datetime) -> None:
    """Parts left or came back over the store's own counter: the order follows."""
    if event.order_id:
        commands.follow_stock(order_id=event.order_id, demand=event.demand, by=by, at=at)


def forget_person(*, event: CustomerErased, by: Actor, at: datetime) -> None:
    """Erasing a person reaches the orders too."""
    commands.forget_bringer(customer_id=event.customer_id, by=by, at=at)


ON = {
    OrderCompleted: tell_ready,
    OrderDelivered: archive_delivered,
    SettlementPaid: follow_payment,
    RefundMade: follow_refund,
    StockReserved: parts_arrived,
    StockIssued: parts_moved,
    StockReturned: parts_moved,
    CustomerErased: forget_person,
}
