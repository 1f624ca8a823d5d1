"""How a store looks after its appointments, reminders that go out, calendars that others subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.links import token_hash
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import AppointmentReminded, BookingPlanSet, FeedEnded, FeedIssued, of_appointment
from ..models import Appointment, BookingPlan, Feed
from ..queries.plans import plan_of
from ..rules import due_reminder, reminders_for
from ..states import APPOINTMENT
from ..visits import locked, tell

LONGEST_LEAD = 14 * 24 * 60
DAY = 24 * 60
LONGEST_NOTICE = 200
MOST_TAGS, LONGEST_TAG = 8, 20


@command
def set_plan(
    *,
    store_id: int,
    reminders: Sequence[int],
    late_minutes: int,
    offer_minutes: int,
    risky_percent: int,
    online: bool | None = None,
    notice: str | None = None,
    most_open: int | None = None,
    overbook_by_risk: bool = False,
    priority_tags: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> BookingPlan:
    """When the store reminds, when it stops waiting, how long an offer stands, what counts as risky; whether it makes
    up for those who stay away, and whom it offers a free time first.

    ``online`` opens the page on which customers book by themselves, ``notice`` stands on it, ``most_open`` is how many
    open appointments one phone may have there. None leaves them as they are.
    """
    require(policies.can_plan(by, store_id), "appointments.plan")
    accounts.store_by_id(store_id)
    if len(reminders) > 4 or any(not 15 <= minutes <= LONGEST_LEAD for minutes in reminders):
        raise Refused(_("最多 4 次提醒，每次提前 15 分钟到 14 天"), code="reminders", field="reminders")
    for name, value, low, high in (
        ("late_minutes", late_minutes, 15, 720),
        ("offer_minutes", offer_minutes, 10, 1440),
        ("risky_percent", risky_percent, 1, 100),
    ):
        if not low <= value <= high:
            raise Refused(_("请填 %(low)d 到 %(high)d") % {"low": low, "high": high}, code="range", field=name)
    if most_open is not None and not 1 <= most_open <= 20:
        raise Refused(_("请填 %(low)d 到 %(high)d") % {"low": 1, "high": 20}, code="range", field="most_open")
    if notice is not None and len(notice.strip()) > LONGEST_NOTICE:
        raise Refused(_("最多 %(n)d 字") % {"n": LONGEST_NOTICE}, code="notice", field="notice")
    tags = list(dict.fromkeys(tag.strip() for tag in priority_tags if tag.strip()))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        text = _("最多 %(n)d 个标签，每个不超过 %(m)d 个字") % {"n": MOST_TAGS, "m": LONGEST_TAG}
        raise Refused(text, code="tags", field="priority_tags")
    facts: dict[str, Any] = {
        "late_minutes": late_minutes,
        "offer_minutes": offer_minutes,
        "risky_percent": risky_percent,
    }
    said = {"online": online, "notice": notice if notice is None else notice.strip(), "most_open": most_open}
    facts |= {name: value for name, value in said.items() if value is not None}
    facts |= {"overbook_by_risk": overbook_by_risk, "priority_tags": tags}
    plan, _made = BookingPlan.objects.update_or_create(
        org_id=current_org(),
        store_id=store_id,
        defaults={"reminders": sorted(set(reminders), reverse=True), **facts},
    )
    record(BookingPlanSet(store_id, tuple(plan.reminders)), by=by, at=at)
    return plan


@command
def remind(*, appointment_id: int, token: str, by: Actor, at: datetime) -> Appointment | None:
    """Send the reminder whose time has come; None when there is none. Run twice it reminds once."""
    row = locked(appointment_id)
    require(policies.can_receive(by, row.store_id), "appointments.book")
    plan = plan_of(row.store_id)
    wanted = reminders_for(plan.reminders, row.risk, plan.risky_percent)
    due = due_reminder(row.starts_at, wanted, row.reminders, row.made_at, at)
    if due is None or not APPOINTMENT.may(row.state, "remind"):
        return None
    template = "appointment_reminder_day" if due > DAY // 2 else "appointment_reminder_hours"
    told = tell(row, template, f"{row.ref}:{row.version}:{due}", token, by, at)
    row.reminders = [*row.reminders, due]
    if told:
        APPOINTMENT.apply(row, "remind")
        record(AppointmentReminded(**of_appointment(row), minutes=due), by=by, at=at)
    row.save()
    return row


@command
def issue_feed(*, store_id: int, staff_id: int | None, token: str, by: Actor, at: datetime) -> Feed:
    """A secret address of a calendar; only its hash is stored, so it is shown once."""
    own = by.kind == "staff" and staff_id == by.id and policies.can_view(by, store_id)
    require(own or policies.can_plan(by, store_id), "appointments.plan")
    accounts.store_by_id(store_id)
    if staff_id:
        accounts.staff_card(staff_id)
    if len(token) < 32:
        raise Refused(_("链接密钥太短"), code="token")
    made: Feed = Feed.objects.create(
        org_id=current_org(),
        store_id=store_id,
        staff_id=staff_id,
        token_hash=token_hash(token),
        made_at=at,
        made_by=by.name,
    )
    record(FeedIssued(store_id, made.pk), by=by, at=at)
    return made


@command
def end_feed(*, feed_id: int, by: Actor, at: datetime) -> Feed:
    """Nobody may read this calendar any more. Twice is harmless."""
    feed: Feed | None = Feed.objects.select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise Missing()
    own = by.kind == "staff" and feed.staff_id == by.id
    require(own or policies.can_plan(by, feed.store_id), "appointments.plan")
    if feed.ended_at is None:
        feed.ended_at = at
        feed.save(update_fields=["ended_at"])
        record(FeedEnded(feed.store_id, feed.pk), by=by, at=at)
    return feed
