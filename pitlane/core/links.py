"""Private links: a customer without an account opens one thing by a secret address.

The token (256 random bits) is made by the caller at the edge; only its SHA-256 is stored. A link names one purpose
and one subject, expires, and can be revoked; a wrong, foreign or expired token looks like any other unknown address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from .errors import Missing
from .models import PrivateLink
from .tenancy import current_org


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def make_link(
    *, purpose: str, subject_id: int, customer_id: int | None, token: str, at: datetime, days: int
) -> PrivateLink:
    """Store a new link; call it inside a command. Older links of the same purpose and subject stay valid."""
    link: PrivateLink = PrivateLink.objects.create(
        org_id=current_org(),
        purpose=purpose,
        subject_id=subject_id,
        customer_id=customer_id,
        token_hash=token_hash(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return link


def revoke_links(*, purpose: str, subject_id: int, at: datetime) -> int:
    """Close all open links to a subject, for example when a newer quote version replaces them."""
    open_links = PrivateLink.objects.filter(purpose=purpose, subject_id=subject_id, revoked_at=None)
    revoked: int = open_links.update(revoked_at=at)
    return revoked


def find_link(token: str, *, at: datetime) -> PrivateLink:
    """The link behind a token, in whichever organisation; ``Missing`` when unknown, expired or revoked."""
    link: PrivateLink | None = PrivateLink.unscoped.filter(token_hash=token_hash(token)).first()
    if link is None or link.revoked_at is not None or link.expires_at <= at:
        raise Missing()
    return link
