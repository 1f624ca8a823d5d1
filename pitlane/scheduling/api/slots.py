"""Free time, the reasons against a wish, and how full a store is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from pitlane.core.ids import parse_id, public_id

from .. import queries
from ..queries import Needs, Segment
from .shared import router, store_id_of

MOST_DAYS, MOST_SLOTS = 62, 500


class SegmentIn(Schema):
    """One stretch of a visit; what is left empty does not matter."""

    minutes: int = Field(ge=1, le=2400)
    bay_type: str = ""
    equipment: list[str] = []
    skill: str = ""
    level: int = Field(1, ge=1, le=3)


class NeedsIn(Schema):
    store: str
    segments: list[SegmentIn] = Field(min_length=1, max_length=20)
    not_before: datetime | None = None
    technician: str | None = None
    bay: str | None = None


class SearchIn(NeedsIn):
    first_day: date | None = None
    days: int = Field(14, ge=1, le=MOST_DAYS)


class WishIn(NeedsIn):
    start: datetime


class SlotOut(Schema):
    """An offer; ``load`` is the share of that day's technician time that is taken."""

    start: datetime
    end: datetime
    bay: str | None
    bay_name: str
    technician: str
    technician_name: str
    load: float


class ReasonOut(Schema):
    code: str
    text: str


class WishOut(Schema):
    """Whether the wish can be met, why not, and three other offers."""

    free: bool
    reasons: list[ReasonOut]
    alternatives: list[SlotOut]


class UseOut(Schema):
    capacity_minutes: int
    busy_minutes: int
    percent: int


class HourOut(Schema):
    start: datetime
    percent: int
    free_technicians: int
    free_bays: int


class SkillOut(UseOut):
    skill: str
    people: int


class LoadOut(Schema):
    day: date
    open: bool
    technicians: UseOut
    bays: UseOut
    on_leave: int
    hours: list[HourOut]
    skills: list[SkillOut]


def _asked(request: HttpRequest, body: NeedsIn) -> dict[str, Any]:
    rows = (Segment(s.minutes, s.bay_type, tuple(s.equipment), s.skill, s.level) for s in body.segments)
    not_before = body.not_before
    if not_before and timezone.is_naive(not_before):
        not_before = timezone.make_aware(not_before)
    return {
        "store_id": store_id_of(request, body.store),
        "needs": Needs(tuple(rows)),
        "at": request.now,  # type: ignore[attr-defined]
        "not_before": not_before,
        "technician_id": parse_id("stf", body.technician) if body.technician else None,
    }


def _slot(slot: queries.Slot) -> SlotOut:
    return SlotOut(
        start=slot.start,
        end=slot.end,
        bay=public_id("bay", slot.bay_id) if slot.bay_id else None,
        bay_name=slot.bay,
        technician=public_id("stf", slot.technician_id),
        technician_name=slot.technician,
        load=slot.load,
    )


def _bay(body: NeedsIn) -> int | None:
    return parse_id("bay", body.bay) if body.bay else None


@router.post("/free-slots", operation_id="find_free_slots", response=list[SlotOut], summary="Where a visit can begin")
def find_free_slots(request: HttpRequest, body: SearchIn) -> Any:
    facts = _asked(request, body)
    when: dict[str, Any] = {"first_day": body.first_day, "days": body.days, "limit": MOST_SLOTS}
    return [_slot(slot) for slot in queries.free_starts(**facts, bay_id=_bay(body), **when)]


@router.post(
    "/slot-check", operation_id="check_slot", response=WishOut, summary="Whether a wish can be met, or why not"
)
def check_slot(request: HttpRequest, body: WishIn) -> Any:
    facts = _asked(request, body)
    start = body.start if timezone.is_aware(body.start) else timezone.make_aware(body.start)
    reasons = queries.why_not(start=start, bay_id=_bay(body), **facts)
    others = queries.alternatives(start=start, **facts) if reasons else []
    return WishOut(
        free=not reasons,
        reasons=[ReasonOut(code=reason.code, text=reason.text) for reason in reasons],
        alternatives=[_slot(slot) for slot in others],
    )


@router.get(
    "/load", operation_id="list_load", response=list[LoadOut], summary="How full a store is, by day, hour, skill"
)
def list_load(request: HttpRequest, store: str, first: date | None = None, days: int = 14) -> Any:
    begin = first or timezone.localdate(request.now)  # type: ignore[attr-defined]
    found = queries.loads(store_id_of(request, store), begin, max(1, min(days, MOST_DAYS)))
    return [_load(load) for load in found]


def _use(use: queries.Use) -> dict[str, int]:
    return {"capacity_minutes": use.capacity, "busy_minutes": use.busy, "percent": use.percent}


def _load(load: queries.DayLoad) -> LoadOut:
    return LoadOut(
        day=load.day,
        open=load.plan.open,
        technicians=UseOut(**_use(load.technicians)),
        bays=UseOut(**_use(load.bays)),
        on_leave=load.on_leave,
        hours=[
            HourOut(
                start=hour.start,
                percent=hour.percent,
                free_technicians=hour.free_technicians,
                free_bays=hour.free_bays,
            )
            for hour in load.hours
        ],
        skills=[SkillOut(skill=one.skill, people=one.people, **_use(one.use)) for one in load.skills],
    )
