"""What appointments do when something happened to a customer, or to a message."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.core.events import only_when
from pitlane.core.ids import parse_id
from pitlane.customers.events import CustomerErased
from pitlane.messaging.events import MessageGivenUp

from . import commands


def forget_person(*, event: CustomerErased, by: Actor, at: datetime) -> None:
    """Erasing a person reaches what they booked."""
    commands.forget_person(customer_id=event.customer_id, by=by, at=at)


def _is_ours(event: MessageGivenUp) -> bool:
    return event.subject.startswith("apt_")


@only_when(_is_ours)
def call_instead(*, event: MessageGivenUp, by: Actor, at: datetime) -> None:
    """No channel got through: somebody calls."""
    commands.call_instead(appointment_id=parse_id("apt", event.subject), by=by, at=at)


ON = {CustomerErased: forget_person, MessageGivenUp: call_instead}
