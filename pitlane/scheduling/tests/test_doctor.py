"""The doctor sees promises that were damaged behind the back of the commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from pitlane.core import doctor
from pitlane.core.testing import Shop
from pitlane.scheduling.models import BookingTerms, Claim, ClaimCell, ClaimPart

from .test_claims import claim, moment, store, terms, workers

CHECKS = ["claims", "claimed_time"]
__all__ = ["store", "workers"]


def no_parts() -> None:
    ClaimPart.objects.filter(claim=Claim.objects.first()).delete()


def other_times() -> None:
    Claim.objects.filter(pk=Claim.objects.first().pk).update(ends_at=F("ends_at") + timedelta(hours=1))  # type: ignore[union-attr]


def lost_cells() -> None:
    ClaimCell.objects.filter(pk=ClaimCell.objects.filter(kind="t").first().pk).delete()  # type: ignore[union-attr]


def no_ticket() -> None:
    ClaimCell.objects.filter(kind="o").delete()


def twice() -> None:
    first, last = Claim.objects.order_by("pk").first(), Claim.objects.order_by("pk").last()
    other = ClaimPart.objects.get(claim=last)
    ClaimPart.objects.filter(claim=first).update(
        bay_id=other.bay_id, technician_id=other.technician_id, first=other.first, last=other.last,
        bay_first=other.bay_first, bay_last=other.bay_last, lane=other.lane,
    )  # fmt: skip


def lower_limit() -> None:
    BookingTerms.objects.update(overbook_per_day=0)


def promises(shop: Shop) -> None:
    """Two visits and one beyond what is free, on a day to come."""
    day = timezone.localdate() + timedelta(days=7)
    day += timedelta(days=day.weekday() == 6)
    terms(shop, overbook_per_day=1, closed_holidays=[])
    now = timezone.now()
    claim(shop, "a:1", moment(9, day=day), at=now)
    claim(shop, "a:2", moment(9, day=day), lane=1, at=now)
    claim(shop, "a:3", moment(14, day=day), at=now)


BROKEN: list[tuple[Callable[[], None], str]] = [
    (no_parts, "promises time without a bay or a person"),
    (other_times, "says other times than its parts"),
    (lost_cells, "holds 7 quarters of an hour instead of 8"),
    (no_ticket, "is overbooked without a ticket, or has one it does not need"),
    (twice, "stands where a:3 stands"),
    (lower_limit, "1 overbooked, more than the limit"),
]


@pytest.mark.parametrize(("harm", "said"), BROKEN, ids=[harm.__name__ for harm, _said in BROKEN])
def test_damage_is_found(store: Shop, harm: Callable[[], None], said: str) -> None:
    promises(store)
    assert doctor.examine(CHECKS) == []
    harm()
    assert said in [trouble.text for trouble in doctor.examine(CHECKS)]
