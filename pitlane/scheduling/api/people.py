"""Bays, weekly shifts, leave, and who works on a day."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from ..commands import ShiftInput
from .shared import router, store_id_of, who_of


class BayIn(Schema):
    store: str
    name: str = Field(max_length=20)
    bay_type: str
    active: bool = True
    equipment: list[str] = []


class BayOut(BayIn):
    id: str


class Hours(Schema):
    starts: time
    ends: time


class ShiftIn(Hours):
    weekday: int = Field(ge=0, le=6, description="0 is Monday")


class WeekIn(Schema):
    store: str
    shifts: list[ShiftIn]


class DayOut(Schema):
    """One technician's day; ``assumed`` when nobody entered the week and the shop's hours are taken."""

    staff: str
    name: str
    hours: list[Hours]
    minutes: int
    assumed: bool
    on_leave: bool


class LeaveIn(Schema):
    store: str
    staff: str
    first_day: date
    last_day: date
    reason: str = Field("", max_length=60)


class LeaveOut(LeaveIn):
    id: str


def bay_out(card: queries.BayCard) -> BayOut:
    """The public form of a bay."""
    store = public_id("sto", card.store_id)
    facts: dict[str, Any] = {"name": card.name, "bay_type": card.bay_type, "active": card.active}
    return BayOut(id=card.ref, store=store, equipment=list(card.equipment), **facts)


@router.get("/bays", operation_id="list_bays", response=list[BayOut], summary="Bays of a store")
def list_bays(request: HttpRequest, store: str, bay_type: str = "", closed: bool = False) -> Any:
    found = queries.bays(store_id_of(request, store), bay_type=bay_type, active=None if closed else True)
    return [bay_out(card) for card in found]


@router.post("/bays", operation_id="create_bay", response={201: BayOut}, summary="Add a bay")
@idempotent
def create_bay(request: HttpRequest, body: BayIn) -> Any:
    facts = body.model_dump(exclude={"store"})
    made = commands.save_bay(store_id=parse_id("sto", body.store), **facts, **who_of(request))
    return 201, bay_out(queries.bay_by_id(made.pk))


@router.put("/bays/{ref}", operation_id="save_bay", response=BayOut, summary="Change or close a bay")
@idempotent
def save_bay(request: HttpRequest, ref: str, body: BayIn) -> Any:
    facts = body.model_dump(exclude={"store"}) | {"bay_id": parse_id("bay", ref)}
    made = commands.save_bay(store_id=parse_id("sto", body.store), **facts, **who_of(request))
    return bay_out(queries.bay_by_id(made.pk))


@router.get("/technicians", operation_id="list_technicians", response=list[DayOut], summary="Who works on a day")
def list_technicians(request: HttpRequest, store: str, on: date | None = None) -> Any:
    day = on or timezone.localdate(request.now)  # type: ignore[attr-defined]
    return [
        DayOut(
            staff=public_id("stf", person.staff_id),
            name=person.name,
            hours=[Hours(starts=starts, ends=ends) for starts, ends in person.hours],
            minutes=person.minutes,
            assumed=person.assumed,
            on_leave=person.on_leave,
        )
        for person in queries.technicians_on(store_id_of(request, store), day)
    ]


@router.put("/technicians/{ref}/shifts", operation_id="set_shifts", summary="Replace a technician's working week")
@idempotent
def set_shifts(request: HttpRequest, ref: str, body: WeekIn) -> dict[str, Any]:
    shifts = [ShiftInput(shift.weekday, shift.starts, shift.ends) for shift in body.shifts]
    person, store_id = parse_id("stf", ref), parse_id("sto", body.store)
    made = commands.set_shifts(staff_id=person, store_id=store_id, shifts=shifts, **who_of(request))
    return {"staff": ref, "shifts": len(made)}


@router.get("/leave", operation_id="list_leave", response=list[LeaveOut], summary="Present and coming leave")
def list_leave(request: HttpRequest, store: str, since: date | None = None) -> Any:
    rows = queries.leaves(store_id_of(request, store), since or timezone.localdate(request.now))  # type: ignore[attr-defined]
    return [
        LeaveOut(
            id=row.ref,
            store=store,
            staff=row.staff_ref,
            first_day=row.first_day,
            last_day=row.last_day,
            reason=row.reason,
        )
        for row in rows
    ]


@router.post("/leave", operation_id="record_leave", response={201: LeaveOut}, summary="Record leave")
@idempotent
def record_leave(request: HttpRequest, body: LeaveIn) -> Any:
    facts = body.model_dump(exclude={"store", "staff"})
    store_id, staff_id = parse_id("sto", body.store), parse_id("stf", body.staff)
    made = commands.record_leave(store_id=store_id, staff_id=staff_id, **facts, **who_of(request))
    return 201, LeaveOut(id=made.ref, **body.model_dump())


@router.delete("/leave/{ref}", operation_id="cancel_leave", summary="Take leave back")
@idempotent
def cancel_leave(request: HttpRequest, ref: str, store: str) -> dict[str, Any]:
    commands.cancel_leave(leave_id=parse_id("lea", ref), store_id=parse_id("sto", store), **who_of(request))
    return {"id": ref}
