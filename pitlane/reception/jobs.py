"""Background work of reception: closed orders that no event told of (imports, older versions) are counted too."""

from __future__ import annotations

from django.utils import timezone

from pitlane.accounts.queries import organisation_ids
from pitlane.core.access import system
from pitlane.core.jobs import periodic
from pitlane.core.tenancy import scope

from . import commands

BATCHES = 50


def learn() -> int:
    """Every quarter of an hour, all organisations, some thousand orders at most, in short transactions."""
    return sum(_learn_one(org_id) for org_id in organisation_ids())


def _learn_one(org_id: int) -> int:
    seen = 0
    with scope(org_id):
        for _batch in range(BATCHES):
            now = commands.learn_more(by=system(org_id), at=timezone.now())
            seen += now
            if not now:
                break
    return seen


periodic("reception.learn", "pitlane.reception.jobs.learn", 15)
