"""Browsers that are signed in with a phone number and a code."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from pitlane.core.fields import KeyField
from pitlane.core.tenancy import OrgModel


class PhoneSession(OrgModel):
    """One browser of somebody who proved to hold a phone. Neither the number nor the secret of the cookie is kept."""

    phone_index = KeyField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    former_hash = models.CharField(max_length=64, blank=True, db_index=True)
    device = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="portal_session_expires")
        ]
        indexes = [models.Index(fields=["org", "phone_index", "ended_at"], name="portal_session_phone")]
