"""What appointments do when something happened to a customer, or to a message."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.customers.events import CustomerErased

from . import commands


def forget_person(*, event: CustomerErased, by: Actor, at: datetime) -> None:
    """Erasing a person reaches what they booked."""
    commands.forget_person(customer_id=event.customer_id, by=by, at=at)


ON = {CustomerErased: forget_person}
