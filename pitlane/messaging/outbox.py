"""What commands of the outbox share: queueing, the log line beside every change, the way to the next channel.

Not a command module: everything here runs inside a command that has locked the message and asked its policy.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pitlane.core.access import Actor
from pitlane.core.crypto import Sealed, blind, seal
from pitlane.core.errors import Missing
from pitlane.core.events import record

from .events import MessageGivenUp, MessageSuppressed
from .models import DeliveryEntry, Message
from .queries.routing import Route, routes, wishes_of
from .states import MESSAGE


def lane_of(customer_id: int | None, address: str, purpose: str) -> str:
    """Messages of one lane go to one person for one purpose and stay in order."""
    return blind("lane", f"{customer_id or address}:{purpose}")


def locked(message_id: int) -> Message:
    """The message under its lock; ``Missing`` when there is none here."""
    message: Message | None = (
        Message.objects.select_for_update(of=("self",)).select_related("template").filter(pk=message_id).first()
    )
    if message is None:
        raise Missing()
    return message


def note(message: Message, what: DeliveryEntry.What, at: datetime, **facts: Any) -> None:
    """Add a line to the delivery log."""
    DeliveryEntry.objects.create(
        org_id=message.org_id,
        message=message,
        at=at,
        what=what,
        **{"channel": message.channel, "provider": message.provider, **facts},
    )


def facts_of(message: Message) -> dict[str, Any]:
    """The ids that put a fact about a message on the right time lines."""
    return {
        "message_id": message.pk,
        "template": message.template.code,
        "purpose": message.purpose,
        "subject": message.subject,
        "customer_id": message.customer_id,
        "order_id": message.order_id,
        "store_id": message.store_id,
    }


def open_routes(message: Message) -> list[Route]:
    """The ways that are still open for this message."""
    given = (message.channel, message.address.reveal() if message.address else "") if message.address_given else None
    wishes = wishes_of(message.customer_id)
    return routes(
        message.template,
        customer_id=message.customer_id,
        given=given,
        language=message.language,
        wished=wishes.channels,
        tried=message.tried,
    )


def put_on(message: Message, route: Route) -> None:
    """Choose a channel with its words and address; not saved yet."""
    message.channel, message.version = route.channel, route.version
    message.address, message.address_masked = Sealed(seal(route.address)), route.masked
    message.provider = message.provider_id = ""


def suppress(message: Message, reason: str, by: Actor, at: datetime) -> None:
    """Not sent, and the log says why."""
    MESSAGE.apply(message, "suppress")
    message.reason = reason
    message.save()
    note(message, DeliveryEntry.What.SUPPRESSED, at, code=reason)
    record(MessageSuppressed(**facts_of(message), reason=reason), by=by, at=at)


def fail(message: Message, reason: str, detail: str, by: Actor, at: datetime) -> None:
    """This channel did not get through: the customer's next one takes over, or the message is given up."""
    MESSAGE.apply(message, "fail")
    message.reason, message.detail = reason, detail[:200]
    message.claim, message.claimed_at = "", None
    if message.channel:
        message.tried = [*message.tried, message.channel]
    following = [] if reason in ("expired", "erased") else open_routes(message)
    if following:
        MESSAGE.apply(message, "reroute")
        put_on(message, following[0])
        message.attempts, message.waiting_since, message.next_try_at = 0, at, at
        message.save()
        note(message, DeliveryEntry.What.NEXT, at, code=reason, detail=detail[:200])
        return
    MESSAGE.apply(message, "give_up")
    message.save()
    note(message, DeliveryEntry.What.GIVEN_UP, at, code=reason, detail=detail[:200])
    record(MessageGivenUp(**facts_of(message), key=message.key, reason=reason), by=by, at=at)
