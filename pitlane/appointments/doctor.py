"""The doctor compares appointments with the time that is promised for them."""

from __future__ import annotations

from collections.abc import Iterator

from pitlane.core import doctor
from pitlane.core.doctor import Trouble
from pitlane.scheduling import queries as slots

from .models import Appointment
from .states import EXPECTED, HOLDING


@doctor.check("appointments")
def appointments() -> Iterator[Trouble]:
    """Whoever is expected has time promised, at that time; a promise has somebody who is expected."""
    promised = {claim.subject: claim for claim in slots.claims_like("apt_")}
    for row in Appointment.objects.filter(state__in=HOLDING).order_by("pk").iterator(chunk_size=500):
        claim = promised.pop(row.subject, None)
        if claim is None and row.state in EXPECTED:
            yield Trouble("appointments", row.ref, "is expected, but no time is promised")
        elif claim is not None and (claim.start, claim.end) != (row.starts_at, row.ends_at):
            yield Trouble("appointments", row.ref, "says another time than what is promised")
    for subject in sorted(promised):
        yield Trouble("appointments", subject, "has time promised, but nobody is expected")
