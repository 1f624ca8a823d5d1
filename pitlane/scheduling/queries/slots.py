"""Free time: where a visit can begin, why it cannot, and what else there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.errors import Refused

from ..clock import cell_from, day_cells, moment_of
from ..ground import Ground, Terms, load, terms_of
from ..reasons import Reason, too_early, too_far, why
from ..slots import CELL, LONGEST, Needs, Part, Search, bits

MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Slot:
    """A concrete offer. ``bay_id`` and ``technician_id`` are those of the first segment; ``load`` is the day's share
    of technicians' time that is already taken, from 0 to 1."""

    start: datetime
    end: datetime
    bay_id: int | None
    bay: str
    technician_id: int
    technician: str
    load: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for; ``walk_in`` means the car is here: lead time and horizon do not count."""

    needs: Needs
    at: datetime
    not_before: datetime | None = None
    technician_id: int | None = None
    bay_id: int | None = None
    lane: int = 0
    walk_in: bool = False


def check_needs(needs: Needs) -> None:
    """Refuse what no shop could plan."""
    if not needs.segments or any(segment.minutes <= 0 for segment in needs.segments):
        raise Refused(_("请选择至少一个项目，并写明时长"), code="needs", field="needs")
    if needs.minutes > LONGEST:
        text = _("一次预约最长 %(hours)d 小时，请分开预约") % {"hours": LONGEST // 60}
        raise Refused(text, code="needs_long", field="needs")


def spill(needs: Needs) -> int:
    """Days to look beyond the last one, for work that goes on over closed days."""
    return 0 if needs.minutes <= 6 * 60 else 10 + needs.minutes // (6 * 60)


def searched(ground: Ground, asked: Asked) -> Search:
    """The bits of a store turned into the beginnings of this visit."""
    needs, terms = asked.needs, ground.terms
    return Search(
        axis=ground.axis,
        places=ground.places,
        people=ground.people,
        needs=needs,
        before=terms.before_minutes if needs.before is None else needs.before,
        after=terms.after_minutes if needs.after is None else needs.after,
        bay_id=asked.bay_id,
        technician_id=asked.technician_id,
    )


def earliest(asked: Asked, lead_minutes: int) -> datetime:
    """The first moment at which this visit may begin."""
    soonest = asked.at if asked.walk_in else asked.at + timedelta(minutes=lead_minutes)
    return max(soonest, asked.not_before) if asked.not_before else soonest


def last_day(asked: Asked, horizon_days: int) -> date:
    """The last day on which this visit may begin."""
    return timezone.localdate(asked.at) + timedelta(days=MOST_DAYS if asked.walk_in else horizon_days)


def free_starts(
    store_id: int,
    needs: Needs,
    *,
    at: datetime,
    first_day: date | None = None,
    days: int = 14,
    not_before: datetime | None = None,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int = 0,
    walk_in: bool = False,
    without: int | None = None,
    limit: int | None = None,
) -> list[Slot]:
    """Every moment at which the visit can begin, soonest first; ``without`` names a claim that would be moved."""
    check_needs(needs)
    asked = Asked(needs, at, not_before, technician_id, bay_id, lane, walk_in)
    terms = terms_of(store_id)
    soonest = earliest(asked, terms.lead_minutes)
    first = max(first_day or timezone.localdate(at), timezone.localdate(soonest))
    wanted = (first_day or timezone.localdate(at)) + timedelta(days=min(days, MOST_DAYS))
    end = min(wanted, last_day(asked, terms.horizon_days) + timedelta(days=1))
    if first >= end:
        return []
    ground = load(store_id, first, (end - first).days + spill(needs), lane=lane, without=without, terms=terms)
    found = _slots(ground, searched(ground, asked), cell_from(soonest), day_cells(first, end - timedelta(days=1))[1])
    return [slot for _n, slot in zip(range(limit), found, strict=False)] if limit else list(found)


def _slots(ground: Ground, search: Search, first: int, last: int) -> Iterator[Slot]:
    axis, step = ground.axis, max(1, ground.terms.step_minutes // CELL)
    begin, end = axis.reach(first), axis.reach(last)
    loads = {day: day_share(ground, day) for day in axis.days}
    for index in bits(search.starts & axis.within(begin, end)):
        cell = axis.cell(index)
        if cell % step == 0 and (parts := search.pick(index)):
            day = timezone.localdate(moment_of(cell)).toordinal()
            yield slot_of(ground, parts, loads[day])


def slot_of(ground: Ground, parts: tuple[Part, ...], load: float) -> Slot:
    """The parts of a visit as people read them."""
    bay = next((part.bay_id for part in parts if part.bay_id), None)
    return Slot(
        start=moment_of(parts[0].first),
        end=moment_of(parts[-1].last),
        bay_id=bay,
        bay=ground.bay_names.get(bay or 0, ""),
        technician_id=parts[0].technician_id,
        technician=ground.people_names[parts[0].technician_id],
        load=load,
        parts=parts,
    )


def day_share(ground: Ground, day: int) -> float:
    """How much of the technicians' time of a day is taken, from 0 to 1."""
    cells = ground.axis.within(*ground.axis.days[day])
    present = sum((person.present & cells).bit_count() for person in ground.people)
    free = sum((person.free & cells).bit_count() for person in ground.people)
    return round(1 - free / present, 3) if present else 1.0


def why_not(
    store_id: int,
    needs: Needs,
    start: datetime,
    *,
    at: datetime,
    not_before: datetime | None = None,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int = 0,
    walk_in: bool = False,
    without: int | None = None,
) -> list[Reason]:
    """Why a visit cannot begin then, in sentences; empty when it can."""
    check_needs(needs)
    asked = Asked(needs, at, not_before, technician_id, bay_id, lane, walk_in)
    terms = terms_of(store_id)
    return explained(store_id, asked, start, terms, without)[0]


def explained(
    store_id: int, asked: Asked, start: datetime, terms: Terms, without: int | None = None
) -> tuple[list[Reason], Ground | None, Search | None]:
    """The reasons against a beginning, with what was read to find them."""
    early = too_early(start, asked.at, asked.not_before, 0 if asked.walk_in else terms.lead_minutes)
    day, horizon = timezone.localdate(start), last_day(asked, terms.horizon_days)
    if early or day > horizon:
        return early or [too_far(terms.horizon_days, horizon)], None, None
    ground = load(store_id, day, 1 + spill(asked.needs), lane=asked.lane, without=without, terms=terms)
    search = searched(ground, asked)
    return why(ground, search, start), ground, search


def alternatives(
    store_id: int,
    needs: Needs,
    start: datetime,
    *,
    at: datetime,
    n: int = 3,
    days: int = 14,
    not_before: datetime | None = None,
    technician_id: int | None = None,
    lane: int = 0,
    without: int | None = None,
) -> list[Slot]:
    """Concrete offers instead of a wish: near it on the same day, at the same hour on another, and the soonest."""
    first = max(timezone.localdate(start) - timedelta(days=days // 2), timezone.localdate(at))
    found = free_starts(
        store_id, needs, at=at, first_day=first, days=days + days // 2, not_before=not_before,
        technician_id=technician_id, lane=lane, without=without,
    )  # fmt: skip
    return nearest([slot for slot in found if slot.start != start], start, n)


def nearest(found: list[Slot], start: datetime, n: int) -> list[Slot]:
    """Pick different kinds of near: same day, same hour, soonest after, and then whatever is closest."""
    wish = timezone.localtime(start)
    chosen: list[Slot] = []

    def take(slots: list[Slot], distance: Callable[[Slot], float]) -> None:
        rest = [slot for slot in slots if slot not in chosen]
        if rest and len(chosen) < n:
            chosen.append(min(rest, key=distance))

    def apart(slot: Slot) -> float:
        return abs((slot.start - start).total_seconds())

    take([slot for slot in found if timezone.localdate(slot.start) == wish.date()], apart)
    take([slot for slot in found if timezone.localtime(slot.start).time() == wish.time()], apart)
    take([slot for slot in found if slot.start > start], apart)
    for _rest in range(n):
        take(found, apart)
    return sorted(chosen, key=lambda slot: slot.start)
