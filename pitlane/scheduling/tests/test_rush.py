"""Two hundred people want twenty slots: real threads with real connections, and the database has the last word."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from pitlane.core.access import declare
from pitlane.core.errors import Conflict
from pitlane.core.testing import NOON, Shop, together
from pitlane.scheduling import commands, queries
from pitlane.scheduling.commands import Needs, Segment
from pitlane.scheduling.models import Claim, ClaimCell, ClaimPart

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 24)
HOUR = Needs((Segment(60, "lift"),))
AT_ONCE, EACH = 50, 4


def at_hour(hour: int) -> datetime:
    return datetime.combine(DAY, time(hour), tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def store(shop: Shop) -> Shop:
    """Four lifts, five people, five hours: twenty visits of an hour."""
    declare({"workshop.work": "施工"})
    for n in range(4):
        factories.bay(shop, f"举升机 {n}")
    for n in range(5):
        factories.technician(shop, f"技师{n}", f"T{n}")
    span = [(time(9), time(14))]
    commands.save_day(store_id=shop.store_id, day=DAY, kind="special", hours=span, by=shop.boss(), at=NOON)
    return shop


def attempt(shop: Shop, subject: str, hour: int) -> str:
    try:
        commands.claim(
            subject=subject, store_id=shop.store_id, needs=HOUR, start=at_hour(hour), by=shop.boss(), at=NOON
        )
    except Conflict as refused:
        return refused.code
    return "made"


def test_two_hundred_want_twenty_and_exactly_twenty_get_one(store: Shop) -> None:
    def work(n: int) -> list[str]:
        return [attempt(store, f"a:{n}-{m}", 9 + (n + m) % 5) for m in range(EACH)]

    answers = together(store.org_id, [partial(work, n) for n in range(AT_ONCE)])
    assert all(isinstance(answer, list) for answer in answers), answers
    outcome = Counter(word for answer in answers for word in answer)  # type: ignore[union-attr]
    assert outcome == {"made": 20, "taken": AT_ONCE * EACH - 20}
    assert (Claim.objects.count(), ClaimPart.objects.count(), ClaimCell.objects.count()) == (20, 20, 160)
    hours = Counter(Claim.objects.values_list("starts_at", flat=True))
    assert set(hours.values()) == {4}
    assert queries.free_starts(store.store_id, HOUR, at=NOON, first_day=DAY, days=1) == []


def test_one_subject_gets_one_promise(store: Shop) -> None:
    answers = together(store.org_id, [partial(attempt, store, "a:same", 9 + n % 5) for n in range(8)])
    assert Counter(answers) == {"made": 1, "claimed": 7}
    assert (Claim.objects.count(), ClaimCell.objects.count()) == (1, 8)


def test_moves_in_a_circle_neither_collide_nor_lose_a_promise(store: Shop) -> None:
    for n in range(4):
        assert attempt(store, f"a:{n}", 9 + n) == "made"

    def move(n: int) -> str:
        start = at_hour(9 + (n + 1) % 4)
        return commands.move_claim(subject=f"a:{n}", start=start, by=store.boss(), at=NOON).subject

    assert sorted(together(store.org_id, [partial(move, n) for n in range(4)]), key=str) == [f"a:{n}" for n in range(4)]
    assert Counter(Claim.objects.values_list("starts_at", flat=True)) == {at_hour(9 + n): 1 for n in range(4)}
    assert ClaimCell.objects.count() == 32


def test_the_database_itself_refuses_the_same_quarter_twice(store: Shop) -> None:
    attempt(store, "a:1", 9)
    row = ClaimCell.objects.order_by("pk")[0]
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimCell.objects.bulk_create([row])
