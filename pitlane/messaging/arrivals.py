"""What a receipt does to a message. Runs inside a command that has locked the message."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.core.events import record

from .events import MessageSent
from .models import DeliveryEntry, Message
from .outbox import facts_of, fail, note
from .states import MESSAGE


def apply_receipt(
    message: Message,
    provider_id: str,
    status: str,
    reported: datetime,
    code: str,
    detail: str,
    by: Actor,
    at: datetime,
    *,
    provider: str = "",
) -> bool:
    """Log the receipt once and move the message where that is still true; False when it was said before."""
    provider = provider or message.provider
    known = DeliveryEntry.objects.filter(provider=provider, provider_id=provider_id, what=status)
    if (known if provider_id else known.filter(message=message)).exists():
        return False
    facts = {"provider": provider, "provider_id": provider_id, "code": code[:60], "detail": detail[:200]}
    note(message, DeliveryEntry.What(status), at, **facts, reported_at=reported)
    if status == "delivered":
        _arrived(message, provider_id, reported, by, at)
    elif message.state == "accepted" and message.provider_id == provider_id:
        fail(message, "bounced", detail or code, by, at)
    return True


def _arrived(message: Message, provider_id: str, reported: datetime, by: Actor, at: datetime) -> None:
    """It is there, whatever we thought before: a message that waits for another channel need not go any more."""
    if not MESSAGE.may(message.state, "deliver"):
        return
    if message.accepted_at is None:
        message.accepted_at, message.provider_id = reported, provider_id
        record(MessageSent(**facts_of(message), channel=message.channel), by=by, at=at)
    MESSAGE.apply(message, "deliver")
    message.delivered_at, message.reason, message.detail = reported, "", ""
    message.claim = ""
    message.save()
