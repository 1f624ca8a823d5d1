"""A customer's data was erased: what they signed stays provable by its hash, their name and hand do not."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from pitlane.core import files
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.models import PrivateLink, StoredFile

from ..models import Estimate, Walkaround


@command
def forget_person(*, customer_id: int, by: Actor, at: datetime) -> None:
    """Remove names and pictures of signatures from quotes and walk-arounds, and close every private address."""
    require(by.kind == "system", "customers.erase")
    theirs = Q(order__customer_id=customer_id)
    Walkaround.objects.filter(theirs).update(signed_name="")
    Estimate.objects.filter(theirs).update(decided_name="")
    signed = Walkaround.objects.filter(theirs).exclude(signature=None).values("signature")
    agreed = Estimate.objects.filter(theirs).exclude(signature=None).values("signature")
    files.forget(StoredFile.objects.filter(Q(pk__in=signed) | Q(pk__in=agreed)), at=at)
    PrivateLink.objects.filter(customer_id=customer_id, revoked_at=None).update(revoked_at=at)
