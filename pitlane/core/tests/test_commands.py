"""A command is one transaction; its events are chained and its reactions queued with it, or not at all."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from pitlane.core import doctor, events, jobs
from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.errors import Forbidden, Refused
from pitlane.core.events import Event, record
from pitlane.core.models import ChainHead, EventRow, Job
from pitlane.core.tenancy import NoScope, no_scope, scope
from pitlane.core.testing import Shop, nothing_changes

HEARD: list[int] = []


@dataclass(frozen=True)
class Knocked(Event):
    times: int
    order_id: int | None = None


@command
def knock(*, times: int, by: Actor, at: datetime) -> int:
    record(Knocked(times, order_id=7), by=by, at=at)
    if times > 3:
        raise Refused("too loud")
    return times


@command
def knock_twice(*, by: Actor, at: datetime) -> None:
    knock(times=1, by=by, at=at)
    knock(times=2, by=by, at=at)


def hear(*, event: Knocked, by: Actor, at: datetime) -> None:
    HEARD.append(event.times)
    if event.times == 3:
        raise ValueError("deaf")


@events.only_when(lambda event: event.times > 1)
def hear_loud(*, event: Knocked, by: Actor, at: datetime) -> None: ...


@pytest.fixture
def listening():
    HEARD.clear()
    events.subscribe({Knocked: hear})
    yield HEARD
    events.REACTIONS.pop(Knocked.kind)


def test_events_are_chained_and_indexed(shop: Shop, at: datetime) -> None:
    knock_twice(by=shop.boss(), at=at)
    rows = list(EventRow.objects.order_by("seq"))
    assert [(row.seq, row.payload["times"], row.order_id) for row in rows] == [(1, 1, 7), (2, 2, 7)]
    assert rows[1].previous_hash == rows[0].hash
    assert ChainHead.objects.get().hash == rows[1].hash
    assert doctor.examine(["event_chain"]) == []


@pytest.mark.parametrize("field, value", [("payload", {"times": 9, "order_id": 7}), ("actor_name", "别人"), ("seq", 9)])
def test_doctor_sees_a_changed_event(shop: Shop, at: datetime, field: str, value: object) -> None:
    knock_twice(by=shop.boss(), at=at)
    EventRow.objects.filter(seq=1).update(**{field: value})
    assert [t.check for t in doctor.examine(["event_chain"])] == ["event_chain"]


def test_doctor_sees_a_cut_tail(shop: Shop, at: datetime) -> None:
    knock_twice(by=shop.boss(), at=at)
    EventRow.objects.filter(seq=2).delete()
    assert len(doctor.examine(["event_chain"])) == 1


def test_a_refusal_changes_nothing(shop: Shop, at: datetime, listening: list[int]) -> None:
    with nothing_changes(), pytest.raises(Refused):
        knock(times=4, by=shop.boss(), at=at)


def test_an_actor_of_another_organisation_is_stopped(shop: Shop, other_shop: Shop, at: datetime) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        knock(times=1, by=other_shop.boss(), at=at)


def test_no_command_and_no_query_without_a_scope(shop: Shop, at: datetime) -> None:
    with no_scope():
        with pytest.raises(NoScope):
            knock(times=1, by=shop.boss(), at=at)
        with pytest.raises(NoScope):
            EventRow.objects.count()


def test_organisations_do_not_see_each_other(shop: Shop, other_shop: Shop, at: datetime) -> None:
    knock(times=1, by=shop.boss(), at=at)
    with scope(other_shop.org_id):
        assert EventRow.objects.count() == 0
        knock(times=2, by=other_shop.boss(), at=at)
        assert [row.seq for row in EventRow.objects.all()] == [1]


def test_a_reaction_runs_once_and_again_does_nothing(shop: Shop, at: datetime, listening: list[int]) -> None:
    knock(times=2, by=shop.boss(), at=at)
    job = Job.objects.get()
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert listening == [2] and job.status == Job.State.DONE


def test_no_job_is_queued_for_an_event_that_does_not_concern_the_reaction(shop: Shop, at: datetime) -> None:
    events.subscribe({Knocked: [hear_loud]})
    try:
        knock_twice(by=shop.boss(), at=at)
    finally:
        events.REACTIONS.pop(Knocked.kind)
    assert [job.event.payload["times"] for job in Job.objects.select_related("event")] == [2]


def test_a_failing_reaction_is_kept_retried_and_given_up_visibly(
    shop: Shop, at: datetime, listening: list[int]
) -> None:
    knock(times=3, by=shop.boss(), at=at)
    job = Job.objects.get()
    for _ in range(jobs.MAX_ATTEMPTS):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.State.DEAD and "deaf" in job.error
    assert [t.check for t in doctor.examine(["jobs"])] == ["jobs"]
    jobs.retry(job.pk, at)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.State.QUEUED, 0)


def test_what_is_not_a_command_is_refused_at_import() -> None:
    with pytest.raises(TypeError):

        @command
        def positional(order_id: int, *, by: Actor, at: datetime) -> None: ...
