"""How full the hours of a week were over a longer time: technicians' time there was, and what visits took of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ..clock import cell_at, moment_of
from ..ground import Ground, load, terms_of
from ..slots import CELL, Axis, Needs
from .load import HOUR, Use

Hour = tuple[int, int]
EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class WeekUse:
    """Use by weekday and hour, of everybody (``""``) and of those who have a skill; ``people`` counts them."""

    hours: dict[str, dict[Hour, Use]]
    people: dict[str, int]

    def of(self, skill: str, hour: Hour) -> Use | None:
        """None where the store was never open, or nobody with the skill ever worked."""
        return self.hours.get(skill, {}).get(hour)


def week_use(store_id: int, first: date, days: int, visits: Iterable[tuple[datetime, Needs]]) -> WeekUse:
    """The store's opening hours, shifts and leave of some days against the visits of those days.

    A skill's share counts the work that asks for it against the time of all who have it. Constant in queries.
    """
    ground = load(store_id, first, days, terms=terms_of(store_id))
    axis, at_work = ground.axis, _at_work(ground)
    taken = _taken(axis, visits)
    masks = _hours_of_week(axis)
    found: dict[str, dict[Hour, Use]] = {}
    for skill, people in at_work.items():
        busy = _by_hour(axis, taken.get(skill, []))
        uses = {hour: Use(sum((one & mask).bit_count() for one in people) * CELL, busy[hour] * CELL)
                for hour, mask in masks.items()}  # fmt: skip
        found[skill] = {hour: use for hour, use in uses.items() if use.capacity}
    return WeekUse(found, {skill: len(people) for skill, people in at_work.items()})


def _at_work(ground: Ground) -> dict[str, list[int]]:
    """The cells at which people were there: everybody's, and by skill."""
    found: dict[str, list[int]] = {EVERYBODY: [person.present for person in ground.people]}
    for person in ground.people:
        for skill in person.skills:
            found.setdefault(skill, []).append(person.present)
    return found


def _taken(axis: Axis, visits: Iterable[tuple[datetime, Needs]]) -> dict[str, list[int]]:
    """How many visits are worked on in each open cell, by skill; kept as steps up and down."""
    steps: dict[str, list[int]] = defaultdict(lambda: [0] * (axis.size + 1))
    for start, needs in visits:
        place = axis.reach(cell_at(start))
        for segment in needs.segments:
            until = min(axis.size, place + segment.cells)
            for skill in {EVERYBODY, segment.skill}:
                steps[skill][place] += 1
                steps[skill][until] -= 1
            place = until
    return steps


def _hour_of(cell: int) -> Hour:
    local = timezone.localtime(moment_of(cell))
    return local.weekday(), local.hour


def _hours_of_week(axis: Axis) -> dict[Hour, int]:
    """The open cells of each hour of the week."""
    masks: dict[Hour, int] = defaultdict(int)
    for first, last in zip(axis.firsts, axis.lasts, strict=True):
        for begin in range(first - first % HOUR, last, HOUR):
            masks[_hour_of(begin)] |= axis.mask(begin, begin + HOUR)
    return dict(masks)


def _by_hour(axis: Axis, steps: list[int]) -> dict[Hour, int]:
    """Cells worked in each hour of the week."""
    found: dict[Hour, int] = defaultdict(int)
    place = level = 0
    for first, last in zip(axis.firsts, axis.lasts, strict=True):
        hour: Hour = (0, 0)
        for cell in range(first, last):
            if cell == first or cell % HOUR == 0:
                hour = _hour_of(cell)
            level += steps[place] if steps else 0
            found[hour] += level
            place += 1
    return found
