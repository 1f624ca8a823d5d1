"""Background work, for programs that watch over an installation."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from .frame import call, may

router = Router()


class JobOut(Schema):
    """Work that waits, or gave up (``dead``); ``error`` is the last line of what went wrong."""

    id: str
    name: str
    dead: bool
    attempts: int
    due_at: datetime
    error: str


class JobsOut(Schema):
    """How much waits and how much gave up, with the first 200 of them."""

    waiting: int
    dead: int
    items: list[JobOut]


class RetriedOut(Schema):
    """The job that is tried again."""

    id: str
    due_at: datetime


@router.get(
    "/background-jobs", response=JobsOut, operation_id="list_background_jobs", summary="Work that waits or failed"
)
def list_background_jobs(request: HttpRequest) -> JobsOut:
    may(request, "core.jobs")
    screen = queries.job_screen()
    copied = ("name", "dead", "attempts", "due_at", "error")
    items = [JobOut(id=line.ref, **{name: getattr(line, name) for name in copied}) for line in screen.lines]
    return JobsOut(waiting=screen.waiting, dead=screen.dead, items=items)


@router.post(
    "/background-jobs/{job}/retry",
    response=RetriedOut,
    operation_id="retry_background_job",
    summary="Try failed work again",
)
@idempotent
def retry_background_job(request: HttpRequest, job: str) -> RetriedOut:
    retried = commands.retry_job(job_id=parse_id("job", job), **call(request))
    return RetriedOut(id=job, due_at=retried.due_at)
