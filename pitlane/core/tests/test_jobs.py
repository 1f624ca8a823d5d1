"""Background work: nothing is lost with a dead worker, failures come back later, long jobs are claimed once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule
from django_q.signing import SignedPackage

from pitlane.core import jobs
from pitlane.core.access import Actor
from pitlane.core.models import Job
from pitlane.core.tenancy import current_org, no_scope
from pitlane.core.testing import Shop

SEEN: list[tuple[str, int]] = []


def quick(*, by: Actor, at: datetime, word: str) -> None:
    SEEN.append((word, current_org()))


def broken(*, by: Actor, at: datetime) -> None:
    SEEN.append(("broken", current_org()))
    raise ValueError("坏了")


@jobs.long
def slow(*, by: Actor, at: datetime, word: str) -> None:
    SEEN.append((word, current_org()))


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    SEEN.clear()


def late(job: Job, **facts: object) -> None:
    Job.objects.filter(pk=job.pk).update(**facts)


def carried() -> int:
    return sum(len(SignedPackage.loads(message.payload)["args"][0]) for message in OrmQ.objects.all())


def test_a_job_runs_in_its_organisation(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue(f"{__name__}.quick", at=at, word="a")
    assert carried() == 1
    with no_scope():
        jobs.run(job.pk)
        jobs.run(10**9)
    assert [("a", shop.org_id)] == SEEN


def test_a_failure_waits_longer_each_time(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue(f"{__name__}.broken", at=at)
    waits = []
    for _ in range(3):
        before = timezone.now()
        jobs.run(job.pk)
        job.refresh_from_db()
        waits.append(round((job.due_at - before).total_seconds() / 15))
    assert waits == [2, 4, 8] and "坏了" in job.error and job.status == Job.State.QUEUED


def test_the_sweep_picks_up_what_a_dead_worker_left(shop: Shop) -> None:
    now = timezone.now()
    fresh = jobs.enqueue(f"{__name__}.quick", at=now, word="fresh")
    left, failed, waiting, dead, done = [jobs.enqueue(f"{__name__}.quick", at=now, word=w) for w in "abcde"]
    late(left, due_at=now - timedelta(minutes=4))
    late(failed, attempts=2, due_at=now - timedelta(seconds=1))
    late(waiting, attempts=2, due_at=now + timedelta(minutes=1))
    late(dead, status=Job.State.DEAD, due_at=now - timedelta(hours=1))
    late(done, status=Job.State.DONE, due_at=now - timedelta(hours=1))
    OrmQ.objects.all().delete()
    with no_scope():
        assert jobs.sweep() == 2
        assert jobs.sweep() == 0
    assert carried() == 2
    for job in (left, failed):
        job.refresh_from_db()
        assert job.due_at > now
    fresh.refresh_from_db()
    assert fresh.due_at == now


def test_a_long_job_runs_outside_a_transaction_and_finishes(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue(f"{__name__}.slow", at=at, word="long")
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert [("long", shop.org_id)] == SEEN and job.status == Job.State.DONE


def test_an_unknown_body_is_a_visible_failure(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue("pitlane.nowhere.body", at=at)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.attempts == 1 and "nowhere" in job.error


def test_everything_due_runs_in_this_process(shop: Shop, at: datetime) -> None:
    for word in "abc":
        jobs.enqueue(f"{__name__}.quick", at=at, word=word)
    assert jobs.run_all_now(limit=2) == 2 and jobs.run_all_now() == 1
    assert [word for word, _org in SEEN] == ["a", "b", "c"]


def test_schedules_are_written_once(db: None) -> None:
    jobs.install_schedules()
    jobs.install_schedules()
    names = list(Schedule.objects.values_list("name", flat=True))
    assert len(names) == len(set(names)) and {"core.sweep", "core.tidy"} <= set(names)
