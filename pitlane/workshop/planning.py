"""What is dispatched takes time that can no longer be promised: scheduling is told, and told again when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pitlane.core.access import Actor
from pitlane.scheduling import commands as scheduling

from .models import Assignment, RepairOrder, WorkItem


def source_of(assignment_id: int) -> str:
    """The name under which scheduling knows an assignment."""
    return f"assignment:{assignment_id}"


def note_plan(
    order: RepairOrder, items: Sequence[WorkItem], made: Sequence[Assignment], *, by: Actor, at: datetime
) -> None:
    """Technicians and bay are busy with these jobs for their standard hours, from the planned start or one by one."""
    hours = {item.pk: item.hours for item in items}
    minutes = {one.pk: round(hours[one.item_id] * one.share * 60) for one in made}
    work = [
        scheduling.Work(source_of(one.pk), one.technician_id, minutes[one.pk], one.bay_id, one.planned_start)
        for one in made
        if minutes[one.pk] > 0
    ]
    scheduling.note_work(store_id=order.store_id, work=work, by=by, at=at)


def forget_plan(order: RepairOrder, assignments: Sequence[Assignment], *, by: Actor, at: datetime) -> None:
    """The jobs are finished, taken back or cancelled."""
    sources = [source_of(one.pk) for one in assignments]
    if sources:
        scheduling.forget_work(store_id=order.store_id, sources=sources, by=by, at=at)
