"""Background work of messaging: carrying what is queued, every minute whatever is due, tidying at night."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pitlane.accounts.queries import organisation_ids
from pitlane.core.access import Actor, system
from pitlane.core.jobs import DAILY, long, periodic
from pitlane.core.tenancy import scope

from . import commands
from .carrier import Carrier


@long
def deliver(*, message_id: int, by: Actor, at: datetime) -> None:
    """What ``send`` queues; the network is called between two short transactions."""
    Carrier(by).carry_lane(message_id)


def sweep() -> int:
    """Every minute, all organisations: reminders whose time has come, second tries, what a killed worker left."""
    return sum(_sweep_one(org_id) for org_id in organisation_ids())


def _sweep_one(org_id: int) -> int:
    with scope(org_id):
        return Carrier(system(org_id)).round()


def tidy() -> None:
    """At night: counters and codes that are over."""
    for org_id in organisation_ids():
        with scope(org_id):
            commands.forget_codes(by=system(org_id), at=timezone.now())


periodic("messaging.sweep", "pitlane.messaging.jobs.sweep", 1)
periodic("messaging.tidy", "pitlane.messaging.jobs.tidy", DAILY)
