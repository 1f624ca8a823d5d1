"""Clocked work: who works on what since when. One open entry per technician; stopping the last one pauses the job."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.errors import Refused
from pitlane.core.rows import save_columns

from . import policies
from .models import Assignment, RepairOrder, TimeEntry, WorkItem
from .states import ITEM


def technician_of(by: Actor, order: RepairOrder, technician_id: int | None) -> int:
    """For whom the work is noted: the person at the terminal, or whom the foreman names."""
    require(policies.can_work(by, order), "workshop.work")
    if technician_id is None or (by.kind == "staff" and technician_id == by.id):
        if by.kind != "staff" or not by.id:
            raise Refused(_("请指明技师"), code="technician", field="technician_id")
        return by.id
    require(policies.can_dispatch(by, order), "workshop.dispatch")
    return technician_id


def assignments_to(items: Iterable[WorkItem]) -> list[Assignment]:
    """Who is or was put on these jobs, in the order in which they were."""
    rows = Assignment.objects.filter(item_id__in=[item.pk for item in items])
    return sorted(rows, key=lambda row: int(row.pk))


def still_on(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Without those who were taken off."""
    return [one for one in assignments if one.released_at is None]


def assignment_of(item: WorkItem, technician_id: int) -> Assignment:
    """The technician's share of the job, or a refusal: nobody works on a job that is not theirs."""
    found: Assignment | None = Assignment.objects.filter(
        item=item, technician_id=technician_id, released_at=None
    ).first()
    if found is None:
        raise Refused(_("这个项目没有派给你"), code="not_assigned")
    return found


def orders_worked_on(technician_id: int) -> list[int]:
    """Orders on which the technician has an open entry now; read before locking."""
    entries = TimeEntry.objects.filter(ended_at=None, assignment__technician_id=technician_id)
    return list(entries.values_list("assignment__item__order_id", flat=True))


def stop_technician(technician_id: int, at: datetime, reason: str) -> list[WorkItem]:
    """End the technician's open entry; answers the jobs that stand still because of it."""
    entries = list(
        TimeEntry.objects.filter(ended_at=None, assignment__technician_id=technician_id).select_related(
            "assignment__item"
        )
    )
    _end(entries, at, reason)
    return pause_idle([entry.assignment.item for entry in entries], reason)


def stop_items(items: Iterable[WorkItem], at: datetime, reason: str = "") -> None:
    """End all open entries of these jobs."""
    ids = [item.pk for item in items]
    TimeEntry.objects.filter(ended_at=None, assignment__item_id__in=ids).update(ended_at=at, pause_reason=reason)


def _end(entries: Collection[TimeEntry], at: datetime, reason: str) -> None:
    TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(ended_at=at, pause_reason=reason)


def pause_idle(items: Iterable[WorkItem], reason: str) -> list[WorkItem]:
    """Pause the jobs that nobody works on any more."""
    jobs = {item.pk: item for item in items}
    open_entries = TimeEntry.objects.filter(ended_at=None, assignment__item_id__in=jobs)
    busy = set(open_entries.values_list("assignment__item_id", flat=True))
    idle = [item for pk, item in jobs.items() if pk not in busy and ITEM.may(item.state, "pause")]
    for item in idle:
        ITEM.apply(item, "pause")
        item.pause_reason = reason[:20]
    save_columns(idle, ["state", "pause_reason"])
    return idle


def workers_of(order_id: int) -> set[int]:
    """Everybody who was put on a job of this order and not taken off before beginning."""
    jobs = Assignment.objects.filter(item__order_id=order_id).exclude(item__state="removed")
    return set(jobs.exclude(released_at__isnull=False, entries=None).values_list("technician_id", flat=True))
