"""What the clock asks for: reminders, offers that ran out, visits that nobody came to."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..models import Appointment, BookingPlan
from ..rules import due_reminder, reminders_for
from ..states import EXPECTED
from .plans import STANDING

REMINDED = ("confirmed", "rescheduled", "reminded")
MOST = 500
LONGEST = timedelta(days=14)


def _plans() -> dict[int, BookingPlan]:
    return {plan.store_id: plan for plan in BookingPlan.objects.all()}


def to_remind(at: datetime) -> list[int]:
    """Whose reminder is due now, the nearest visit first."""
    plans = _plans()
    rows = Appointment.objects.filter(state__in=REMINDED, starts_at__gt=at, starts_at__lte=at + LONGEST)
    facts = rows.order_by("starts_at", "pk").values_list("pk", "store_id", "starts_at", "reminders", "made_at", "risk")
    found = []
    for pk, store_id, start, sent, made, risk in facts.iterator(chunk_size=500):
        plan = plans.get(store_id, STANDING)
        wanted = reminders_for(plan.reminders, risk, plan.risky_percent)
        if due_reminder(start, wanted, sent, made, at) is not None:
            found.append(pk)
    return found[:MOST]


def offers_over(at: datetime) -> list[int]:
    """Offers from the waiting list that nobody took in time."""
    rows = Appointment.objects.filter(state="requested", offer_until__lt=at).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:MOST])


def not_come(at: datetime) -> list[int]:
    """Visits that should have begun so long ago that the store does not wait any more."""
    plans = _plans()
    rows = Appointment.objects.filter(state__in=EXPECTED, starts_at__lt=at).order_by("starts_at", "pk")
    facts = rows.values_list("pk", "store_id", "starts_at")[: 4 * MOST]
    late = [
        pk
        for pk, store_id, start in facts
        if at - start > timedelta(minutes=plans.get(store_id, STANDING).late_minutes)
    ]
    return late[:MOST]
