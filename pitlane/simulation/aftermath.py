"""Reactions of simulated days happen on those days: they are carried out here, not by the worker and not today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module

from django.db.models import F

from pitlane.core import jobs
from pitlane.core.access import Actor, system
from pitlane.core.commands import command
from pitlane.core.events import KINDS
from pitlane.core.models import Job
from pitlane.core.tenancy import current_org


@contextmanager
def by_hand() -> Iterator[None]:
    """Queue nothing for the worker inside the block; ``carry_out`` must follow."""
    carry = jobs._carry
    jobs._carry = lambda job_ids: None
    try:
        yield
    finally:
        jobs._carry = carry


def carry_out() -> int:
    """Run the waiting reactions in their order, each at the time of its event."""
    done = 0
    while waiting := list(Job.objects.filter(status=Job.State.QUEUED).select_related("event").order_by("pk")[:500]):
        _run_all(waiting=waiting, by=system(current_org()), at=waiting[-1].queued_at)
        done_now = Job.objects.filter(pk__in=[job.pk for job in waiting])
        done_now.update(status=Job.State.DONE, attempts=1, finished_at=F("queued_at"))
        done += len(waiting)
    return done


@command
def _run_all(*, waiting: Sequence[Job], by: Actor, at: datetime) -> None:
    for job in waiting:
        _run(job)


def _run(job: Job) -> None:
    module, _dot, name = job.name.rpartition(".")
    body, by = getattr(import_module(module), name), system(current_org())
    if job.event is None:
        body(by=by, at=job.queued_at, **job.args)
    else:
        body(event=KINDS[job.event.kind](**job.event.payload), by=by, at=job.queued_at)
