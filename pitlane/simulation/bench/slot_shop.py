"""A large shop for the slots benchmark: bays, technicians with skills, shifts and leave, and its booked fortnight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Organisation
from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Refused
from pitlane.core.tenancy import scope
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling.commands import Needs, Segment, ShiftInput

from .. import chain
from ..crew import Hand, hire
from ..people import People

Told = Callable[[str, int], None]
DAYS = 14
BAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lift", ("two_post",)),
    ("lift", ("two_post", "diagnostic")),
    ("lift", ("scissor", "tyre_changer", "balancer")),
    ("flat", ()),
    ("lift", ("heavy", "two_post")),
    ("alignment", ("aligner",)),
    ("body", ("welder",)),
    ("paint", ("booth",)),
    ("wash", ("vacuum",)),
    ("hv", ("hv_tools", "charger")),
)
SKILLS: tuple[dict[str, int], ...] = (
    {"mechanical": 1},
    {"mechanical": 2, "tyre": 2},
    {"mechanical": 3, "diagnosis": 3},
    {"electrical": 2, "hv": 3},
    {"body": 2, "paint": 3},
    {"wash": 1, "mechanical": 1},
    {"mechanical": 2, "electrical": 1},
)
SERVICE, BRAKES = Segment(45, "lift", (), "mechanical"), Segment(90, "lift", (), "mechanical", 2)
REPAIR = Segment(60, "lift", (), "mechanical")
VISITS = (
    ("oil service", Needs((SERVICE,))),
    ("brakes, front", Needs((BRAKES,))),
    ("diagnosis, then repair", Needs((Segment(60, "lift", ("diagnostic",), "diagnosis", 2), REPAIR))),
    ("four tyres and alignment", Needs((Segment(60, "lift", ("tyre_changer",), "tyre"), Segment(45, "alignment")))),
    ("high-voltage check", Needs((Segment(120, "hv", ("hv_tools",), "hv", 2),))),
    ("dent and paint", Needs((Segment(360, "body", (), "body"), Segment(480, "paint", ("booth",), "paint", 2)))),
    ("wash", Needs((Segment(30, "wash", (), "wash"),))),
)
SHIFTS = (
    ((time(8), time(12)), (time(13), time(18))),
    ((time(8), time(16)),),
    ((time(10), time(18)),),
)
USUAL = (5, 3, 1, 2, 1, 0, 2)


@dataclass(frozen=True, slots=True)
class SlotShop:
    """The filled shop."""

    org_id: int
    store_id: int
    booked: int
    filled_in: float


def fill(bays: int, technicians: int, bookings: int, seed: int, now: datetime, told: Told) -> tuple[SlotShop, Actor]:
    """Found the shop and book its coming fortnight."""
    began, rng = timezone.now(), Random(seed)
    org, by = chain.found("bench", seed, now)
    with scope(org.pk):
        place = {"code": "WJ", "name": "望京店", "settings": {}}
        store_id = accounts.save_store(facts=place, by=by, at=now).pk
        for number in range(bays):
            kind, tags = BAYS[number % len(BAYS)]
            name = f"{number + 1:02d}"
            scheduling.save_bay(store_id=store_id, name=name, bay_type=kind, equipment=tags, by=by, at=now)
        _staff(org, store_id, technicians, rng, by, now)
        week = [ShiftInput(day, *span) for day in range(7) for span in ((time(8), time(12)), (time(13), time(18)))]
        scheduling.save_hours(store_id=store_id, hours=week, by=by, at=now)
        scheduling.save_terms(
            store_id=store_id, horizon_days=60, lead_minutes=0, step_minutes=15, before_minutes=0, after_minutes=0,
            overbook_per_day=0, closed_holidays=[], by=by, at=now,
        )  # fmt: skip
        booked = book(store_id, wishes(rng, now, bookings * 3), bookings, "past", by, now, told)
    return SlotShop(org.pk, store_id, booked, (timezone.now() - began).total_seconds()), by


def _staff(org: Organisation, store_id: int, count: int, rng: Random, by: Actor, now: datetime) -> None:
    """People in three shift patterns; one in ten is on leave for some days."""
    people = People(rng, now.date())
    hands = [Hand(f"tech{n}", people.name("m"), "technician", date(2020, 1, 1)) for n in range(count)]
    for number, person in enumerate(hire(tuple(hands), store_id, "", by, now)):
        learned = [accounts.Skill(skill, level) for skill, level in SKILLS[number % len(SKILLS)].items()]
        accounts.set_skills(staff_id=person.pk, skills=learned, by=by, at=now)
        spans = (((time(8), time(12)), (time(13), time(18))), ((time(8), time(16)),), ((time(10), time(18)),))[
            number % 3
        ]
        hours = [ShiftInput(day, *span) for day in range(7) if day != number % 7 for span in spans]
        scheduling.set_shifts(staff_id=person.pk, store_id=store_id, shifts=hours, by=by, at=now)
        if number % 10 == 9:
            first = timezone.localdate(now) + timedelta(days=rng.randrange(DAYS))
            last = first + timedelta(days=2)
            scheduling.record_leave(
                staff_id=person.pk, store_id=store_id, first_day=first, last_day=last, by=by, at=now
            )


def wishes(rng: Random, now: datetime, count: int) -> Iterator[tuple[Needs, datetime]]:
    """What people want and when: whole quarters of an hour of the coming fortnight."""
    today = timezone.localdate(now)
    for _n in range(count):
        day = today + timedelta(days=rng.randrange(1, DAYS))
        moment = datetime.combine(day, time(rng.randrange(8, 17), rng.choice((0, 15, 30, 45))))
        yield rng.choices(VISITS, USUAL)[0][1], timezone.make_aware(moment)


def book(
    store_id: int,
    wanted: Iterator[tuple[Needs, datetime]] | Sequence[tuple[Needs, datetime]],
    count: int,
    name: str,
    by: Actor,
    now: datetime,
    told: Told,
) -> int:
    """Claim wish after wish until so many are promised; a full or closed hour is no promise."""
    made = 0
    for number, (needs, start) in enumerate(wanted):
        if made == count:
            break
        try:
            scheduling.claim(subject=f"{name}:{number}", store_id=store_id, needs=needs, start=start, by=by, at=now)
        except (Conflict, Refused):
            continue
        made += 1
        told("bookings", made)
    return made
