"""Real threads on a real database: numbers, the event chain, idempotency keys and jobs under contention."""

from datetime import date, datetime

import pytest
from django.db import transaction

from pitlane.core import api, doctor, jobs, numbers
from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.core.imports.events import ImportStarted
from pitlane.core.models import EventRow, IdempotencyRecord, Job, NumberSeries
from pitlane.core.testing import Shop, together

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 23)
RAN: list[str] = []


@command
def take_number(*, times: int, by: Actor, at: datetime) -> list[str]:
    """Take numbers and say so."""
    taken = [numbers.next_number(kind="W", store_id=1, store_code="WJ", day=DAY).short for _ in range(times)]
    record(ImportStarted(batch_id=len(taken), profile="x", store_id=None), by=by, at=at)
    return taken


def test_numbers_are_given_once_and_without_gaps(shop: Shop, at: datetime) -> None:
    answers = together(shop.org_id, [lambda: take_number(times=5, by=shop.boss(), at=at)] * 6)
    given = sorted(number for taken in answers for number in taken)
    assert given == [f"W1123-{n:03d}" for n in range(1, 31)]
    assert NumberSeries.objects.get().last == 30


def take(store_id: int = 1, code: str = "WJ") -> numbers.DocumentNumber:
    with transaction.atomic():
        return numbers.next_number(kind="W", store_id=store_id, store_code=code, day=DAY)


def test_a_rolled_back_document_leaves_no_gap(shop: Shop) -> None:
    first = take()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbers.next_number(kind="W", store_id=1, store_code="WJ", day=DAY)
        raise ZeroDivisionError
    second, other = take(), take(2, "TZ")
    assert (first.full, second.short, other.full) == ("WJ-2026-W1123-001", "W1123-002", "TZ-2026-W1123-001")


def test_the_event_chain_holds_under_many_writers(shop: Shop, at: datetime) -> None:
    four = lambda: [take_number(times=1, by=shop.boss(), at=at) for _ in range(4)]  # noqa: E731
    together(shop.org_id, [four] * 6)
    assert list(EventRow.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 25))
    assert doctor.examine(["event_chain"]) == []


class Call:
    """The parts of a request that an idempotency key looks at."""

    method, path, body, content_type = "POST", "/x", b"{}", "application/json"

    def __init__(self, by: Actor, at: datetime) -> None:
        self.actor, self.now, self.headers = by, at, {"Idempotency-Key": "same"}


def test_one_of_many_equal_calls_does_the_work(shop: Shop, at: datetime) -> None:
    done: list[int] = []

    def work(request: Call) -> object:
        done.append(1)
        take_number(times=1, by=request.actor, at=at)
        return api.JsonResponse({"number": len(done)})

    answers = together(shop.org_id, [lambda: api._once(work)(Call(shop.boss(), at)).content] * 5)
    assert answers == [b'{"number": 1}'] * 5 and len(done) == 1
    assert EventRow.objects.count() == 1 and IdempotencyRecord.objects.count() == 1


def body(*, by: Actor, at: datetime, word: str) -> None:
    """A job that must not run twice at once."""
    RAN.append(word)


def test_a_job_that_two_workers_carry_runs_once(shop: Shop, at: datetime) -> None:
    RAN.clear()
    job = jobs.enqueue(f"{__name__}.body", at=at, word="once")
    together(shop.org_id, [lambda: jobs.run(job.pk)] * 4)
    job.refresh_from_db()
    assert RAN == ["once"] and (job.status, job.attempts) == (Job.State.DONE, 1)
