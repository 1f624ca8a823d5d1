"""Dispatch (派工): jobs to technicians and a bay, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.rows import insert_rows, save_columns
from pitlane.scheduling import queries as scheduling

from .. import policies
from ..clocking import assignments_to, still_on
from ..events import ItemsRecalled, OrderDispatched
from ..models import Assignment, WorkItem
from ..planning import forget_plan, note_plan
from ..sheet import Sheet, lock_sheet, note_dispatch, save_order, tell
from ..skills import lacks
from ..states import ITEM, ORDER

OPEN_STATES = ("dispatch_pending", "in_progress", "reopened")


@command
def dispatch(
    *,
    order_id: int,
    item_ids: Sequence[int],
    technician_ids: Sequence[int],
    bay_id: int | None = None,
    planned_start: datetime | None = None,
    shares: Mapping[int, Decimal] | None = None,
    by: Actor,
    at: datetime,
) -> list[Assignment]:
    """Give jobs to one or several technicians and a bay; a missing skill is noted, not forbidden."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_dispatch(by, order), "workshop.dispatch")
    if order.state not in OPEN_STATES:
        ORDER.target(order.state, "start")
    items = _dispatchable(sheet, item_ids)
    _check_technicians(order.store_id, technician_ids)
    if bay_id is not None and scheduling.bay_by_id(bay_id).store_id != order.store_id:
        raise Refused(_("工位不在本店"), code="bay", field="bay_id")
    parts_of = _shares(technician_ids, shares)
    for item in items:
        ITEM.apply(item, "dispatch")
        item.pause_reason = ""
    save_columns(items, ["state", "pause_reason"])
    before = assignments_to(items)
    forget_plan(order, before, by=by, at=at)
    made = _assign(items, still_on(before), parts_of, bay_id, planned_start, at)
    note_plan(order, items, made, by=by, at=at)
    if order.state == "reopened":
        ORDER.apply(order, "add_work")
    note_dispatch(sheet, at)
    save_order(order, at)
    tell(
        OrderDispatched,
        order,
        item_ids=[item.pk for item in items],
        technician_ids=list(technician_ids),
        bay_id=bay_id,
        skill_gaps=_gaps(items, technician_ids, timezone.localdate(at)),
        by=by,
        at=at,
    )
    return made


def _dispatchable(sheet: Sheet, item_ids: Sequence[int]) -> list[WorkItem]:
    items = [sheet.item(item_id) for item_id in dict.fromkeys(item_ids)]
    for item in items:
        if item.approval != "approved":
            raise Refused(_("「%(name)s」客户还没有同意，不能派工") % {"name": item.name}, code="not_approved")
    if not items:
        raise Refused(_("请选择要派的项目"), code="no_items", field="item_ids")
    return items


def _check_technicians(store_id: int, technician_ids: Sequence[int]) -> None:
    people = {person.pk for person in accounts.staff_with_permission("workshop.work", store_id, technician_ids)}
    if not technician_ids or set(technician_ids) - people:
        raise Refused(_("请选择本店的技师"), code="technician", field="technician_ids")


def _gaps(items: Sequence[WorkItem], technician_ids: Sequence[int], on: date) -> int:
    """How often a job asks for a skill that somebody on it lacks; kept in the history, not forbidden."""
    if not any(item.skill for item in items):
        return 0
    known = [card.skills_on(on) for card in accounts.staff_cards(technician_ids).values()]
    return sum(lacks(item.skill, item.skill_level, skills) for item in items for skills in known)


def _shares(technician_ids: Sequence[int], shares: Mapping[int, Decimal] | None) -> dict[int, Decimal]:
    """Shares of each technician that make exactly the whole; the first one carries what does not divide."""
    if shares is None:
        even = (Decimal(1) / len(technician_ids)).quantize(Decimal("0.0001"))
        first, *others = dict.fromkeys(technician_ids)
        return {first: 1 - even * len(others), **dict.fromkeys(others, even)}
    if set(shares) != set(technician_ids) or sum(shares.values()) != 1 or min(shares.values()) <= 0:
        raise Refused(_("各技师份额合计应为 100%%") % {}, code="shares", field="shares")
    return dict(shares)


def _assign(
    items: Sequence[WorkItem],
    now: Sequence[Assignment],
    shares: Mapping[int, Decimal],
    bay_id: int | None,
    planned_start: datetime | None,
    at: datetime,
) -> list[Assignment]:
    """Replace who is on the jobs; who stays keeps the row with the clocked time."""
    before = {(a.item_id, a.technician_id): a for a in now}
    wanted = {(item.pk, tech): item for item in items for tech in shares}
    gone = [a.pk for key, a in before.items() if key not in wanted]
    if gone:
        Assignment.objects.filter(pk__in=gone).update(released_at=at)
    kept = [a for key, a in before.items() if key in wanted]
    made = [Assignment(org_id=wanted[k].org_id, item_id=k[0], technician_id=k[1]) for k in wanted if k not in before]
    start = planned_start
    for row in [*kept, *made]:
        hours = wanted[row.item_id, row.technician_id].hours / len(shares)
        row.bay_id, row.share, row.dispatched_at = bay_id, shares[row.technician_id], at
        row.planned_start = start
        row.planned_end = start + timedelta(hours=float(hours)) if start else None
    if kept:
        save_columns(kept, ["bay", "share", "dispatched_at", "planned_start", "planned_end"])
    return [*kept, *insert_rows(made)]


@command
def recall_items(*, order_id: int, item_ids: Sequence[int], reason: str, by: Actor, at: datetime) -> None:
    """Take jobs back from their technicians before they began."""
    sheet = lock_sheet(order_id)
    require(policies.can_dispatch(by, sheet.order), "workshop.dispatch")
    if not reason.strip():
        raise Refused(_("请写明收回的原因"), code="reason", field="reason")
    items = [sheet.item(item_id) for item_id in item_ids]
    for item in items:
        ITEM.apply(item, "recall")
    save_columns(items, ["state"])
    forget_plan(sheet.order, assignments_to(items), by=by, at=at)
    Assignment.objects.filter(item__in=items, released_at=None).update(released_at=at)
    note_dispatch(sheet, at)
    save_order(sheet.order, at)
    tell(ItemsRecalled, sheet.order, item_ids=[i.pk for i in items], reason=reason.strip()[:80], by=by, at=at)
