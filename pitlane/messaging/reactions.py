"""What messaging does when something happened to a customer."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.customers.events import CustomerErased

from . import commands


def forget_person(*, event: CustomerErased, by: Actor, at: datetime) -> None:
    """Erasing a person reaches the delivery log too."""
    commands.forget_recipient(customer_id=event.customer_id, by=by, at=at)


ON = {CustomerErased: forget_person}
