"""A store's plan of reminders and limits by API, the analysis of its bookings, calendars to subscribe to."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, policies, queries
from .shared import id_of, router, who_of


class PlanIn(Schema):
    """``reminders`` are minutes before the visit. ``overbook_by_risk`` books beyond what is free where people are
    expected to stay away, within the store's limit; customers with ``priority_tags`` are offered a free time first.
    ``online`` lets customers book by themselves, ``notice`` stands on their page, ``most_open`` limits the open
    appointments of one phone there; null leaves them as they are."""

    reminders: list[int] = Field(max_length=4)
    late_minutes: int
    offer_minutes: int
    risky_percent: int
    online: bool | None = None
    notice: str | None = Field(None, max_length=200)
    most_open: int | None = None
    overbook_by_risk: bool = False
    priority_tags: list[str] = []


class MeasureOut(Schema):
    """How good the risk is on bookings that it had not seen; ``auc`` of a half is a coin."""

    bookings: int
    no_shows: int
    auc: float | None
    foreseen: float
    observed: float


class PlanOut(PlanIn):
    """``measure`` is null while there is too little data to estimate any risk."""

    measure: MeasureOut | None


def _measure_out(found: Any) -> MeasureOut:
    return MeasureOut(
        bookings=found.visits,
        no_shows=found.misses,
        auc=found.auc,
        foreseen=found.predicted,
        observed=found.observed,
    )


def _plan_out(store_id: int, at: datetime) -> PlanOut:
    plan, found = queries.plan_of(store_id), queries.measure_of(store_id, at)
    names = PlanIn.model_fields
    measure = _measure_out(found) if found else None
    return PlanOut(**{name: getattr(plan, name) for name in names}, measure=measure)


@router.get(
    "/stores/{store}/booking-plan", operation_id="get_booking_plan", response=PlanOut, summary="Reminders, limits, risk"
)
def get_plan(request: HttpRequest, store: str) -> Any:
    store_id = parse_id("sto", store)
    require(policies.can_view(request.actor, store_id), "appointments.view")  # type: ignore[attr-defined]
    accounts.store_by_id(store_id)
    return _plan_out(store_id, request.now)  # type: ignore[attr-defined]


@router.put(
    "/stores/{store}/booking-plan", operation_id="set_booking_plan", response=PlanOut, summary="Set reminders, limits"
)
@idempotent
def set_plan(request: HttpRequest, store: str, body: PlanIn) -> Any:
    store_id = parse_id("sto", store)
    commands.set_plan(store_id=store_id, **body.model_dump(), **who_of(request))
    return _plan_out(store_id, request.now)  # type: ignore[attr-defined]


class HourOut(Schema):
    """An hour of the week (0 is Monday): minutes of technicians' time there were, minutes that visits took."""

    weekday: int
    hour: int
    capacity_minutes: int
    busy_minutes: int
    unmet: int


class AdviceOut(Schema):
    """``kind``: hire, open, quiet, absent; ``text`` says it with its numbers, in the caller's language."""

    kind: str
    weekday: int
    first_hour: int
    last_hour: int
    skill: str
    percent: int
    text: str


class AnalysisOut(Schema):
    """Bookings of the last whole weeks. ``advice`` is null while there are too few of them to advise anything."""

    first: date
    last: date
    bookings: int
    came: int
    no_shows: int
    cancelled: int
    unmet: int
    lead_median_days: int | None
    hours: list[HourOut]
    advice: list[AdviceOut] | None


@router.get(
    "/stores/{store}/booking-analysis",
    operation_id="get_booking_analysis",
    response=AnalysisOut,
    summary="When the store is full, and what could be done",
)
def get_analysis(request: HttpRequest, store: str, weeks: int = queries.USUAL_WEEKS, skill: str = "") -> Any:
    """``weeks``: 1 to 26 whole weeks up to yesterday; ``skill`` narrows the hours to those who have it."""
    store_id = parse_id("sto", store)
    require(policies.can_view(request.actor, store_id), "appointments.view")  # type: ignore[attr-defined]
    accounts.store_by_id(store_id)
    period = min(max(weeks, 1), queries.PERIODS[-1])
    return _analysis_out(queries.peaks(store_id, at=request.now, weeks=period, skill=skill))  # type: ignore[attr-defined]


def _analysis_out(found: queries.Peaks) -> AnalysisOut:
    hours = [
        HourOut(
            weekday=day, hour=int(str(row.label).split(":")[0]), capacity_minutes=cell.use.capacity,
            busy_minutes=cell.use.busy, unmet=cell.wishes,
        )
        for row in found.hours for day, cell in enumerate(row.cells) if cell
    ]  # fmt: skip
    said = None if found.told is None else [
        AdviceOut(
            kind=one.advice.kind, weekday=one.advice.weekday, first_hour=one.advice.hours[0],
            last_hour=one.advice.hours[1], skill=one.advice.skill, percent=one.advice.percent, text=one.text,
        )
        for one in found.told
    ]  # fmt: skip
    return AnalysisOut(
        first=found.first, last=found.last, bookings=found.bookings, came=found.came, no_shows=found.missed,
        cancelled=found.cancelled, unmet=found.wishes, lead_median_days=found.lead_median, hours=hours, advice=said,
    )  # fmt: skip


class FeedIn(Schema):
    """Of the whole store, or of one person in it."""

    staff: str | None = None


class FeedOut(Schema):
    """``address`` is the secret; it is shown this once."""

    id: str
    address: str


@router.post(
    "/stores/{store}/calendar-feeds",
    operation_id="issue_calendar_feed",
    response={201: FeedOut},
    summary="A calendar to subscribe to",
)
@idempotent
def issue_feed(request: HttpRequest, store: str, body: FeedIn) -> Any:
    token = secrets.token_urlsafe(32)
    facts: dict[str, Any] = {"store_id": parse_id("sto", store), "staff_id": id_of("stf", body.staff)}
    made = commands.issue_feed(**facts, token=token, **who_of(request))
    return 201, FeedOut(id=made.ref, address=request.build_absolute_uri(reverse("appointments:feed", args=[token])))


@router.delete(
    "/calendar-feeds/{ref}", operation_id="end_calendar_feed", response={204: None}, summary="End a calendar"
)
@idempotent
def end_feed(request: HttpRequest, ref: str) -> Any:
    commands.end_feed(feed_id=parse_id("fee", ref), **who_of(request))
    return 204, None
