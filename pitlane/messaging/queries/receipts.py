"""Finding the message that a receipt speaks of."""

from __future__ import annotations

from datetime import datetime, timedelta

from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id

from ..models import DeliveryEntry, Message, StrayReceipt

STRAYS_MATTER = timedelta(days=3)


def message_behind(provider: str, provider_id: str, message_key: str = "") -> int | None:
    """By the provider's id in the delivery log (also of an earlier channel), else by our own key."""
    log = DeliveryEntry.objects.filter(provider=provider, provider_id=provider_id, what=DeliveryEntry.What.ACCEPTED)
    found: int | None = log.values_list("message_id", flat=True).first() if provider_id else None
    if found is not None or not message_key:
        return found
    try:
        pk = parse_id(Message.id_prefix, message_key)
    except Missing:
        return None
    known: int | None = Message.objects.filter(pk=pk, provider=provider).values_list("pk", flat=True).first()
    return known


def strays_to_settle(at: datetime) -> list[StrayReceipt]:
    """Receipts of the last days that belonged to nothing when they came."""
    rows = StrayReceipt.objects.filter(used_at=None, received_at__gt=at - STRAYS_MATTER)
    return list(rows.order_by("reported_at", "pk")[:500])
