"""What nobody needs any more: kept answers of the API, sessions that are over, sign-in logs."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from .models import IdempotencyRecord

ANSWERS_KEPT = timedelta(days=7)
SIGN_INS_KEPT = timedelta(days=180)


def tidy() -> None:
    """Runs at night over all organisations."""
    now = timezone.now()
    IdempotencyRecord.unscoped.filter(created_at__lt=now - ANSWERS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT).delete()
