"""Counting what strangers do, so that a limit holds when they come all at the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from .models import Tally


def take(what: str, most: int, *, span: timedelta, at: datetime) -> bool:
    """Take one of ``most`` in a span that begins with the first; false when none is left.

    The limit is part of the statement that counts: of two who ask for the last one, one gets it.
    """
    rows = Tally.objects.filter(what=what)
    Tally.objects.bulk_create([Tally(what=what, until=at + span)], ignore_conflicts=True)
    rows.filter(until__lte=at).update(count=0, until=at + span)
    return bool(rows.filter(count__lt=most).update(count=F("count") + 1))


def taken(what: str, *, at: datetime) -> int:
    """How many were taken in the span that runs now."""
    return Tally.objects.filter(what=what, until__gt=at).values_list("count", flat=True).first() or 0
