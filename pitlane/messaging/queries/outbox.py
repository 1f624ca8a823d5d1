"""What the worker asks: which messages are due, which claims a dead worker left, what comes next in a lane."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from .. import rules
from ..models import Message, ProviderSetting


def due(at: datetime, limit: int = 200) -> list[int]:
    """Messages whose time has come, oldest first; those of a channel that pauses are left alone."""
    paused = ProviderSetting.objects.filter(paused_until__gt=at, trouble="").values("channel")
    rows = Message.objects.filter(state="queued", next_try_at__lte=at)
    patient = Q(channel__in=paused) & Q(waiting_since__gt=at - rules.PATIENCE)
    return list(rows.exclude(patient).order_by("not_before", "pk").values_list("pk", flat=True)[:limit])


def left_behind(at: datetime, limit: int = 100) -> list[int]:
    """Messages that a killed worker had in its hands."""
    rows = Message.objects.filter(state="sending", claimed_at__lte=at - rules.LEASE)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def next_in_lane(message_id: int, at: datetime) -> int | None:
    """The next message for the same person and purpose that is due."""
    lane = Message.objects.filter(pk=message_id).values("lane")
    rows = Message.objects.filter(lane__in=lane, state="queued", next_try_at__lte=at)
    found: int | None = rows.order_by("not_before", "pk").values_list("pk", flat=True).first()
    return found
