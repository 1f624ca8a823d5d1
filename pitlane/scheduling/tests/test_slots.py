"""The arithmetic of slots against a slow reference that walks over every cell."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.scheduling.slots import Axis, Needs, Person, Place, Search, Segment, bits, cells_of, runs

TYPES, TAGS, SKILLS = ("lift", "paint"), ("aligner", "booth"), ("mechanical", "hv")


def test_minutes_are_rounded_up_to_cells() -> None:
    assert [cells_of(minutes) for minutes in (0, 1, 15, 16, 60)] == [0, 1, 1, 2, 4]


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 12))
def test_runs_are_where_so_many_free_cells_begin(cells: list[bool], count: int) -> None:
    mask = sum(1 << n for n, free in enumerate(cells) if free)
    slow = {n for n in range(len(cells)) if cells[n : n + count] == [True] * count}
    assert set(bits(runs(mask, count))) == slow


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Three days of one or two stretches each; some days are closed."""
    found = []
    for day in range(3):
        cell = day * 40
        for _stretch in range(draw(st.integers(0, 2))):
            first = cell + draw(st.integers(0, 4))
            last = first + draw(st.integers(1, 9))
            found.append((day, first, last))
            cell = last + draw(st.integers(1, 4))
    return found


@dataclass
class Slow:
    """A resource as the set of real cells that are free."""

    id: int
    cells: set[int]
    suits: bool


@st.composite
def cases(draw: st.DrawFn) -> tuple[Axis, list[Place], list[Person], Needs, int, int]:
    axis = Axis(draw(spans()))
    free = st.integers(0, axis.all)
    often = st.one_of(free, st.just(axis.all))
    tags = st.frozensets(st.sampled_from(TAGS))
    places = [Place(n, draw(st.sampled_from(TYPES)), draw(tags), draw(often)) for n in range(draw(st.integers(0, 3)))]
    people = []
    for n in range(draw(st.integers(0, 3))):
        present = draw(often)
        learned = draw(
            st.dictionaries(st.sampled_from(SKILLS), st.tuples(st.integers(1, 3), st.one_of(st.just(-1), free)))
        )
        people.append(Person(n, learned, present, present & draw(often)))
    segments = draw(
        st.lists(
            st.builds(
                Segment,
                minutes=st.integers(1, 100),
                bay_type=st.sampled_from(("", *TYPES)),
                equipment=st.lists(st.sampled_from(TAGS), max_size=1).map(tuple),
                skill=st.sampled_from(("", *SKILLS)),
                level=st.integers(1, 3),
            ),
            min_size=1,
            max_size=2,
        )
    )
    return (
        axis,
        places,
        people,
        Needs(tuple(segments)),
        draw(st.sampled_from((0, 15, 30))),
        draw(st.sampled_from((0, 20))),
    )


def slow_bay(axis: Axis, place: Place, at: int, count: int, before: int, after: int) -> bool:
    """Free for the work, and free or outside the stretch for the buffers."""
    free = {n for n in range(axis.size) if place.free >> n & 1}
    head, tail = axis.span(at)[0], axis.span(at + count - 1)[1]
    wanted = set(range(at, at + count))
    wanted |= {at - n for n in range(1, before + 1) if axis.cell(at) - n >= head}
    wanted |= {at + count - 1 + n for n in range(1, after + 1) if axis.cell(at + count - 1) + n < tail}
    return wanted <= free


def slow_person(axis: Axis, person: Person, segment: Segment, at: int) -> bool:
    level, certified = person.skills.get(segment.skill, (0, 0)) if segment.skill else (9, -1)
    cells = range(at, at + segment.cells)
    return level >= segment.level and all(person.free >> n & 1 and certified >> n & 1 for n in cells)


def slow_starts(
    axis: Axis, places: list[Place], people: list[Person], needs: Needs, before: int, after: int
) -> set[int]:
    """Try every cell, every bay and everybody."""
    longest = max((last - first for first, last in axis.days.values()), default=0)
    found = set()
    for index in range(axis.size - needs.cells + 1):
        day = next(day for day, (first, last) in axis.days.items() if first <= index < last)
        if needs.cells <= longest and index + needs.cells > axis.days[day][1]:
            continue
        at, good = index, True
        for number, segment in enumerate(needs.segments):
            head = cells_of(before) if number == 0 else 0
            tail = cells_of(after) if number == len(needs.segments) - 1 else 0
            right = [place for place in places if segment.bay_type in ("", place.bay_type)]
            right = [place for place in right if set(segment.equipment) <= place.equipment]
            bay = any(slow_bay(axis, place, at, segment.cells, head, tail) for place in right)
            good &= bay or not (segment.bay_type or segment.equipment)
            good &= any(slow_person(axis, person, segment, at) for person in people)
            at += segment.cells
        if good:
            found.add(index)
    return found


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_search_finds_what_trying_everything_finds(case: tuple) -> None:
    axis, places, people, needs, before, after = case
    search = Search(axis, places, people, needs, before, after)
    assert set(bits(search.starts)) == slow_starts(axis, places, people, needs, before, after)


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(0, 9))
def test_whoever_is_picked_is_able_and_free(case: tuple, turn: int) -> None:
    axis, places, people, needs, before, after = case
    search = Search(axis, places, people, needs, before, after)
    by_place, by_person = {p.id: p for p in places}, {p.id: p for p in people}
    for index in bits(search.starts):
        parts = search.pick(index, turn)
        assert parts is not None and len(parts) == len(needs.segments)
        at = index
        for part, segment in zip(parts, needs.segments, strict=True):
            assert (part.first, part.last) == (axis.cell(at), axis.cell(at + segment.cells - 1) + 1)
            assert part.bay_first <= part.first < part.last <= part.bay_last
            assert slow_person(axis, by_person[part.technician_id], segment, at)
            if part.bay_id is not None:
                place = by_place[part.bay_id]
                held = axis.mask(part.bay_first, part.bay_last)
                assert place.suits(segment) and place.free & held == held
            at += segment.cells


@given(spans(), st.integers(-5, 130), st.integers(0, 40))
def test_the_axis_maps_there_and_back(given_spans: list, cell: int, count: int) -> None:
    axis = Axis(given_spans)
    real = [c for _day, first, last in given_spans for c in range(first, last)]
    assert [axis.cell(n) for n in range(axis.size)] == real
    assert axis.index(cell) == (real.index(cell) if cell in real else None)
    assert axis.reach(cell) == sum(1 for c in real if c < cell)
    assert {axis.cell(n) for n in bits(axis.mask(cell, cell + count))} == {c for c in real if cell <= c < cell + count}
    assert [axis.cell(n) for n in bits(axis.flow(cell, count))] == [c for c in real if c >= cell][:count]


LIFT = Place(1, "lift", frozenset(), 0)


def shop(spans: list[tuple[int, int, int]], minutes: int, **facts: int) -> Search:
    axis = Axis(spans)
    place, person = Place(1, "lift", frozenset(), axis.all), Person(7, {}, axis.all, axis.all)
    return Search(axis, [place], [person], Needs((Segment(minutes, "lift"),)), **facts)


def test_work_goes_on_after_the_break_but_not_over_the_night() -> None:
    two_days = [(1, 34, 48), (1, 52, 70), (2, 130, 144), (2, 148, 166)]
    search = shop(two_days, 180)
    starts = {search.axis.cell(index) for index in bits(search.starts)}
    assert 44 in starts and 58 in starts and 59 not in starts and 69 not in starts
    parts = search.pick(search.axis.index(44) or 0)
    assert parts is not None and (parts[0].first, parts[0].last) == (44, 60)


def test_what_fits_into_no_day_is_carried_over_the_night() -> None:
    search = shop([(1, 34, 48), (2, 130, 144)], 20 * 15)
    assert {search.axis.cell(index) for index in bits(search.starts)} == {*range(34, 43)}


@pytest.mark.parametrize(("before", "after", "kept"), [(0, 0, (34, 38)), (15, 0, (34, 38)), (0, 30, (34, 38))])
def test_buffers_reach_into_closed_time_for_nothing(before: int, after: int, kept: tuple[int, int]) -> None:
    search = shop([(1, 34, 38)], 60, before=before, after=after)
    parts = search.pick(0)
    assert list(bits(search.starts)) == [0] and parts is not None
    assert (parts[0].bay_first, parts[0].bay_last) == kept


def test_the_less_able_go_first_and_equals_take_turns() -> None:
    axis = Axis([(1, 0, 8)])
    people = [Person(n, {"mechanical": (level, -1)}, axis.all, axis.all) for n, level in ((1, 3), (2, 1), (3, 1))]
    search = Search(axis, [], people, Needs((Segment(30, skill="mechanical"),)))
    assert [search.pick(0, turn)[0].technician_id for turn in range(3)] == [2, 3, 2]  # type: ignore[index]


def test_the_second_segment_stays_with_bay_and_person_of_the_first() -> None:
    axis = Axis([(1, 0, 8)])
    people = [Person(n, {"hv": (1, -1)} if n == 2 else {}, axis.all, axis.all) for n in (1, 2)]
    places = [Place(n, "lift", frozenset(("aligner",) if n == 5 else ()), axis.all) for n in (4, 5)]
    needs = Needs((Segment(30, "lift", ("aligner",), "hv"), Segment(30, "lift")))
    parts = Search(axis, places, people, needs).pick(0)
    assert parts is not None
    assert [(part.bay_id, part.technician_id) for part in parts] == [(5, 2), (5, 2)]


def test_needs_survive_json() -> None:
    needs = Needs((Segment(90, "lift", ("aligner",), "hv", 2), Segment(30)), before=15)
    assert Needs.of(needs.plain()) == needs
