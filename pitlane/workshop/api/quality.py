"""Quality: figures of a store, corrective actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from .orders import may_read
from .schemas import router, who


class CauseOut(Schema):
    name: str
    count: int
    share: Decimal


class ComebackOut(Schema):
    side: str
    count: int
    cost_fen: int | None


class ReportOut(Schema):
    """Percentages are 0 to 100; null where there was nothing to count."""

    inspected: int
    passed_first: int
    first_pass: Decimal | None
    peer_failures: int
    first_time_fix: Decimal | None
    causes: list[CauseOut]
    comebacks: list[ComebackOut]


class ActionIn(Schema):
    text: str = Field(max_length=200)
    responsible: str
    due_on: date
    cause: str = Field("", max_length=30)


class ActionEndIn(Schema):
    """``done`` false says that the measure is no longer needed; ``effect`` says what was seen, or why."""

    done: bool = True
    effect: str = Field(max_length=200)


class ActionOut(Schema):
    id: str
    state: str
    text: str
    cause: str
    due_on: date
    effect: str


def action_out(action: Any) -> ActionOut:
    facts = {name: getattr(action, name) for name in ("state", "text", "cause", "due_on", "effect")}
    return ActionOut(id=action.ref, **facts)


@router.get(
    "/workshop/quality-report", operation_id="workshop_quality_report", summary="Quality figures", response=ReportOut
)
def quality_report(request: HttpRequest, store: str, first: date, last: date) -> Any:
    by = may_read(request)
    store_id = parse_id("sto", store)
    require(by.in_store(store_id), "workshop.view")
    found = queries.quality_report(store_id, first, last, **who(request))
    return ReportOut(
        inspected=found.inspected,
        passed_first=found.passed_first,
        first_pass=found.first_pass,
        peer_failures=found.peer_failures,
        first_time_fix=found.fix.percent,
        causes=[CauseOut(name=row.name, count=row.count, share=row.share) for row in found.causes],
        comebacks=[
            ComebackOut(side=str(row.side), count=row.count, cost_fen=row.cost.fen if found.sees_cost else None)
            for row in found.comebacks
        ],
    )


@router.post(
    "/orders/{order}/corrective-actions",
    operation_id="workshop_open_action",
    summary="Open a corrective action",
    response={201: ActionOut},
)
@idempotent
def open_action(request: HttpRequest, order: str, body: ActionIn) -> Any:
    facts = body.dict(exclude={"responsible"}) | {"owner_id": parse_id("stf", body.responsible)}
    return 201, action_out(commands.open_action(order_id=parse_id("ord", order), **facts, **who(request)))


@router.post(
    "/corrective-actions/{action}/end",
    operation_id="workshop_end_action",
    summary="End a corrective action",
    response=ActionOut,
)
@idempotent
def end_action(request: HttpRequest, action: str, body: ActionEndIn) -> Any:
    return action_out(commands.end_action(action_id=parse_id("cor", action), **body.dict(), **who(request)))
