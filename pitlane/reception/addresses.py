"""Private addresses: how long they live and how secret they must be."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from pitlane.core import links
from pitlane.core.errors import Refused
from pitlane.core.models import PrivateLink

LONGEST_DAYS = 365
AFTER_DELIVERY = timedelta(days=30)
SHORTEST_TOKEN = 32


def make_address(purpose: str, subject_id: int, customer_id: int, token: str, at: datetime) -> PrivateLink:
    """The secret address of one version (``estimate``) or of the visit (``order``); call it inside a command."""
    if len(token) < SHORTEST_TOKEN:
        raise Refused(_("链接密钥太短"), code="token")
    return links.make_link(
        purpose=purpose, subject_id=subject_id, customer_id=customer_id, token=token, at=at, days=LONGEST_DAYS
    )
