"""How likely it is that nobody comes, from what happened before."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from ..models import Appointment
from ..rules import Habit, Measure, Past, measured, risk_percent

KEPT = ("converted", "arrived")
MOST_PAST = 5000


def habit_of(store_id: int) -> Habit:
    """How often people of a store do not come."""
    rows = Appointment.objects.filter(store_id=store_id)
    counts = rows.aggregate(kept=Count("pk", filter=Q(state__in=KEPT)), missed=Count("pk", filter=Q(state="no_show")))
    return Habit(counts["kept"] + counts["missed"], counts["missed"])


def risk_of(row: Appointment) -> int | None:
    """The risk of one visit in percent; None when the past is too thin."""
    if row.customer_id:
        person = Q(customer_id=row.customer_id)
    elif row.guest_index:
        person = Q(guest_index=row.guest_index)
    else:
        person = Q(pk=None)
    rows = Appointment.objects.filter(person).exclude(pk=row.pk)
    own = rows.aggregate(kept=Count("pk", filter=Q(state__in=KEPT)), missed=Count("pk", filter=Q(state="no_show")))
    return risk_percent(habit_of(row.store_id), own["kept"], own["missed"])


def measure_of(store_id: int, before: datetime) -> Measure | None:
    """Whether the risk can be trusted: learnt from the older visits, judged by the newest; None when too thin."""
    rows = Appointment.objects.filter(store_id=store_id, starts_at__lt=before, state__in=(*KEPT, "no_show"))
    newest = rows.order_by("-starts_at", "-pk").values_list("customer_id", "guest_index", "state")[:MOST_PAST]
    seen: dict[str, tuple[int, int]] = {}
    past = []
    for customer_id, guest, state in reversed(list(newest)):
        person, missed = str(customer_id or guest), state == "no_show"
        came, failed = seen.get(person, (0, 0))
        past.append(Past(came, failed, missed))
        seen[person] = (came + (not missed), failed + missed)
    return measured(past)
