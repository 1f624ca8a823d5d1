"""The workshop floor: dispatch, the technician's operations, inspections, parts of an order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from .schemas import Created, Done, done, line_key, parsed, router, who


class JobOut(Schema):
    """A technician's job."""

    id: str
    order: str
    name: str
    plate: str
    hours: Decimal
    state: str
    bay: str
    promised_at: datetime | None


class JobState(Schema):
    """The job after an operation of the terminal."""

    id: str
    state: str


def job_state(item: Any) -> JobState:
    return JobState(id=item.ref, state=item.state)


@router.get("/my-jobs", operation_id="workshop_my_jobs", summary="My jobs", response=list[JobOut])
def my_jobs(request: HttpRequest) -> Any:
    by = request.actor  # type: ignore[attr-defined]
    require(by.may("workshop.work"), "workshop.work")
    found = queries.my_jobs(**who(request))
    cards = [*([found.current] if found.current else []), *found.jobs]
    return [
        JobOut(
            id=card.ref,
            order=card.order_ref,
            name=card.name,
            plate=card.plate,
            hours=card.hours,
            state=card.state,
            bay=card.bay,
            promised_at=card.promised_at,
        )
        for card in cards
    ]


class DispatchIn(Schema):
    """Jobs, technicians, and how they share the work (default: evenly)."""

    items: list[str] = Field(min_length=1)
    technicians: list[str] = Field(min_length=1)
    bay: str | None = None
    planned_start: datetime | None = None
    shares: dict[str, Decimal] | None = None


@router.post(
    "/orders/{order}/dispatch", operation_id="workshop_dispatch", summary="Dispatch jobs", response={201: Created}
)
@idempotent
def dispatch(request: HttpRequest, order: str, body: DispatchIn) -> Any:
    made = commands.dispatch(
        order_id=parse_id("ord", order),
        item_ids=[parse_id("itm", ref) for ref in body.items],
        technician_ids=[parse_id("stf", ref) for ref in body.technicians],
        bay_id=parsed("bay", body.bay),
        planned_start=body.planned_start,
        shares={parse_id("stf", ref): share for ref, share in body.shares.items()} if body.shares else None,
        **who(request),
    )
    return 201, Created(ids=[row.ref for row in made])


class RecallIn(Schema):
    items: list[str] = Field(min_length=1)
    reason: str = Field(max_length=80)


@router.post("/orders/{order}/recall", operation_id="workshop_recall_items", summary="Take jobs back", response=Done)
@idempotent
def recall_items(request: HttpRequest, order: str, body: RecallIn) -> Any:
    order_id = parse_id("ord", order)
    ids = [parse_id("itm", ref) for ref in body.items]
    commands.recall_items(order_id=order_id, item_ids=ids, reason=body.reason, **who(request))
    return done(queries.order_for(order_id))


class TechnicianIn(Schema):
    """The foreman names the technician; a signed-in technician leaves it out."""

    technician: str | None = None


@router.post("/items/{item}/accept", operation_id="workshop_accept_item", summary="Accept a job", response=JobState)
@idempotent
def accept_item(request: HttpRequest, item: str, body: TechnicianIn) -> Any:
    return job_state(
        commands.accept_item(
            item_id=parse_id("itm", item), technician_id=parsed("stf", body.technician), **who(request)
        )
    )


@router.post("/items/{item}/start", operation_id="workshop_start_item", summary="Clock on", response=JobState)
@idempotent
def start_item(request: HttpRequest, item: str, body: TechnicianIn) -> Any:
    return job_state(
        commands.start_item(item_id=parse_id("itm", item), technician_id=parsed("stf", body.technician), **who(request))
    )


class PauseIn(TechnicianIn):
    reason: str = Field(max_length=20)


@router.post("/items/{item}/pause", operation_id="workshop_pause_item", summary="Clock off", response=JobState)
@idempotent
def pause_item(request: HttpRequest, item: str, body: PauseIn) -> Any:
    paused = commands.pause_item(
        item_id=parse_id("itm", item),
        reason=body.reason,
        technician_id=parsed("stf", body.technician),
        **who(request),
    )
    return job_state(paused)


class AskedOut(Schema):
    """How many lines the storekeeper is newly asked for."""

    asked: int


@router.post(
    "/items/{item}/ask-for-parts", operation_id="workshop_ask_for_parts", summary="Ask for parts", response=AskedOut
)
@idempotent
def ask_for_parts(request: HttpRequest, item: str) -> Any:
    """The parts of a job that were agreed to and not handed out yet are wanted at the bay now."""
    return {"asked": commands.ask_for_parts(item_id=parse_id("itm", item), **who(request))}


class StepIn(TechnicianIn):
    """``values`` of a measuring step by label, e.g. ``{"左": "2.1"}``.

    A step that wants a photo needs one added with its number before, or ``no_photo``, the reason why there is none.
    """

    values: dict[str, str] = {}
    done: bool = True
    no_photo: str = Field("", max_length=40)


@router.post("/items/{item}/steps/{step}", operation_id="workshop_tick_step", summary="Tick a step", response=JobState)
@idempotent
def tick_step(request: HttpRequest, item: str, step: int, body: StepIn) -> Any:
    ticked = commands.tick_step(
        item_id=parse_id("itm", item),
        step=step,
        values=body.values,
        done=body.done,
        no_photo=body.no_photo,
        technician_id=parsed("stf", body.technician),
        **who(request),
    )
    return job_state(ticked)


class FinishIn(TechnicianIn):
    items: list[str] = []
    note: str = Field("", max_length=200)


@router.post("/orders/{order}/finish", operation_id="workshop_finish_items", summary="Finish jobs", response=Done)
@idempotent
def finish_items(request: HttpRequest, order: str, body: FinishIn) -> Any:
    finished = commands.finish_items(
        order_id=parse_id("ord", order),
        item_ids=[parse_id("itm", ref) for ref in body.items],
        technician_id=parsed("stf", body.technician),
        note=body.note,
        **who(request),
    )
    return done(finished)


class PeerIn(Schema):
    passed: bool = True
    note: str = Field("", max_length=200)
    failed_points: list[str] = []
    cause: str = Field("", max_length=30)


class CheckOut(Schema):
    id: str
    level: str
    state: str


def check_out(check: Any) -> CheckOut:
    return CheckOut(id=check.ref, level=check.qc_level, state=check.state)


@router.post(
    "/items/{item}/peer-check", operation_id="workshop_peer_check", summary="Peer check", response={201: CheckOut}
)
@idempotent
def peer_check(request: HttpRequest, item: str, body: PeerIn) -> Any:
    return 201, check_out(commands.peer_check(item_id=parse_id("itm", item), **body.dict(), **who(request)))


class FinalIn(Schema):
    """A failure names jobs and cause, and who is responsible where that is known."""

    passed: bool = True
    failed_items: list[str] = []
    failed_points: list[str] = []
    cause: str = Field("", max_length=30)
    responsible: str | None = None
    road_test: bool = False
    note: str = Field("", max_length=200)
    inspector: str | None = None


@router.post(
    "/orders/{order}/final-check",
    operation_id="workshop_final_check",
    summary="Final inspection",
    response={201: CheckOut},
)
@idempotent
def final_check(request: HttpRequest, order: str, body: FinalIn) -> Any:
    check = commands.final_check(
        order_id=parse_id("ord", order),
        failed_items=[parse_id("itm", ref) for ref in body.failed_items],
        responsible_id=parsed("stf", body.responsible),
        inspector_id=parsed("stf", body.inspector),
        **body.dict(exclude={"failed_items", "responsible", "inspector"}),
        **who(request),
    )
    return 201, check_out(check)


class IssueIn(Schema):
    """Without lines everything that is there is issued."""

    lines: list[str] | None = None


class Issued(Schema):
    lines: int


@router.post("/orders/{order}/issue", operation_id="workshop_issue_parts", summary="Issue parts", response=Issued)
@idempotent
def issue_parts(request: HttpRequest, order: str, body: IssueIn) -> Any:
    keys = [line_key(ref) for ref in body.lines] if body.lines is not None else None
    return Issued(lines=commands.issue_parts(order_id=parse_id("ord", order), keys=keys, **who(request)))


class ReturnIn(Schema):
    quantity: Decimal | None = Field(None, gt=0)
    reason: str = Field(min_length=1, max_length=120)


@router.post(
    "/orders/{order}/lines/{line}/return", operation_id="workshop_return_part", summary="Return a part", response=Done
)
@idempotent
def return_part(request: HttpRequest, order: str, line: str, body: ReturnIn) -> Any:
    order_id = parse_id("ord", order)
    commands.return_part_line(order_id=order_id, key=line_key(line), **body.dict(), **who(request))
    return done(queries.order_for(order_id))


class BoardOut(Schema):
    """Who has how many hours before them."""

    unassigned: list[str]
    lanes: dict[str, float]


@router.get("/workshop/board", operation_id="workshop_board", summary="Dispatch board", response=BoardOut)
def board(request: HttpRequest, store: str) -> Any:
    by = request.actor  # type: ignore[attr-defined]
    store_id = parse_id("sto", store)
    require(by.may("workshop.view", store_id), "workshop.view")
    found = queries.board(store_id, **who(request))
    return BoardOut(
        unassigned=[card.ref for card in found.unassigned],
        lanes={public_id("stf", lane.id): float(lane.hours) for lane in found.lanes},
    )
