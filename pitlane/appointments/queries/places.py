"""Where visits stood that have become repair orders: their promise is gone, the calendar still shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pitlane.scheduling import queries as slots

from ..models import Appointment


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a visit: bay, person, from when to when."""

    bay_id: int | None
    bay: str
    technician_id: int
    technician: str
    start: datetime
    end: datetime


def places_of(subject: str) -> list[list[Any]]:
    """What is promised to a visit now, as it is kept with it."""
    claim = slots.claim_of(subject)
    return [
        [part.bay_id, part.bay, part.technician_id, part.technician, part.start.isoformat(), part.end.isoformat()]
        for part in (claim.parts if claim else ())
    ]


def kept_places(row: Appointment) -> list[Place]:
    """Where a visit stood; empty for those of earlier days and for those whose promise still holds."""
    return [
        Place(bay_id, bay, staff_id, name, datetime.fromisoformat(start), datetime.fromisoformat(end))
        for bay_id, bay, staff_id, name, start, end in row.stood
    ]
