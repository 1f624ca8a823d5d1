"""How likely it is that nobody comes, from what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from pitlane.scheduling import queries as slots

from ..models import Appointment
from ..rules import Habit, Measure, Past, extra_places, measured, risk_percent
from ..states import EXPECTED
from .plans import plan_of

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


@dataclass(frozen=True, slots=True)
class Room:
    """How many of those booked for a time are expected to stay away, how many are overbooked, how many more may be."""

    expected: float
    over: int
    free: int


@dataclass(frozen=True, slots=True)
class Booked:
    """Who is expected in a store over some days, as far as overbooking looks at it."""

    limit: int
    rows: tuple[tuple[datetime, datetime, int, int], ...]

    def room(self, start: datetime, end: datetime) -> Room:
        """The room beyond what is free between two moments."""
        here = [(risk, lane) for begins, ends, risk, lane in self.rows if begins < end and ends > start]
        over = sum(lane > 0 for _risk, lane in here)
        risks = [risk for risk, _lane in here]
        return Room(round(sum(risks) / 100, 1), over, extra_places(risks, over, self.limit))


LONGEST_VISIT = timedelta(days=14)


def booked_then(store_id: int, start: datetime, end: datetime, *, without: int | None = None) -> Booked:
    """The risks of those who are expected between two moments, with the store's limit, in two queries."""
    rows = Appointment.objects.filter(
        store_id=store_id, state__in=EXPECTED, starts_at__lt=end, starts_at__gt=start - LONGEST_VISIT, ends_at__gt=start
    ).exclude(pk=without)
    facts = tuple((a, b, risk or 0, lane) for a, b, risk, lane in rows.values_list(*FACTS))
    return Booked(slots.terms_of(store_id).overbook_per_day, facts)


FACTS = ("starts_at", "ends_at", "risk", "lane")


def over_starts(
    store_id: int, needs: slots.Needs, *, at: datetime, days: int, technician_id: int | None, free: Sequence[slots.Slot]
) -> list[slots.Slot]:
    """Times beyond what is free that the store may offer, because so many are expected to stay away."""
    if not plan_of(store_id).overbook_by_risk:
        return []
    known = {slot.start for slot in free}
    then = booked_then(store_id, at, at + timedelta(days=days + 1))
    found = slots.free_starts(store_id, needs, at=at, days=days, technician_id=technician_id, lane=1)
    return [slot for slot in found if slot.start not in known and then.room(slot.start, slot.end).free]


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
