"""What the list does to many orders at once, and the job sheet as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AwareDatetime, Field

from pitlane.core.api import idempotent
from pitlane.core.errors import Refused
from pitlane.core.ids import parse_id

from .. import commands, queries
from .schemas import LineOut, OrderOut, line_out, line_ref, order_out, router, who


class MoveIn(Schema):
    """The orders, and what they all get: another advisor, another promised time, or both."""

    orders: list[str] = Field(min_length=1, max_length=queries.MOST)
    advisor: str | None = None
    promised_at: AwareDatetime | None = None


class MovedOut(Schema):
    """How many orders were changed; those that are over stay as they are."""

    changed: int


class SheetStepOut(Schema):
    """A step of a job, with what is to be measured and where a photo is wanted."""

    text: str
    limits: str
    wants_photo: bool
    wants_peer: bool
    state: str


class SheetOut(OrderOut):
    """The job sheet: what the customer agreed to, with the steps of each job."""

    store_name: str
    concern: str
    lines: list[LineOut]
    steps: dict[str, list[SheetStepOut]]


@router.post(
    "/order-moves",
    operation_id="workshop_move_orders",
    summary="Give many orders another advisor or promised time",
    response=MovedOut,
)
@idempotent
def move_orders(request: HttpRequest, body: MoveIn) -> Any:
    changes: dict[str, Any] = {"promised_at": body.promised_at} if body.promised_at else {}
    if body.advisor:
        changes["advisor_id"] = parse_id("stf", body.advisor)
    if not changes:
        raise Refused(_("请选择新的服务顾问或承诺时间"), code="nothing_to_change", field="promised_at")
    ids = [parse_id("ord", ref) for ref in body.orders]
    return MovedOut(changed=commands.move_orders(order_ids=ids, changes=changes, **who(request)))


@router.get(
    "/orders/{order}/job-sheet", operation_id="workshop_job_sheet", summary="The job sheet as data", response=SheetOut
)
def job_sheet(request: HttpRequest, order: str) -> Any:
    sheet = queries.job_sheet(parse_id("ord", order), by=request.actor)  # type: ignore[attr-defined]
    copied = ("text", "limits", "wants_photo", "wants_peer", "state")
    return SheetOut(
        **order_out(sheet.card),
        store_name=sheet.store,
        concern=sheet.order.concern,
        lines=[line_out(line) for line in sheet.lines],
        steps={
            line_ref(key): [SheetStepOut(**{name: getattr(step, name) for name in copied}) for step in steps]
            for key, steps in sheet.steps.items()
        },
    )
