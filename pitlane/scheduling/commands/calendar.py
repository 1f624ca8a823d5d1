"""When a store is open, and on which terms it takes bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..days import DayKind
from ..events import DayCleared, DaySet, HoursSet, TermsSet
from ..holidays import NAMES
from ..models import BookingTerms, CalendarDay, OpenHours
from ..queries.claims import claims_on
from ..week import ShiftInput, clean_week, plain_hours

STEPS = (15, 30, 60)
FURTHEST, LONGEST_LEAD, LONGEST_BUFFER, MOST_OVERBOOKED = 366, 30 * 24 * 60, 120, 50
LIMITS = {
    "horizon_days": (1, FURTHEST),
    "lead_minutes": (0, LONGEST_LEAD),
    "before_minutes": (0, LONGEST_BUFFER),
    "after_minutes": (0, LONGEST_BUFFER),
    "overbook_per_day": (0, MOST_OVERBOOKED),
}


@command
def save_hours(*, store_id: int, hours: Sequence[ShiftInput], by: Actor, at: datetime) -> int:
    """Replace a store's opening week; promises already made stay, and bookings are offered by the new hours."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    store_by_id(store_id)
    week = clean_week(ShiftInput(*shift) for shift in hours)
    if not week:
        raise Refused(_("一周至少要有一天营业"), code="no_hours", field="day_0")
    OpenHours.objects.filter(store_id=store_id).delete()
    rows = [OpenHours(org_id=current_org(), store_id=store_id, **shift._asdict()) for shift in week]
    OpenHours.objects.bulk_create(rows)
    record(HoursSet(store_id, len(rows)), by=by, at=at)
    return len(rows)


@command
def save_day(
    *,
    store_id: int,
    day: date,
    kind: str,
    hours: Sequence[tuple[time, time]] = (),
    note: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Decide one day against the week and the holidays; answers how many promises stand on that day."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    store_by_id(store_id)
    if kind not in {known.value for known in DayKind}:
        raise Refused(_("请选择营业、休息或特别时间"), code="day_kind", field="kind")
    own = [(shift.starts, shift.ends) for shift in clean_week(ShiftInput(day.weekday(), *span) for span in hours)]
    if kind == DayKind.SPECIAL and not own:
        raise Refused(_("请填写当天的营业时间"), code="no_hours", field="hours")
    facts = {"kind": kind, "hours": plain_hours(own) if kind == DayKind.SPECIAL else [], "note": note.strip()[:60]}
    CalendarDay.objects.update_or_create(
        store_id=store_id, day=day, defaults=facts, create_defaults={**facts, "org_id": current_org()}
    )
    promised = len(claims_on(store_id, day, day))
    record(DaySet(store_id, day, kind, promised), by=by, at=at)
    return promised


@command
def clear_day(*, store_id: int, day: date, by: Actor, at: datetime) -> bool:
    """Take the store's own word back: the week and the holidays decide again."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    store_by_id(store_id)
    gone, _rows = CalendarDay.objects.filter(store_id=store_id, day=day).delete()
    if gone:
        record(DayCleared(store_id, day), by=by, at=at)
    return bool(gone)


@command
def save_terms(
    *,
    store_id: int,
    horizon_days: int,
    lead_minutes: int,
    step_minutes: int,
    before_minutes: int,
    after_minutes: int,
    overbook_per_day: int,
    closed_holidays: Sequence[str],
    by: Actor,
    at: datetime,
) -> BookingTerms:
    """How far ahead and how soon a store may be booked, in which steps, with which buffers and how many too many."""
    require(policies.can_edit(by, store_id), "scheduling.edit")
    store_by_id(store_id)
    numbers = {
        "horizon_days": horizon_days,
        "lead_minutes": lead_minutes,
        "before_minutes": before_minutes,
        "after_minutes": after_minutes,
        "overbook_per_day": overbook_per_day,
    }
    for name, value in numbers.items():
        low, high = LIMITS[name]
        if not low <= value <= high:
            raise Refused(_("请填 %(low)d 到 %(high)d") % {"low": low, "high": high}, code="terms", field=name)
    if step_minutes not in STEPS:
        raise Refused(_("预约间隔只能是 15、30 或 60 分钟"), code="terms", field="step_minutes")
    if set(closed_holidays) - set(NAMES):
        raise Refused(_("没有这个节日"), code="holiday", field="closed_holidays")
    facts = {**numbers, "step_minutes": step_minutes, "closed_holidays": sorted(set(closed_holidays))}
    terms, _made = BookingTerms.objects.update_or_create(
        store_id=store_id, defaults=facts, create_defaults={**facts, "org_id": current_org()}
    )
    record(TermsSet(store_id, horizon_days, lead_minutes, overbook_per_day), by=by, at=at)
    saved: BookingTerms = terms
    return saved
