"""One object for the calendar page, one for the capacity page."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.errors import Text

from ..days import DayPlan, Source
from ..ground import Terms, plans_of, terms_of
from ..holidays import LAST_YEAR, NAMES
from ..reasons import hours_text
from .calendar import OpeningWeek, opening_week
from .load import DayLoad, HourLoad, SkillLoad, Use, loads

FORTNIGHT = 14
FULL, BUSY = 95, 80
STEPS = (0, 1, 25, 50, 75)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day as the calendar draws it: ``mark`` is its class, ``said`` what a screen reader and a tooltip say."""

    plan: DayPlan
    today: bool
    past: bool

    @property
    def day(self) -> date:
        return self.plan.day

    @property
    def mark(self) -> str:
        if self.plan.source == Source.OWN:
            return "own" if self.plan.open else "own-off"
        if self.plan.source == Source.MAKEUP:
            return "makeup"
        if self.plan.source == Source.HOLIDAY:
            return "holiday"
        return "open" if self.plan.open else "off"

    @property
    def badge(self) -> str:
        """休 or 班, as printed calendars have it."""
        if self.plan.holiday is None:
            return ""
        return _("班") if self.plan.holiday.makeup else _("休")

    @property
    def said(self) -> str:
        parts = [f"{self.plan.day:%m-%d}", hours_text(self.plan.hours) or _("不营业")]
        if self.plan.holiday:
            name = str(self.plan.holiday.name)
            parts.append(_("%(holiday)s调休上班") % {"holiday": name} if self.plan.holiday.makeup else name)
        return " ".join([*parts, self.plan.note]).strip()


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of days, Monday first; None before the first and after the last."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class YearScreen:
    """The calendar page."""

    year: int
    months: tuple[Month, ...]
    week: OpeningWeek
    week_texts: tuple[str, ...]
    terms: Terms
    open_days: int
    own: tuple[DayPlan, ...]
    published: bool
    last_year: int

    @property
    def closed_on(self) -> list[Text]:
        return [NAMES[code] for code in self.terms.closed_holidays if code in NAMES]


def year_screen(store_id: int, year: int, today: date) -> YearScreen:
    """A year of a store, in three queries and one for its week."""
    terms, first = terms_of(store_id), date(year, 1, 1)
    plans = plans_of(store_id, first, (date(year, 12, 31) - first).days + 1, terms)
    by_day = {plan.day: DayCell(plan, plan.day == today, plan.day < today) for plan in plans}
    weeks = Calendar(firstweekday=0)
    months = [
        Month(
            month,
            tuple(
                tuple(by_day[day] if day.month == month else None for day in week)
                for week in weeks.monthdatescalendar(year, month)
            ),
        )
        for month in range(1, 13)
    ]
    week = opening_week(store_id)
    return YearScreen(
        year=year,
        months=tuple(months),
        week=week,
        week_texts=tuple(hours_text(hours) for hours in week.days),
        terms=terms,
        open_days=sum(1 for plan in plans if plan.open),
        own=tuple(plan for plan in plans if plan.source == Source.OWN and plan.day >= min(today, plans[-1].day)),
        published=plans[0].published,
        last_year=LAST_YEAR,
    )


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of one day: ``level`` 0 to 5 is its shade, ``full`` when nothing is left."""

    load: HourLoad

    @property
    def level(self) -> int:
        percent = self.load.percent
        return 5 if percent >= FULL else max(n for n, step in enumerate(STEPS) if percent >= step)

    @property
    def said(self) -> str:
        facts = {"people": self.load.free_technicians, "bays": self.load.free_bays, "percent": self.load.percent}
        if not self.load.staffed:
            return _("没有技师在班")
        return _("已占 %(percent)d%%，空 %(people)d 人 %(bays)d 位") % facts


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One day: a cell for each hour of the table, None where the shop is closed, and the reasons in words."""

    load: DayLoad
    cells: tuple[HeatCell | None, ...]
    today: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapacityScreen:
    """The capacity page."""

    first: date
    last: date
    hours: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    earlier: date
    later: date
    people: int
    skills: tuple[SkillLoad, ...]


def capacity_screen(store_id: int, first: date, at: datetime) -> CapacityScreen:
    """Fourteen days by hour of the clock, in a constant number of queries."""
    days = loads(store_id, first, FORTNIGHT)
    hours = sorted({timezone.localtime(hour.start).hour for day in days for hour in day.hours})
    today = timezone.localdate(at)
    return CapacityScreen(
        first=first,
        last=first + timedelta(days=FORTNIGHT - 1),
        hours=tuple(hours),
        rows=tuple(_row(day, hours, today) for day in days),
        earlier=first - timedelta(days=FORTNIGHT),
        later=first + timedelta(days=FORTNIGHT),
        people=max((hour.free_technicians for day in days for hour in day.hours), default=0),
        skills=_scarce(days),
    )


def _row(load: DayLoad, hours: Sequence[int], today: date) -> HeatRow:
    by_hour = {timezone.localtime(hour.start).hour: HeatCell(hour) for hour in load.hours}
    return HeatRow(load, tuple(by_hour.get(hour) for hour in hours), load.day == today, _reasons(load))


def _reasons(load: DayLoad) -> tuple[str, ...]:
    """Why the day is as it is: holiday, own decision, leave, what is scarce."""
    plan, found = load.plan, []
    if plan.holiday and not plan.holiday.makeup:
        found.append(str(plan.holiday.name))
    if plan.source == Source.MAKEUP:
        found.append(_("调休上班"))
    if plan.source == Source.OWN:
        found.append(plan.note or (_("特别安排") if plan.open else _("本店休息")))
    if not plan.open:
        return tuple(found) or (_("每周休息"),)
    if load.on_leave:
        found.append(_("请假 %(n)d 人") % {"n": load.on_leave})
    if not load.technicians.capacity:
        found.append(_("没有技师在班"))
    if load.bays.capacity and load.bays.percent >= BUSY:
        found.append(_("工位紧"))
    scarce = [skill for skill in load.skills if skill.use.capacity and skill.use.percent >= BUSY]
    found += [_("%(skill)s已占 %(percent)d%%") % {"skill": s.label, "percent": s.use.percent} for s in scarce[:2]]
    return tuple(found)


def _scarce(days: Sequence[DayLoad]) -> tuple[SkillLoad, ...]:
    """Skills over the whole fortnight, the scarcest first."""
    codes = [skill.skill for skill in days[0].skills] if days else []
    total = []
    for number, code in enumerate(codes):
        rows = [day.skills[number] for day in days]
        capacity, busy = sum(row.use.capacity for row in rows), sum(row.use.busy for row in rows)
        total.append(SkillLoad(code, rows[0].people, Use(capacity, busy)))
    return tuple(sorted(total, key=lambda skill: -skill.use.share))
