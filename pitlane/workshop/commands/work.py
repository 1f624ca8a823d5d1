"""The technician's day: accept, start, pause, tick steps, finish, confirm a colleague's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.rows import insert_rows, save_columns

from .. import policies, queries
from ..causes import checked_cause
from ..clocking import (
    assignment_of,
    assignments_to,
    orders_worked_on,
    pause_idle,
    still_on,
    stop_items,
    stop_technician,
    technician_of,
)
from ..events import PeerChecked, StepTicked, WorkAccepted, WorkEvent, WorkFinished, WorkPaused, WorkStarted
from ..linework import finish_if_done
from ..models import OrderPhoto, QualityCheck, RepairOrder, TimeEntry, WorkItem
from ..planning import forget_plan
from ..sheet import Sheet, lines_of_order, lock_orders, lock_sheet, order_of_item, save_order, tell
from ..states import ITEM, ORDER
from ..steps import measured, needs_peer, ticked

WORK_STATES = ("dispatch_pending", "in_progress")


def _say(
    kind: type[WorkEvent], order: RepairOrder, item: WorkItem, tech: int, *, by: Actor, at: datetime, **facts: object
) -> None:
    tell(kind, order, item_id=item.pk, technician_id=tech, by=by, at=at, **facts)


def _check_at_work(order: RepairOrder) -> None:
    if order.state not in WORK_STATES:
        text = _("工单现在是「%(state)s」，不能施工") % {"state": ORDER.label(order.state).text}
        raise Refused(text, code="wrong_state", state=order.state)


@command
def accept_item(*, item_id: int, technician_id: int | None = None, by: Actor, at: datetime) -> WorkItem:
    """The technician takes the job (接工)."""
    sheet = lock_sheet(order_of_item(item_id))
    item, tech = sheet.item(item_id), technician_of(by, sheet.order, technician_id)
    assignment_of(item, tech)
    ITEM.apply(item, "accept")
    item.save(update_fields=["state"])
    _say(WorkAccepted, sheet.order, item, tech, by=by, at=at)
    return item


@command
def start_item(*, item_id: int, technician_id: int | None = None, by: Actor, at: datetime) -> WorkItem:
    """Clock on. Whatever the technician worked on elsewhere is paused: nobody works on two jobs at once."""
    order_id = order_of_item(item_id)
    tech = technician_id or by.id
    orders = lock_orders([order_id, *orders_worked_on(tech)])
    sheet = lines_of_order(orders[order_id])
    order, item = sheet.order, sheet.item(item_id)
    tech = technician_of(by, order, technician_id)
    assignment = assignment_of(item, tech)
    _check_at_work(order)
    if TimeEntry.objects.filter(assignment=assignment, ended_at=None).exists():
        return item
    for stopped in stop_technician(tech, at, "switch"):
        _say(WorkPaused, orders[stopped.order_id], stopped, tech, reason="switch", by=by, at=at)
    if item.state != "working":
        ITEM.apply(item, "start")
    item.pause_reason = ""
    item.save(update_fields=["state", "pause_reason"])
    TimeEntry.objects.create(org_id=order.org_id, assignment=assignment, started_at=at)
    _begin(order, at)
    _say(WorkStarted, order, item, tech, by=by, at=at)
    return item


def _begin(order: RepairOrder, at: datetime) -> None:
    """The first job that begins brings the order into repair."""
    if ORDER.may(order.state, "start"):
        ORDER.apply(order, "start")
    order.started_at = order.started_at or at
    save_order(order, at)


@command
def pause_item(*, item_id: int, reason: str, technician_id: int | None = None, by: Actor, at: datetime) -> WorkItem:
    """Clock off with a reason; the job stands still when nobody else works on it."""
    sheet = lock_sheet(order_of_item(item_id))
    item, tech = sheet.item(item_id), technician_of(by, sheet.order, technician_id)
    if not reason.strip():
        raise Refused(_("请选择暂停的原因"), code="reason", field="reason")
    entries = TimeEntry.objects.filter(assignment__item=item, assignment__technician_id=tech, ended_at=None)
    if not entries.update(ended_at=at, pause_reason=reason.strip()[:20]):
        raise Refused(_("你现在没有在做这个项目"), code="not_working")
    pause_idle([item], reason.strip())
    _say(WorkPaused, sheet.order, item, tech, reason=reason.strip()[:20], by=by, at=at)
    return item


@command
def tick_step(
    *,
    item_id: int,
    step: int,
    values: Mapping[str, str] | None = None,
    done: bool = True,
    no_photo: str = "",
    technician_id: int | None = None,
    by: Actor,
    at: datetime,
) -> WorkItem:
    """Tick a step with what was measured; a value outside the limits is kept and flagged.

    A step that wants a photo takes one that was added for it before, or the reason why there is none.
    """
    sheet = lock_sheet(order_of_item(item_id))
    item, tech = sheet.item(item_id), technician_of(by, sheet.order, technician_id)
    if item.state not in ("accepted", "working", "paused", "rework"):
        ITEM.target(item.state, "self_check")
    if not 0 <= step < len(item.steps):
        raise Refused(_("没有这一步"), code="step", field="step")
    steps = list(item.steps)
    photos = OrderPhoto.objects.filter(item=item, step=step).count() if steps[step].get("photo") else 0
    steps[step] = ticked(
        steps[step],
        values=values or {},
        by=by.name,
        at=at.isoformat(),
        done=done,
        photos=photos,
        no_photo=no_photo,
    )
    item.steps = steps
    item.save(update_fields=["steps"])
    outside = any(value.outside for value in measured(steps[step]))
    _say(StepTicked, sheet.order, item, tech, step=step, outside=outside, done=done, by=by, at=at)
    return item


@command
def finish_items(
    *, order_id: int, item_ids: Sequence[int], technician_id: int | None = None, note: str = "", by: Actor, at: datetime
) -> RepairOrder:
    """Report jobs finished with the self check; what was not clocked on is begun and finished in one go."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    _check_at_work(order)
    items = [sheet.item(item_id) for item_id in dict.fromkeys(item_ids)]
    assigned = assignments_to(items)
    people = {a.item_id: a.technician_id for a in reversed(still_on(assigned))}
    tech = _finisher(sheet, people, technician_id, by)
    stop_items(items, at)
    forget_plan(order, assigned, by=by, at=at)
    for item in items:
        _finish(item)
    save_columns(items, ["state", "pause_reason"])
    insert_rows([_self_check(item, people.get(item.pk, tech), note, at) for item in items])
    order.started_at = order.started_at or at
    if items and ORDER.may(order.state, "start"):
        ORDER.apply(order, "start")
    finish_if_done(sheet, at)
    save_order(order, at)
    tell(WorkFinished, order, item_ids=[item.pk for item in items], technician_id=tech, by=by, at=at)
    return order


def _finisher(sheet: Sheet, people: Mapping[int, int], technician_id: int | None, by: Actor) -> int:
    """Who reports: an assigned technician, or the foreman for them."""
    order = sheet.order
    if technician_id is None and policies.can_dispatch(by, order) and by.id not in people.values():
        return next(iter(people.values()), by.id)
    tech = technician_of(by, order, technician_id)
    if people and tech not in people.values():
        raise Refused(_("这个项目没有派给你"), code="not_assigned")
    return tech


def _finish(item: WorkItem) -> None:
    if item.approval != "approved":
        raise Refused(_("「%(name)s」客户还没有同意") % {"name": item.name}, code="not_approved")
    if item.state == "pending" and item.kind == WorkItem.Kind.SUBLET:
        ITEM.apply(item, "dispatch")
    if item.state in ("dispatched", "accepted", "paused", "rework"):
        ITEM.apply(item, "start")
    ITEM.apply(item, "self_check")
    item.pause_reason = ""
    if not needs_peer(item.steps):
        ITEM.apply(item, "confirm")


def _self_check(item: WorkItem, inspector_id: int, note: str, at: datetime) -> QualityCheck:
    return QualityCheck(
        org_id=item.org_id,
        order_id=item.order_id,
        item=item,
        qc_level=QualityCheck.Level.SELF,
        state="passed",
        inspector_id=inspector_id,
        note=note[:200],
        at=at,
    )


@command
def self_check(
    *, item_id: int, note: str = "", technician_id: int | None = None, by: Actor, at: datetime
) -> RepairOrder:
    """Finish one job with the technician's own check (自检)."""
    order_id = order_of_item(item_id)
    return finish_items(order_id=order_id, item_ids=[item_id], technician_id=technician_id, note=note, by=by, at=at)


@command
def peer_check(
    *,
    item_id: int,
    passed: bool = True,
    note: str = "",
    failed_points: Sequence[str] = (),
    cause: str = "",
    inspector_id: int | None = None,
    by: Actor,
    at: datetime,
) -> QualityCheck:
    """A colleague confirms safety-relevant work (互检); never somebody who worked on the order."""
    sheet = lock_sheet(order_of_item(item_id))
    order, item = sheet.order, sheet.item(item_id)
    judge = technician_of(by, order, inspector_id)
    own = {a.technician_id for a in still_on(assignments_to([item]))}
    require(policies.may_judge(judge, own), "workshop.work", _("互检要由没有做这个项目的人来做"))
    if not passed and not (cause.strip() or failed_points):
        raise Refused(_("不合格要写明哪里不对"), code="cause", field="cause")
    cause = checked_cause(cause, queries.causes().names) if cause else ""
    ITEM.apply(item, "confirm" if passed else "fail")
    item.save(update_fields=["state"])
    check: QualityCheck = QualityCheck.objects.create(
        org_id=order.org_id,
        order=order,
        item=item,
        qc_level=QualityCheck.Level.PEER,
        state="passed" if passed else "failed",
        inspector_id=judge,
        failed_points=list(failed_points),
        cause=cause,
        note=note[:200],
        at=at,
    )
    if finish_if_done(sheet, at):
        save_order(order, at)
    tell(PeerChecked, order, item_id=item.pk, passed=passed, by=by, at=at)
    return check
