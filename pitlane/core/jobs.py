"""Jobs and reactions: rows that must happen at least once, carried by django-q2's table queue.

The ``Job`` row is written in the transaction of the command, so nothing is lost and nothing is sent for work that
rolled back. Bodies may run twice and must not mind. A failure retries with back-off and, after ``MAX_ATTEMPTS``,
waits on the operator page. ``sweep`` re-enqueues what a dead worker left. This is the only module that knows
django-q2.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from .access import system
from .events import KINDS
from .models import EventRow, Job
from .rows import insert_rows
from .tenancy import current_org, scope

MAX_ATTEMPTS = 8
SWEEP_EVERY = 1
OVERDUE = timedelta(minutes=3)
BATCH = 50
LONG = timedelta(minutes=30)
Body = Callable[..., None]
DAILY = 24 * 60
PERIODIC: dict[str, tuple[str, int]] = {
    "core.tidy": ("pitlane.core.housekeeping.tidy", DAILY),
    "core.statistics": ("pitlane.core.statistics.refresh", DAILY),
}


def _carry(job_ids: list[int]) -> None:
    """Hand jobs to the queue, some at a time: one row there carries up to ``BATCH`` of them."""
    for start in range(0, len(job_ids), BATCH):
        async_task("pitlane.core.jobs.run_some", job_ids[start : start + BATCH])


def run_some(job_ids: list[int]) -> None:
    """What the worker calls. A job that fails does not keep the next from running."""
    for job_id in job_ids:
        run(job_id)


def queue_reactions(pairs: list[tuple[EventRow, str]]) -> None:
    """Queue one job for each (event, reaction); the unique constraint makes a repeat impossible."""
    if not pairs:
        return
    jobs = [Job(org_id=row.org_id, name=name, event=row, queued_at=row.at, due_at=row.at) for row, name in pairs]
    _carry([job.pk for job in insert_rows(jobs)])


def enqueue(name: str, *, at: datetime, **args: Any) -> Job:
    """Queue a background job: dotted name of a function ``(by, at, **args)``. Call it inside the command."""
    job: Job = Job.objects.create(org_id=current_org(), name=name, args=args, queued_at=at, due_at=at)
    _carry([job.pk])
    return job


def long(body: Body) -> Body:
    """Mark a job body that commits in steps of its own (imports, exports): it runs outside the job's transaction."""
    body.__is_long__ = True  # type: ignore[attr-defined]
    return body


def run(job_id: int) -> None:
    """Locks the row, runs the body, keeps the outcome; safe to call again."""
    job = Job.unscoped.filter(pk=job_id).select_related("event").first()
    if job is None:
        return
    with scope(job.org_id):
        try:
            if getattr(_body(job), "__is_long__", False):
                _run_long(job)
            else:
                _run_locked(job_id)
        except Exception:
            _note_failure(job_id, traceback.format_exc(limit=-6))


def _run_locked(job_id: int) -> None:
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("event").get(pk=job_id)
        if job.status == Job.State.QUEUED:
            _call(job, timezone.now())
            _finish(job)


def _run_long(job: Job) -> None:
    claimed = Job.objects.filter(pk=job.pk, status=Job.State.QUEUED).update(due_at=timezone.now() + LONG)
    if claimed:
        _call(job, timezone.now())
        _finish(job)


def _finish(job: Job) -> None:
    job.status, job.finished_at, job.error = Job.State.DONE, timezone.now(), ""
    job.attempts += 1
    job.save(update_fields=["status", "finished_at", "error", "attempts"])


def _body(job: Job) -> Body:
    module, _, name = job.name.rpartition(".")
    body: Body = getattr(import_module(module), name)
    return body


def _call(job: Job, at: datetime) -> None:
    body, by = _body(job), system(current_org())
    if job.event is None:
        body(by=by, at=at, **job.args)
    else:
        body(event=KINDS[job.event.kind](**job.event.payload), by=by, at=at)


def _note_failure(job_id: int, error: str) -> None:
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        job.attempts += 1
        job.error = error[-4000:]
        job.due_at = timezone.now() + timedelta(seconds=15 * 2**job.attempts)
        if job.attempts >= MAX_ATTEMPTS:
            job.status = Job.State.DEAD
        job.save(update_fields=["attempts", "error", "due_at", "status"])


def retry(job_id: int, at: datetime) -> None:
    """The operator's button: try a dead job again."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        job.status, job.attempts, job.due_at = Job.State.QUEUED, 0, at
        job.save(update_fields=["status", "attempts", "due_at"])
        _carry([job.pk])


def sweep() -> int:
    """Re-enqueue failed jobs whose back-off is over and jobs that a killed worker left behind."""
    now = timezone.now()
    waiting = Job.unscoped.filter(status=Job.State.QUEUED)
    ids = set(waiting.filter(attempts__gt=0, due_at__lte=now).values_list("pk", flat=True)[:500])
    ids |= set(waiting.filter(attempts=0, due_at__lte=now - OVERDUE).values_list("pk", flat=True)[:500])
    waiting.filter(pk__in=ids).update(due_at=now + OVERDUE)
    _carry(sorted(ids))
    return len(ids)


def run_all_now(limit: int = 10_000) -> int:
    """Run every due job in this process: tests, the demo and `pitlane doctor --jobs` use it."""
    done = 0
    while done < limit:
        waiting = Job.unscoped.filter(status=Job.State.QUEUED, attempts=0)
        job_id = waiting.order_by("pk").values_list("pk", flat=True).first()
        if job_id is None:
            break
        run(job_id)
        done += 1
    return done


def periodic(name: str, function: str, minutes: int) -> None:
    """Register a function that runs every so many minutes (a domain's ``jobs.py`` does this at import)."""
    PERIODIC[name] = (function, minutes)


def install_schedules() -> None:
    """Write the registered schedules into the queue's table, each once; the worker calls this when it starts."""
    for name, (function, minutes) in {"core.sweep": ("pitlane.core.jobs.sweep", SWEEP_EVERY), **PERIODIC}.items():
        facts = {"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
        known = Schedule.objects.filter(name=name).order_by("pk")
        if first := known.first():
            known.exclude(pk=first.pk).delete()
            known.update(**facts)
        else:
            Schedule.objects.create(name=name, **facts)
