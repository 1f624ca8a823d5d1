"""Where a job fits: pure arithmetic over cells of fifteen minutes, no tables, no clock.

A *cell* is a quarter of an hour counted from the epoch, so that days, time zones and leap days need no special case
here. The shop's open cells stand side by side on an ``Axis``; breaks, nights and closed days are not on it, so work
goes on after lunch by itself. Every bay and every technician is one whole number whose bits are the cells of the
axis that are still free. A job is a sequence of segments; where it may begin is a few shifts and ANDs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CELL = 15
LONGEST = 40 * 60


def cells_of(minutes: int) -> int:
    """How many cells the minutes touch."""
    return -(-minutes // CELL)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a job: how long, in which kind of bay with what, by whom. Empty means any."""

    minutes: int
    bay_type: str = ""
    equipment: tuple[str, ...] = ()
    skill: str = ""
    level: int = 1

    @property
    def cells(self) -> int:
        return max(1, cells_of(self.minutes))

    @property
    def needs_bay(self) -> bool:
        return bool(self.bay_type or self.equipment)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a visit needs: segments one after the other; buffers in minutes, None where the store's count."""

    segments: tuple[Segment, ...]
    before: int | None = None
    after: int | None = None

    @property
    def cells(self) -> int:
        return sum(segment.cells for segment in self.segments)

    @property
    def minutes(self) -> int:
        return sum(segment.minutes for segment in self.segments)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        rows = [[s.minutes, s.bay_type, list(s.equipment), s.skill, s.level] for s in self.segments]
        return {"segments": rows, "before": self.before, "after": self.after}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Needs:
        """From JSON."""
        rows = plain["segments"]
        segments = tuple(Segment(m, bay, tuple(tags), skill, level) for m, bay, tags, skill, level in rows)
        return cls(segments, plain["before"], plain["after"])


class Axis:
    """Open time as one line. ``spans`` are (day, first cell, cell after the last) in order, without overlap."""

    __slots__ = ("all", "days", "firsts", "lasts", "offsets", "size", "spans")

    def __init__(self, spans: Sequence[tuple[int, int, int]]) -> None:
        self.spans = tuple(spans)
        self.firsts = [first for _day, first, _last in spans]
        self.lasts = [last for _day, _first, last in spans]
        self.offsets, self.size = [], 0
        self.days: dict[int, tuple[int, int]] = {}
        for day, first, last in spans:
            self.offsets.append(self.size)
            begin = self.days.get(day, (self.size, 0))[0]
            self.size += last - first
            self.days[day] = (begin, self.size)
        self.all = (1 << self.size) - 1

    def mask(self, first: int, last: int) -> int:
        """The open cells of a stretch of real time."""
        bits = 0
        for n in range(bisect_right(self.lasts, first), len(self.firsts)):
            low, high = max(self.firsts[n], first), min(self.lasts[n], last)
            if low >= high:
                break
            bits |= ((1 << (high - low)) - 1) << (self.offsets[n] + low - self.firsts[n])
        return bits

    def reach(self, cell: int) -> int:
        """Where the first open cell at or after this one stands; ``size`` when none follows."""
        n = bisect_right(self.lasts, cell)
        return self.size if n == len(self.firsts) else self.offsets[n] + max(0, cell - self.firsts[n])

    def index(self, cell: int) -> int | None:
        """Where an open cell stands; None for closed time."""
        n = bisect_right(self.lasts, cell)
        return self.offsets[n] + cell - self.firsts[n] if n < len(self.firsts) and cell >= self.firsts[n] else None

    def cell(self, index: int) -> int:
        """The real cell behind a place on the axis."""
        n = bisect_right(self.offsets, index) - 1
        return self.firsts[n] + index - self.offsets[n]

    def span(self, index: int) -> tuple[int, int]:
        """First real cell, and the one after the last, of the stretch in which a place lies."""
        n = bisect_right(self.offsets, index) - 1
        return self.firsts[n], self.lasts[n]

    def flow(self, cell: int, count: int) -> int:
        """So many open cells from a moment on, over breaks and nights."""
        begin = self.reach(cell)
        return ((1 << max(0, min(count, self.size - begin))) - 1) << begin

    def within(self, first: int, last: int) -> int:
        """Places on the axis from one index up to another."""
        return ((1 << max(0, last - first)) - 1) << first if first < last else 0

    def ends_same_day(self, count: int) -> int:
        """Where work of this length may begin: what fits into a day is not carried over the night."""
        if count > max((last - first for first, last in self.days.values()), default=0):
            return self.all
        bits = 0
        for first, last in self.days.values():
            bits |= self.within(first, last - count + 1)
        return bits

    def near_edge(self, distance: int, *, end: bool) -> int:
        """Places closer than ``distance`` to the begin (or end) of their stretch."""
        bits = 0
        for offset, first, last in zip(self.offsets, self.firsts, self.lasts, strict=True):
            count = min(distance, last - first)
            bits |= ((1 << count) - 1) << (offset + last - first - count if end else offset)
        return bits


def runs(free: int, count: int) -> int:
    """Where ``count`` free cells begin in a row."""
    have = 1
    while have < count:
        step = min(have, count - have)
        free &= free >> step
        have += step
    return free


@dataclass(frozen=True, slots=True)
class Place:
    """A bay. ``free`` are the cells of the axis that nobody was promised."""

    id: int
    bay_type: str
    equipment: frozenset[str]
    free: int

    def suits(self, segment: Segment) -> bool:
        right_type = not segment.bay_type or segment.bay_type == self.bay_type
        return right_type and self.equipment.issuperset(segment.equipment)


@dataclass(frozen=True, slots=True)
class Person:
    """A technician. ``present`` are the cells at work; ``skills`` gives the level and the cells it is certified for."""

    id: int
    skills: Mapping[str, tuple[int, int]]
    present: int
    free: int

    def able(self, segment: Segment) -> int:
        """The cells in which the person may do this: all bits, some (a certificate runs out), or none."""
        if not segment.skill:
            return -1
        level, certified = self.skills.get(segment.skill, (0, 0))
        return certified if level >= segment.level else 0


@dataclass(frozen=True, slots=True)
class Part:
    """A segment on the clock: whose cells are taken. The bay is also held for the buffers."""

    bay_id: int | None
    technician_id: int
    first: int
    last: int
    bay_first: int
    bay_last: int


@dataclass(frozen=True, slots=True)
class Option:
    """What could serve one segment: the places where it could begin, by bay and by technician."""

    segment: Segment
    offset: int
    bays: tuple[tuple[Place, int], ...]
    people: tuple[tuple[Person, int], ...]
    starts: int


@dataclass(slots=True)
class Search:
    """All beginnings of a visit on an axis. ``bay_id`` and ``technician_id`` narrow it to one of them."""

    axis: Axis
    places: Sequence[Place]
    people: Sequence[Person]
    needs: Needs
    before: int = 0
    after: int = 0
    bay_id: int | None = None
    technician_id: int | None = None
    options: list[Option] = field(init=False, default_factory=list)
    starts: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        offset, self.starts = 0, self.axis.ends_same_day(self.needs.cells)
        for number, segment in enumerate(self.needs.segments):
            option = self._option(number, segment, offset)
            self.options.append(option)
            self.starts &= option.starts >> offset
            offset += segment.cells

    def _option(self, number: int, segment: Segment, offset: int) -> Option:
        bays = self._bays(number, segment) if segment.needs_bay else ()
        people = self._people(segment)
        starts = runs(self.axis.all, segment.cells)
        if segment.needs_bay:
            starts &= _any(bays)
        return Option(segment, offset, bays, people, starts & _any(people))

    def _bays(self, number: int, segment: Segment) -> tuple[tuple[Place, int], ...]:
        before = cells_of(self.before) if number == 0 else 0
        after = cells_of(self.after) if number == len(self.needs.segments) - 1 else 0
        edges = self._edges(before, after)
        fitting = [place for place in self.places if place.suits(segment) and self.bay_id in (None, place.id)]
        fitting.sort(key=_order)
        return tuple((place, _with_buffers(place.free, segment.cells, *edges)) for place in fitting)

    def _edges(self, before: int, after: int) -> tuple[list[int], list[int]]:
        near = self.axis.near_edge
        return [near(k, end=False) for k in range(1, before + 1)], [near(k, end=True) for k in range(1, after + 1)]

    def _people(self, segment: Segment) -> tuple[tuple[Person, int], ...]:
        found = []
        for person in self.people:
            able = person.able(segment) if self.technician_id in (None, person.id) else 0
            if able:
                found.append((person, runs(person.free & able, segment.cells)))
        return tuple(sorted(found, key=lambda pair: _order(pair[0])))

    def pick(self, index: int, turn: int = 0) -> tuple[Part, ...] | None:
        """Who and where for a beginning: the least skilled and the least equipped that will do.

        Among equals ``turn`` decides, so that customers who ask at the same moment are not all given the same bay.
        """
        parts: list[Part] = []
        for option in self.options:
            at = index + option.offset
            person = _choose(option.people, at, turn, parts[-1].technician_id if parts else None)
            bay = _choose(option.bays, at, turn, parts[-1].bay_id if parts else None)
            if person is None or (bay is None and option.segment.needs_bay):
                return None
            parts.append(self._part(option, at, bay, person))
        return tuple(parts)

    def _part(self, option: Option, at: int, bay: int | None, person: int) -> Part:
        first, last = self.axis.cell(at), self.axis.cell(at + option.segment.cells - 1) + 1
        low, high = first, last
        if option is self.options[0]:
            low = max(self.axis.span(at)[0], first - cells_of(self.before))
        if option is self.options[-1]:
            high = min(self.axis.span(at + option.segment.cells - 1)[1], last + cells_of(self.after))
        return Part(bay, person, first, last, low, high)


def _any(found: Sequence[tuple[Any, int]]) -> int:
    bits = 0
    for _thing, mask in found:
        bits |= mask
    return bits


def _with_buffers(free: int, count: int, heads: Sequence[int], tails: Sequence[int]) -> int:
    """Beginnings of ``count`` free cells with free (or closed) cells around them."""
    good = runs(free, count)
    for distance, near in enumerate(heads, 1):
        good &= (free << distance) | near
    for distance, near in enumerate(tails, 1):
        good &= ((free >> distance) | near) >> (count - 1)
    return good


def _choose(found: Sequence[tuple[Any, int]], at: int, turn: int, former: int | None) -> int | None:
    """The one who did the segment before if possible, else the best; equals take turns."""
    free = [thing for thing, mask in found if mask >> at & 1]
    if not free:
        return None
    if former is not None and any(thing.id == former for thing in free):
        return former
    best = rank(free[0])
    equal = [thing for thing in free if rank(thing) == best]
    return int(equal[turn % len(equal)].id)


def rank(thing: Place | Person) -> tuple[int, ...]:
    """The less a bay or a person can do, the sooner they are taken; the rest is kept for those who need it."""
    if isinstance(thing, Place):
        return (len(thing.equipment),)
    return (sum(level for level, _certified in thing.skills.values()),)


def _order(thing: Place | Person) -> tuple[int, ...]:
    return (*rank(thing), thing.id)


def bits(mask: int) -> Iterator[int]:
    """Places of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
