"""Limits of the public pages hold however many come at once, and end by themselves."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from pitlane.core.housekeeping import tidy
from pitlane.core.models import Tally
from pitlane.core.tallies import take, taken
from pitlane.core.testing import together

SPAN = timedelta(minutes=10)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_the_limit_gets_through() -> None:
    now = timezone.now()
    assert sum(together(1, [partial(take, "x", 5, span=SPAN, at=now)] * 12)) == 5
    later = now + SPAN
    assert sum(together(1, [partial(take, "x", 5, span=SPAN, at=later)] * 12)) == 5


def test_a_span_begins_with_the_first_and_is_not_renewed_by_the_next(db: None) -> None:
    now = timezone.now()
    assert take("x", 2, span=SPAN, at=now) and take("x", 2, span=SPAN, at=now + SPAN / 2)
    assert not take("x", 2, span=SPAN, at=now + SPAN * 0.9)
    assert (taken("x", at=now), taken("x", at=now + SPAN)) == (2, 0)
    assert take("x", 2, span=SPAN, at=now + SPAN)


def test_at_night_spans_that_are_over_go(db: None) -> None:
    now = timezone.now()
    take("old", 2, span=SPAN, at=now - SPAN * 2)
    take("new", 2, span=SPAN, at=now)
    tidy()
    assert [row.what for row in Tally.objects.all()] == ["new"]
