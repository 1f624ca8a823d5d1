"""What the worker asks: which messages are due, which claims a dead worker left, what comes next in a lane."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from .. import rules
from ..models import Message, ProviderSetting
from ..states import UNFINISHED


def due(at: datetime, limit: int = 200) -> list[int]:
    """The first due message of everybody's lane, oldest first; those of a channel that pauses are left alone.

    Only the heads of lanes, so that a hundred messages behind one that waits keep nobody else from his.
    """
    paused = ProviderSetting.objects.filter(paused_until__gt=at, trouble="").values("channel")
    rows = Message.objects.filter(state="queued", next_try_at__lte=at)
    patient = Q(channel__in=paused) & Q(waiting_since__gt=at - rules.PATIENCE)
    lane = Message.objects.filter(lane=OuterRef("lane"), state__in=UNFINISHED, not_before__lte=at)
    before = Q(not_before__lt=OuterRef("not_before")) | Q(not_before=OuterRef("not_before"), pk__lt=OuterRef("pk"))
    heads = rows.exclude(patient).exclude(Exists(lane.filter(before)))
    return list(heads.order_by("not_before", "pk").values_list("pk", flat=True)[:limit])


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
