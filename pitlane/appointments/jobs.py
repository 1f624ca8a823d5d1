"""Background work of appointments: reminders whose time has come, offers that ran out, visits that nobody came to."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from pitlane.accounts.queries import organisation_ids
from pitlane.core.access import system
from pitlane.core.errors import PitlaneError
from pitlane.core.jobs import periodic
from pitlane.core.tenancy import scope

from . import commands, queries

log = logging.getLogger("pitlane.appointments")


def sweep() -> int:
    """Every five minutes, all organisations. Run twice it does nothing twice."""
    return sum(_sweep_one(org_id) for org_id in organisation_ids())


def _sweep_one(org_id: int) -> int:
    with scope(org_id):
        at = timezone.now()
        who: dict[str, Any] = {"by": system(org_id), "at": at}
        done = _each(
            queries.to_remind(at), lambda pk: commands.remind(appointment_id=pk, token=secrets.token_urlsafe(32), **who)
        )
        done += _each(queries.offers_over(at), lambda pk: commands.withdraw_offer(appointment_id=pk, **who))
        commands.forget_drafts(**who)
        return done + _each(queries.not_come(at), lambda pk: commands.mark_no_show(appointment_id=pk, **who))


def _each(ids: Iterable[int], act: Callable[[int], object]) -> int:
    """One after the other; what one of them refuses does not keep the next from being done."""
    done = 0
    for pk in ids:
        try:
            act(pk)
            done += 1
        except PitlaneError as refused:
            log.warning("appointment %s: %s", pk, refused.code)
    return done


periodic("appointments.sweep", "pitlane.appointments.jobs.sweep", 5)
