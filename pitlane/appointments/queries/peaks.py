"""When the shop is full, when it is empty: bookings of a period by hour of the week and by skill, and what follows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import skill_name
from pitlane.core.errors import Text
from pitlane.scheduling import queries as slots
from pitlane.scheduling.queries import EVERYBODY, Needs, Use

from ..models import Appointment
from ..rules import LEAST_BOOKED, Advice, HourFact, advice, percent_of
from .lists import bounds

PERIODS = (4, 8, 13, 26)
USUAL_WEEKS = 8
CAME = ("arrived", "converted")
LEADS = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, None))
STEPS = (1, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of the week, or a craft on a weekday: ``level`` 0 to 5 is its shade; ``wishes`` could not be met."""

    use: Use
    wishes: int

    @property
    def level(self) -> int:
        return sum(self.use.percent >= step for step in STEPS)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of a heat table; None where the store is closed or nobody works."""

    label: Text
    cells: list[HeatCell | None]
    people: int = 0


@dataclass(frozen=True, slots=True)
class Lead:
    """How many booked so many days ahead."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Told:
    """Advice as a sentence with its numbers."""

    advice: Advice
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Peaks:
    """The page of the analysis. ``told`` is None when there are too few numbers to advise anything."""

    first: date
    last: date
    weeks: int
    skill: str
    bookings: int
    came: int
    missed: int
    cancelled: int
    wishes: int
    use: Use
    leads: list[Lead]
    lead_median: int | None
    days: list[str]
    hours: list[HeatRow]
    skills: list[HeatRow]
    choices: list[tuple[str, Text]]
    told: list[Told] | None

    @property
    def show_percent(self) -> int | None:
        """Of those who should have come, how many did; None when nobody should have."""
        due = self.came + self.missed
        return percent_of(self.came, due) if due else None

    @property
    def few_book(self) -> bool:
        """Bookings are so small a part of the work that they do not say which hours are idle."""
        return self.told is not None and self.use.percent < LEAST_BOOKED


@dataclass(slots=True)
class _Sums:
    """What is counted while the bookings of a period are read once."""

    states: Counter[str]
    leads: list[int]
    visits: list[tuple[datetime, Needs]]
    here: Counter[tuple[int, int]]
    missed: Counter[tuple[int, int]]
    minutes: int = 0


def peaks(store_id: int, *, at: datetime, weeks: int = USUAL_WEEKS, skill: str = EVERYBODY) -> Peaks:
    """The last whole weeks of a store, up to yesterday, in the same number of queries for any number of bookings."""
    last = timezone.localdate(at) - timedelta(days=1)
    first = last - timedelta(days=7 * weeks - 1)
    start, end = bounds(first)[0], bounds(last)[1]
    sums = _read(booked_between(store_id, start, end))
    wishes = _wishes(wished_between(store_id, start, end))
    use = slots.week_use(store_id, first, 7 * weeks, sums.visits)
    shown = skill if skill in use.hours else EVERYBODY
    facts = _facts(use, wishes, sums)
    due = sum(sums.here.values())
    known = _known_weeks(sums, first, last)
    found = advice(facts, weeks=known, visits=due, minutes=sums.minutes // max(1, len(sums.visits)))
    return Peaks(
        first=first,
        last=last,
        weeks=weeks,
        skill=shown,
        bookings=sums.states.total(),
        came=sum(sums.states[state] for state in CAME),
        missed=sums.states["no_show"],
        cancelled=sums.states["cancelled"],
        wishes=sum(wishes[EVERYBODY].values()),
        use=_total(use.hours[shown].values()),
        leads=_leads(sums.leads),
        lead_median=round(median(sums.leads)) if sums.leads else None,
        days=day_names(),
        hours=_by_hour(use, shown, wishes),
        skills=_by_skill(use, wishes),
        choices=[(EVERYBODY, _("全部技师")), *((code, skill_name(code)) for code in sorted(use.hours) if code)],
        told=None if found is None else [_told(one, use, known) for one in found],
    )


FIELDS = ("state", "starts_at", "made_at", "needs")


def booked_between(store_id: int, start: datetime, end: datetime) -> Any:
    """The bookings of a period, read by the index of a store's days."""
    rows = Appointment.objects.filter(store_id=store_id, starts_at__gte=start, starts_at__lt=end)
    return rows.exclude(state="waitlisted").order_by("starts_at").values_list(*FIELDS)


def wished_between(store_id: int, start: datetime, end: datetime) -> Any:
    """When customers had wanted to come and could not."""
    rows = Appointment.objects.filter(store_id=store_id, wished_at__gte=start, wished_at__lt=end)
    return rows.values_list("wished_at", "made_at", "needs")


def _read(rows: Any) -> _Sums:
    sums, zone = _Sums(Counter(), [], [], Counter(), Counter()), timezone.get_current_timezone()
    for state, start, made, needs in rows.iterator(chunk_size=2000):
        sums.states[state] += 1
        local = start.astimezone(zone)
        sums.leads.append(max(0, (local.date() - made.astimezone(zone).date()).days))
        hour = (local.weekday(), local.hour)
        if state in CAME or state == "no_show":
            sums.here[hour] += 1
            sums.missed[hour] += state == "no_show"
        if state in CAME:
            taken = Needs.of(needs)
            sums.minutes += taken.minutes
            sums.visits.append((start, taken))
    return sums


def _wishes(rows: Any) -> dict[str, Counter[tuple[int, int]]]:
    """Wishes that could not be met, by skill and hour of the week; a wish for the past is a slip of the pen."""
    found: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for wished, made, needs in rows.iterator(chunk_size=2000):
        if wished >= made:
            local = timezone.localtime(wished)
            for skill in {EVERYBODY, *(segment.skill for segment in Needs.of(needs).segments)}:
                found[skill][local.weekday(), local.hour] += 1
    return found


def _known_weeks(sums: _Sums, first: date, last: date) -> int:
    """Weeks since the first visit, begun ones too: a shop that opened last month has no half year."""
    if not sums.visits:
        return 0
    begun = max(first, timezone.localdate(sums.visits[0][0]))
    return -(-((last - begun).days + 1) // 7)


def _facts(use: slots.WeekUse, wishes: dict[str, Counter[tuple[int, int]]], sums: _Sums) -> list[HourFact]:
    facts = []
    for skill, hours in use.hours.items():
        asked = wishes[skill]
        for weekday, hour in sorted(hours.keys() | asked.keys()):
            place = (weekday, hour)
            known = hours.get(place, Use(0, 0))
            seen = (sums.here[place], sums.missed[place]) if not skill else (0, 0)
            facts.append(HourFact(weekday, hour, skill, known.capacity, known.busy, asked[place], *seen))
    return facts


def day_names() -> list[str]:
    """Monday to Sunday as heads of a table."""
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def _total(uses: Iterable[Use]) -> Use:
    known = list(uses)
    return Use(sum(one.capacity for one in known), sum(one.busy for one in known))


def _by_hour(use: slots.WeekUse, skill: str, wishes: dict[str, Counter[tuple[int, int]]]) -> list[HeatRow]:
    """A row for each hour of the day, a cell for each weekday."""
    hours, asked = use.hours[skill], wishes[skill]
    shown = sorted({hour for _weekday, hour in hours})
    return [
        HeatRow(
            f"{hour}:00",
            [
                HeatCell(hours[day, hour], asked[day, hour]) if (day, hour) in hours else None
                for day in range(7)
            ],
        )
        for hour in shown
    ]  # fmt: skip


def _by_skill(use: slots.WeekUse, wishes: dict[str, Counter[tuple[int, int]]]) -> list[HeatRow]:
    """A row for each skill, a cell for each weekday."""
    rows = []
    for skill in sorted(code for code in use.hours if code):
        cells: list[HeatCell | None] = []
        for day in range(7):
            uses = [one for (weekday, _hour), one in use.hours[skill].items() if weekday == day]
            asked = sum(count for (weekday, _hour), count in wishes[skill].items() if weekday == day)
            cells.append(HeatCell(_total(uses), asked) if uses else None)
        rows.append(HeatRow(skill_name(skill), cells, use.people[skill]))
    return rows


def _leads(days: list[int]) -> list[Lead]:
    counts = [sum(low <= day and (high is None or day <= high) for day in days) for low, high in LEADS]
    names = [_("当天"), _("1 天"), _("2–3 天"), _("4–7 天"), _("8–14 天"), _("15 天以上")]
    return [Lead(name, n, percent_of(n, len(days))) for name, n in zip(names, counts, strict=True)]


def _told(one: Advice, use: slots.WeekUse, weeks: int) -> Told:
    first, last = one.hours
    facts: dict[str, Any] = {
        "when": _("%(day)s %(first)d–%(last)d 点") % {"day": day_names()[one.weekday], "first": first, "last": last},
        "who": _("%(skill)s技师") % {"skill": skill_name(one.skill)} if one.skill else _("技师"),
        "percent": one.percent,
        "weeks": weeks,
        "wishes": one.wishes,
        "people": use.people.get(one.skill, 0),
        "weekly": f"{one.weekly:g}",
        "visits": one.visits,
        "misses": one.misses,
    }
    title, text = {
        "hire": (
            _("%(when)s 人手不够"),
            _(
                "%(when)s %(who)s利用率 %(percent)s%%，近 %(weeks)s 周有 %(wishes)s 次未能按客户期望的时间预约；"
                "现有 %(people)s 人，增加 1 人每周约可多接 %(weekly)s 次"
            ),
        ),
        "open": (
            _("%(when)s 可以试着营业"),
            _("近 %(weeks)s 周有 %(wishes)s 次客户想在 %(when)s 来，当时不营业；试开每周约可多接 %(weekly)s 次"),
        ),
        "quiet": (
            _("%(when)s 空闲"),
            _(
                "%(when)s 技师利用率 %(percent)s%%，每周约空闲 %(weekly)s 小时；"
                "可缩短营业、安排培训，或在这段时间做促销"
            ),
        ),
        "absent": (
            _("%(when)s 爽约多"),
            _(
                "%(when)s 的 %(visits)s 个预约有 %(misses)s 个爽约（%(percent)s%%），是全店的两倍以上；"
                "可加一次提醒，或在上限内超额预约"
            ),
        ),
    }[one.kind]
    return Told(one, title % facts, text % facts)
