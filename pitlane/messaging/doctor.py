"""The doctor compares published words with their hashes, and the outbox with its log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from pitlane.core import doctor
from pitlane.core.doctor import Trouble

from .evidence import digest_of
from .models import DeliveryEntry, Message, TemplateVersion

STUCK = timedelta(hours=1)


@doctor.check("message_templates")
def message_templates() -> Iterator[Trouble]:
    """Published words still say what was published."""
    rows = TemplateVersion.objects.exclude(published_at=None).select_related("template").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        if digest_of(row) != row.digest:
            subject = f"{row.template.code} {row.channel} {row.language}"
            yield Trouble("message_templates", subject, f"version {row.number} differs from what was published")


@doctor.check("messages")
def messages() -> Iterator[Trouble]:
    """What is called sent was taken by a provider or a person, what arrived has its receipt, nothing hangs half-way."""
    sent = Message.objects.filter(state__in=("accepted", "delivered"))
    taken = DeliveryEntry.objects.filter(what__in=("accepted", "delivered", "decided")).values("message")
    for row in sent.exclude(pk__in=taken).order_by("pk")[:200]:
        yield Trouble("messages", row.ref, "counts as sent, but its log names nobody who took it")
    arrived = DeliveryEntry.objects.filter(what="delivered").values("message")
    for row in Message.objects.filter(state="delivered").exclude(pk__in=arrived).order_by("pk")[:200]:
        yield Trouble("messages", row.ref, "counts as delivered without a receipt")
    hanging = Message.objects.filter(state="sending", claimed_at__lt=timezone.now() - STUCK)
    for row in hanging.order_by("pk")[:200]:
        yield Trouble("messages", row.ref, "was handed to a provider long ago and nobody wrote down what came of it")
