"""Maintenance schedules for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from ..commands import ScheduleItemInput
from .frame import may_read, optional_id, router, who


class ScheduleNeed(Schema):
    """A recurring need: by kilometres and months, whichever comes first."""

    code: str = Field(max_length=30)
    name: str = Field(max_length=60)
    every_km: int | None = Field(None, ge=1)
    every_months: int | None = Field(None, ge=1, le=600)
    first_km: int | None = Field(None, ge=1)
    first_months: int | None = Field(None, ge=1, le=600)
    operation: str | None = None
    package: str | None = None


class ScheduleIn(Schema):
    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    make: str = Field("", max_length=30)
    series: str = Field("", max_length=40)
    fuel: str = Field("", max_length=6)
    active: bool = True
    needs: list[ScheduleNeed]


class ScheduleOut(ScheduleIn):
    id: str


def need_out(need: queries.Need) -> ScheduleNeed:
    """The public form of a need."""
    return ScheduleNeed(
        **asdict(need.item),
        operation=public_id("opn", need.operation_id) if need.operation_id else None,
        package=public_id("pkg", need.package_id) if need.package_id else None,
    )


def schedule_out(card: queries.ScheduleCard) -> ScheduleOut:
    """The public form of a schedule."""
    facts = {name: getattr(card, name) for name in ("code", "name", "make", "series", "fuel", "active")}
    return ScheduleOut(id=card.ref, needs=[need_out(need) for need in card.needs], **facts)


def _schedule_facts(body: ScheduleIn) -> dict[str, Any]:
    items = [
        ScheduleItemInput(
            **need.model_dump(exclude={"operation", "package"}),
            operation_id=optional_id("opn", need.operation),
            package_id=optional_id("pkg", need.package),
        )
        for need in body.needs
    ]
    return body.model_dump(exclude={"needs"}) | {"items": items}


@router.get("/schedules", operation_id="list_schedules", response=list[ScheduleOut], summary="Maintenance schedules")
def list_schedules(request: HttpRequest) -> Any:
    may_read(request)
    return [schedule_out(card) for card in queries.schedules()]


@router.get(
    "/schedules/match", operation_id="match_schedule", response=list[ScheduleNeed], summary="What a kind of car needs"
)
def match_schedule(request: HttpRequest, make: str = "", series: str = "", fuel: str = "") -> Any:
    may_read(request)
    return [need_out(need) for need in queries.schedule_for(make, series, fuel)]


@router.post(
    "/schedules", operation_id="create_schedule", response={201: ScheduleOut}, summary="Add a maintenance schedule"
)
@idempotent
def create_schedule(request: HttpRequest, body: ScheduleIn) -> Any:
    made = commands.save_schedule(**_schedule_facts(body), **who(request))
    return 201, schedule_out(queries.schedule_by_id(made.pk))


@router.put(
    "/schedules/{ref}", operation_id="save_schedule", response=ScheduleOut, summary="Change a maintenance schedule"
)
@idempotent
def save_schedule(request: HttpRequest, ref: str, body: ScheduleIn) -> Any:
    made = commands.save_schedule(schedule_id=parse_id("sch", ref), **_schedule_facts(body), **who(request))
    return schedule_out(queries.schedule_by_id(made.pk))
