"""Opening hours, days and terms of booking."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..commands import ShiftInput
from .shared import router, store_id_of, who_of

MOST_DAYS = 400


class Span(Schema):
    starts: time
    ends: time


class WeekdaySpan(Span):
    weekday: int = Field(ge=0, le=6, description="0 is Monday")


class HoursIn(Schema):
    store: str
    hours: list[WeekdaySpan]


class HoursOut(HoursIn):
    assumed: bool = Field(description="nobody entered the week yet")


class DayOut(Schema):
    """One day of a store; ``source`` says who decided: own, holiday, makeup, week or assumed."""

    day: date
    open: bool
    hours: list[Span]
    source: str
    holiday: str | None
    makeup: bool
    note: str
    holidays_published: bool


class DayIn(Schema):
    store: str
    kind: str = Field(description="closed, special or usual")
    hours: list[Span] = []
    note: str = Field("", max_length=60)


class DaySaved(DayOut):
    promised: int = Field(description="visits that stand on that day")


class Terms(Schema):
    store: str
    horizon_days: int
    lead_minutes: int
    step_minutes: int
    before_minutes: int
    after_minutes: int
    overbook_per_day: int
    closed_holidays: list[str]


def _spans(hours: queries.Hours) -> list[Span]:
    return [Span(starts=starts, ends=ends) for starts, ends in hours]


def _facts(plan: queries.DayPlan) -> dict[str, Any]:
    return {
        "day": plan.day,
        "open": plan.open,
        "hours": _spans(plan.hours),
        "source": plan.source.value,
        "holiday": plan.holiday.code if plan.holiday else None,
        "makeup": bool(plan.holiday and plan.holiday.makeup),
        "note": plan.note,
        "holidays_published": plan.published,
    }


def _hours_out(store_id: int, store: str) -> HoursOut:
    week = queries.opening_week(store_id)
    rows = [
        WeekdaySpan(weekday=number, starts=starts, ends=ends)
        for number, hours in enumerate(week.days)
        for starts, ends in hours
    ]
    return HoursOut(store=store, hours=rows, assumed=week.assumed)


def _terms_out(store_id: int, store: str) -> Terms:
    terms = queries.terms_of(store_id)
    facts = {name: getattr(terms, name) for name in Terms.model_fields if name != "store"}
    return Terms(store=store, **facts)


@router.get("/opening-hours", operation_id="get_opening_hours", response=HoursOut, summary="A store's opening week")
def get_opening_hours(request: HttpRequest, store: str) -> Any:
    return _hours_out(store_id_of(request, store), store)


@router.put("/opening-hours", operation_id="save_opening_hours", response=HoursOut, summary="Replace the opening week")
@idempotent
def save_opening_hours(request: HttpRequest, body: HoursIn) -> Any:
    store_id = parse_id("sto", body.store)
    week = [ShiftInput(span.weekday, span.starts, span.ends) for span in body.hours]
    commands.save_hours(store_id=store_id, hours=week, **who_of(request))
    return _hours_out(store_id, body.store)


@router.get("/calendar", operation_id="list_calendar", response=list[DayOut], summary="A store's days: open or closed")
def list_calendar(request: HttpRequest, store: str, first: date | None = None, days: int = 31) -> Any:
    begin = first or timezone.localdate(request.now)  # type: ignore[attr-defined]
    plans = queries.calendar(store_id_of(request, store), begin, max(1, min(days, MOST_DAYS)))
    return [DayOut(**_facts(plan)) for plan in plans]


@router.put("/calendar/{day}", operation_id="save_calendar_day", response=DaySaved, summary="Decide one day of a store")
@idempotent
def save_calendar_day(request: HttpRequest, day: date, body: DayIn) -> Any:
    store_id = parse_id("sto", body.store)
    hours = [(span.starts, span.ends) for span in body.hours]
    promised = commands.save_day(
        store_id=store_id, day=day, kind=body.kind, hours=hours, note=body.note, **who_of(request)
    )
    return DaySaved(**_facts(queries.calendar_day(store_id, day)), promised=promised)


@router.delete("/calendar/{day}", operation_id="clear_calendar_day", response=DayOut, summary="Take a decision back")
@idempotent
def clear_calendar_day(request: HttpRequest, day: date, store: str) -> Any:
    store_id = parse_id("sto", store)
    commands.clear_day(store_id=store_id, day=day, **who_of(request))
    return DayOut(**_facts(queries.calendar_day(store_id, day)))


@router.get("/booking-terms", operation_id="get_booking_terms", response=Terms, summary="How a store takes bookings")
def get_booking_terms(request: HttpRequest, store: str) -> Any:
    return _terms_out(store_id_of(request, store), store)


@router.put("/booking-terms", operation_id="save_booking_terms", response=Terms, summary="Change the terms of booking")
@idempotent
def save_booking_terms(request: HttpRequest, body: Terms) -> Any:
    store_id = parse_id("sto", body.store)
    commands.save_terms(store_id=store_id, **body.model_dump(exclude={"store"}), **who_of(request))
    return _terms_out(store_id, body.store)
