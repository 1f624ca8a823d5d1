"""Which browser is signed in with which phone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from pitlane.core.crypto import blind
from pitlane.core.phones import normalise_phone

from ..models import PhoneSession
from ..rules import FORMER_COUNTS, token_hash


def phone_key(phone: str) -> str:
    """The keyed hash under which the sessions of a phone are found."""
    return blind("portal_session", normalise_phone(phone))


def session_by_token(token: str, *, at: datetime) -> PhoneSession | None:
    """The live session of a browser. For a moment after a renewal the former secret counts too: photos of the same
    page may still be on their way with it.
    """
    said = token_hash(token)
    renewed = Q(former_hash=said, renewed_at__gt=at - FORMER_COUNTS)
    live = PhoneSession.objects.filter(ended_at=None, expires_at__gt=at)
    found: PhoneSession | None = live.filter(Q(token_hash=said) | renewed).first()
    return found
