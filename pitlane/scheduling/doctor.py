"""The doctor compares promises with what makes them safe: their parts, their cells, the limits of the store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from django.utils import timezone

from pitlane.core import doctor
from pitlane.core.doctor import Trouble

from .clock import moment_of
from .ground import cells_of_part
from .models import BookingTerms, Claim, ClaimCell, ClaimPart

TICKET = ClaimCell.Resource.TICKET


@doctor.check("claims")
def claims() -> Iterator[Trouble]:
    """Each promise says the times of its parts and holds exactly their quarters of an hour."""
    parts: dict[int, list[ClaimPart]] = defaultdict(list)
    for part in ClaimPart.objects.order_by("claim_id", "position").iterator(chunk_size=2000):
        parts[part.claim_id].append(part)
    held = Counter(ClaimCell.objects.exclude(kind=TICKET).values_list("claim_id", flat=True))
    tickets = set(ClaimCell.objects.filter(kind=TICKET).values_list("claim_id", flat=True))
    for row in Claim.objects.order_by("pk").iterator(chunk_size=500):
        mine = parts.get(row.pk)
        if not mine:
            yield Trouble("claims", row.subject, "promises time without a bay or a person")
            continue
        if (row.starts_at, row.ends_at) != (moment_of(mine[0].first), moment_of(mine[-1].last)):
            yield Trouble("claims", row.subject, "says other times than its parts")
        wanted = len({cell for part in mine for cell in cells_of_part(part)})
        if held[row.pk] != wanted:
            yield Trouble("claims", row.subject, f"holds {held[row.pk]} quarters of an hour instead of {wanted}")
        if (row.lane > 0) != (row.pk in tickets):
            yield Trouble("claims", row.subject, "is overbooked without a ticket, or has one it does not need")


@doctor.check("claimed_time")
def claimed_time() -> Iterator[Trouble]:
    """Nobody and no bay is promised twice at the same time, and no day is overbooked beyond the store's limit."""
    taken: dict[tuple[str, int, int], list[tuple[int, int, str]]] = defaultdict(list)
    for part in ClaimPart.objects.select_related("claim").order_by("pk").iterator(chunk_size=2000):
        taken["t", part.technician_id, part.lane].append((part.first, part.last, part.claim.subject))
        if part.bay_id:
            taken["b", part.bay_id, part.lane].append((part.bay_first, part.bay_last, part.claim.subject))
    for (_kind, _resource, _lane), spans in sorted(taken.items()):
        spans.sort()
        for (_first, last, subject), (following, _last, other) in pairwise(spans):
            if following < last and subject != other:
                yield Trouble("claimed_time", subject, f"stands where {other} stands")
    limits = dict(BookingTerms.objects.values_list("store_id", "overbook_per_day"))
    today = timezone.localdate().toordinal()
    coming = ClaimCell.objects.filter(kind=TICKET, cell__gte=today).values_list("resource_id", "cell")
    for (store_id, day), count in sorted(Counter(coming).items()):
        if count > limits.get(store_id, 0):
            yield Trouble("claimed_time", f"store {store_id} day {day}", f"{count} overbooked, more than the limit")
