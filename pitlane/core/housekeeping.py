"""What nobody needs any more: kept answers of the API, sessions that are over, sign-in logs, files of people's data."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from . import files
from .models import IdempotencyRecord, ImportIssue, StoredFile, Tally
from .tenancy import scope

ANSWERS_KEPT = timedelta(days=7)
SIGN_INS_KEPT = timedelta(days=180)
TABLES_KEPT = timedelta(days=30)
TABLES = ("import", "export")


def tidy() -> None:
    """Runs at night over all organisations."""
    now = timezone.now()
    _forget_tables(now)
    IdempotencyRecord.unscoped.filter(created_at__lt=now - ANSWERS_KEPT).delete()
    Tally.objects.filter(until__lt=now).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT).delete()


def _forget_tables(now: datetime) -> None:
    """Files with many people's data were needed for a day: after a month they and the rows they were refused go."""
    old = {"purpose__in": TABLES, "removed_at": None, "created_at__lt": now - TABLES_KEPT}
    for org_id in StoredFile.unscoped.filter(**old).values_list("org_id", flat=True).distinct():
        with scope(org_id), transaction.atomic():
            files.forget(StoredFile.objects.filter(**old), at=now)
            ImportIssue.objects.filter(batch__created_at__lt=now - TABLES_KEPT).exclude(values="").update(values="")
