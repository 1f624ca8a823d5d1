"""The operator's button on failed background work."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core import jobs
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.models import Job

from .. import policies
from ..events import JobRetried


@command
def retry_job(*, job_id: int, by: Actor, at: datetime) -> Job:
    """Try background work again that failed; what is done is never done twice by hand."""
    job: Job | None = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise Missing()
    require(policies.can_run_jobs(by), "core.jobs")
    if job.status == Job.State.DONE or not job.attempts:
        raise Refused(_("这项任务没有失败，不用重试"), code="not_failed")
    jobs.retry(job_id, at)
    record(JobRetried(job_id=job_id, name=job.name), by=by, at=at)
    job.refresh_from_db()
    return job
