"""Work that the workshop has planned: it leaves less free time to promise, and forbids nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.rows import insert_rows
from pitlane.core.tenancy import current_org

from .. import policies
from ..models import PlannedWork


@dataclass(frozen=True, slots=True)
class Work:
    """A job on somebody's list. ``source`` names it for its owner; without a start it comes after their other work."""

    source: str
    technician_id: int
    minutes: int
    bay_id: int | None = None
    starts_at: datetime | None = None


@command
def note_work(*, store_id: int, work: Sequence[Work], by: Actor, at: datetime) -> int:
    """Keep in mind what a technician and a bay are busy with; the same source again replaces what it said before.

    The domain that planned the work has its own event for it, so none is recorded here.
    """
    require(policies.can_note(by, store_id), "scheduling.note")
    PlannedWork.objects.filter(source__in=[one.source for one in work]).delete()
    ends = _ends({one.technician_id for one in work if one.starts_at is None}, at)
    rows = []
    for one in work:
        starts = one.starts_at or max(at, ends.get(one.technician_id, at))
        if one.starts_at is None:
            ends[one.technician_id] = starts + timedelta(minutes=one.minutes)
        rows.append(
            PlannedWork(
                org_id=current_org(),
                store_id=store_id,
                source=one.source,
                technician_id=one.technician_id,
                bay_id=one.bay_id,
                starts_at=starts,
                minutes=one.minutes,
            )
        )
    return len(insert_rows(rows))


def _ends(staff_ids: set[int], at: datetime) -> dict[int, datetime]:
    """Until when people are busy with work of the last day that is not yet released."""
    found: dict[int, datetime] = {}
    rows = PlannedWork.objects.filter(technician_id__in=staff_ids, starts_at__gte=at - timedelta(days=1))
    for staff_id, starts_at, minutes in rows.values_list("technician_id", "starts_at", "minutes"):
        found[staff_id] = max(found.get(staff_id, at), starts_at + timedelta(minutes=minutes))
    return found


@command
def forget_work(*, store_id: int, sources: Sequence[str], by: Actor, at: datetime) -> int:
    """The work is done, taken back or cancelled: its time is free again."""
    require(policies.can_note(by, store_id), "scheduling.note")
    gone, _rows = PlannedWork.objects.filter(store_id=store_id, source__in=sources).delete()
    return int(gone)
