"""Background work of the portal: tidying at night."""

from __future__ import annotations

from django.utils import timezone

from pitlane.accounts.queries import organisation_ids
from pitlane.core.access import system
from pitlane.core.jobs import DAILY, periodic
from pitlane.core.tenancy import scope

from . import commands


def tidy() -> None:
    """At night: sessions that are long over."""
    for org_id in organisation_ids():
        with scope(org_id):
            commands.forget_sessions(by=system(org_id), at=timezone.now())


periodic("portal.tidy", "pitlane.portal.jobs.tidy", DAILY)
