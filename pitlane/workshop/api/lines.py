"""Lines of an order: add, change, remove, discount, payers, quote and answers, findings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id
from pitlane.core.money import Money

from .. import commands, queries
from .schemas import Created, Done, LineIn, LineOut, done, line_key, line_out, line_ref, parsed, router, who


class LinesIn(Schema):
    """``despite_same`` false asks before a package or operation stands in the order twice (``same_line``)."""

    lines: list[LineIn] = Field(min_length=1, max_length=200)
    despite_same: bool = True


@router.get("/orders/{order}/lines", operation_id="workshop_list_lines", summary="Lines", response=list[LineOut])
def list_lines(request: HttpRequest, order: str) -> Any:
    screen = queries.order_screen(parse_id("ord", order), **who(request))
    return [line_out(line) for line in screen.lines]


@router.post("/orders/{order}/lines", operation_id="workshop_add_lines", summary="Add lines", response={201: Created})
@idempotent
def add_lines(request: HttpRequest, order: str, body: LinesIn) -> Any:
    lines = [line.line() for line in body.lines]
    order_id = parse_id("ord", order)
    keys = commands.add_lines(order_id=order_id, lines=lines, despite_same=body.despite_same, **who(request))
    return 201, Created(ids=[line_ref(key) for key in keys])


class LineChange(Schema):
    """What changes of a line; above the own discount limit ``approval`` names the granted request."""

    version: int | None = None
    name: str | None = Field(None, max_length=80)
    hours: Decimal | None = Field(None, ge=0, le=999)
    quantity: Decimal | None = Field(None, gt=0, le=99_999)
    unit_price_fen: int | None = Field(None, ge=0, le=10**12)
    discount_rate: Decimal | None = Field(None, ge=0, le=1)
    discount_fen: int | None = Field(None, ge=0, le=10**12)
    old_part: str | None = Field(None, pattern="^(return|waive|none)$")
    sublet_supplier: str | None = Field(None, max_length=60)
    sublet_cost_fen: int | None = Field(None, ge=0, le=10**12)
    payers: dict[str, str] | None = None
    approval: str | None = None


AMOUNTS = {"unit_price_fen": "unit_price", "discount_fen": "discount", "sublet_cost_fen": "sublet_cost"}


@router.patch(
    "/orders/{order}/lines/{line}", operation_id="workshop_change_line", summary="Change a line", response=Done
)
@idempotent
def change_line(request: HttpRequest, order: str, line: str, body: LineChange) -> Any:
    raw = body.dict(exclude_none=True, exclude={"version", "approval"})
    changes = {AMOUNTS.get(k, k): Money(v) if k in AMOUNTS else v for k, v in raw.items()}
    order_id = parse_id("ord", order)
    commands.change_line(
        order_id=order_id,
        key=line_key(line),
        version=body.version,
        changes=changes,
        approval_id=parsed("apv", body.approval),
        **who(request),
    )
    return done(queries.order_for(order_id))


class RemoveIn(Schema):
    reason: str = Field("", max_length=80)
    version: int | None = None


@router.post(
    "/orders/{order}/lines/{line}/remove", operation_id="workshop_remove_line", summary="Remove a line", response=Done
)
@idempotent
def remove_line(request: HttpRequest, order: str, line: str, body: RemoveIn) -> Any:
    order_id = parse_id("ord", order)
    commands.remove_line(order_id=order_id, key=line_key(line), **body.dict(), **who(request))
    return done(queries.order_for(order_id))


class RemovePackageIn(Schema):
    reason: str = Field("", max_length=80)


@router.post(
    "/orders/{order}/packages/{code}/remove",
    operation_id="workshop_remove_package",
    summary="Remove a whole package",
    response=Done,
)
@idempotent
def remove_package(request: HttpRequest, order: str, code: str, body: RemovePackageIn) -> Any:
    order_id = parse_id("ord", order)
    commands.remove_package(order_id=order_id, code=code, reason=body.reason, **who(request))
    return done(queries.order_for(order_id))


class DiscountIn(Schema):
    """The share let off: 0.1 is 九折."""

    lines: list[str] = Field(min_length=1)
    rate: Decimal = Field(ge=0, le=1)
    approval: str | None = None


@router.post(
    "/orders/{order}/discount", operation_id="workshop_discount_lines", summary="Discount lines", response=Done
)
@idempotent
def discount_lines(request: HttpRequest, order: str, body: DiscountIn) -> Any:
    order_id = parse_id("ord", order)
    commands.discount_lines(
        order_id=order_id,
        keys=[line_key(ref) for ref in body.lines],
        rate=body.rate,
        approval_id=parsed("apv", body.approval),
        **who(request),
    )
    return done(queries.order_for(order_id))


class DiscountRequest(Schema):
    lines: list[str] = Field(min_length=1)
    rate: Decimal = Field(gt=0, le=1)
    reason: str = Field(min_length=1, max_length=200)


@router.post(
    "/orders/{order}/discount-requests",
    operation_id="workshop_request_discount",
    summary="Ask for a discount above the own limit",
    response={201: Created},
)
@idempotent
def request_discount(request: HttpRequest, order: str, body: DiscountRequest) -> Any:
    approval = commands.request_discount(
        order_id=parse_id("ord", order),
        keys=[line_key(ref) for ref in body.lines],
        rate=body.rate,
        reason=body.reason,
        **who(request),
    )
    return 201, Created(ids=[public_id("apv", approval)])


class BelowCostRequest(Schema):
    reason: str = Field(min_length=1, max_length=200)


@router.post(
    "/orders/{order}/below-cost-requests",
    operation_id="workshop_request_below_cost",
    summary="Ask to bill lines below cost",
    response={201: Created},
)
@idempotent
def request_below_cost(request: HttpRequest, order: str, body: BelowCostRequest) -> Any:
    approval = commands.request_below_cost(order_id=parse_id("ord", order), reason=body.reason, **who(request))
    return 201, Created(ids=[public_id("apv", approval)])


class PayersIn(Schema):
    """Who pays: ``{"insurer:平安产险": "0.8", "customer": "0.2"}``."""

    lines: list[str] = Field(min_length=1)
    payers: dict[str, str]
    approval: str | None = None


@router.post("/orders/{order}/payers", operation_id="workshop_set_payers", summary="Set payers", response=Done)
@idempotent
def set_payers(request: HttpRequest, order: str, body: PayersIn) -> Any:
    """What ``internal`` takes over counts as a discount; above the own limit ``approval`` names the granted request."""
    order_id = parse_id("ord", order)
    commands.set_payers(
        order_id=order_id,
        keys=[line_key(ref) for ref in body.lines],
        payers=body.payers,
        approval_id=parsed("apv", body.approval),
        **who(request),
    )
    return done(queries.order_for(order_id))


class HousePaysRequest(Schema):
    lines: list[str] = Field(min_length=1)
    reason: str = Field(min_length=1, max_length=200)


@router.post(
    "/orders/{order}/house-pays-requests",
    operation_id="workshop_request_house_pays",
    summary="Ask that the house bears lines",
    response={201: Created},
)
@idempotent
def request_house_pays(request: HttpRequest, order: str, body: HousePaysRequest) -> Any:
    approval = commands.request_house_pays(
        order_id=parse_id("ord", order),
        keys=[line_key(ref) for ref in body.lines],
        reason=body.reason,
        **who(request),
    )
    return 201, Created(ids=[public_id("apv", approval)])


@router.post("/orders/{order}/quoted", operation_id="workshop_mark_quoted", summary="The quote went out", response=Done)
@idempotent
def mark_quoted(request: HttpRequest, order: str) -> Any:
    return done(commands.mark_quoted(order_id=parse_id("ord", order), **who(request)))


class DecisionsIn(Schema):
    """Answers by line: approve, decline or defer. A job's answer holds for its parts."""

    decisions: dict[str, str]
    reasons: dict[str, str] = {}
    via: str = Field("phone", pattern="^(desk|phone|link)$")


@router.post(
    "/orders/{order}/decisions", operation_id="workshop_decide_lines", summary="Write down answers", response=Done
)
@idempotent
def decide_lines(request: HttpRequest, order: str, body: DecisionsIn) -> Any:
    decided = commands.decide_lines(
        order_id=parse_id("ord", order),
        decisions={line_key(ref): verb for ref, verb in body.decisions.items()},
        reasons={line_key(ref): text for ref, text in body.reasons.items()},
        via=body.via,
        **who(request),
    )
    return done(decided)


class KeysIn(Schema):
    lines: list[str] = Field(min_length=1)
    reason: str = Field("", max_length=80)


@router.post(
    "/orders/{order}/revise", operation_id="workshop_revise_quote", summary="Back into the quote", response=Done
)
@idempotent
def revise_quote(request: HttpRequest, order: str, body: KeysIn) -> Any:
    keys = [line_key(ref) for ref in body.lines]
    revised = commands.revise_quote(order_id=parse_id("ord", order), keys=keys, reason=body.reason, **who(request))
    return done(revised)


@router.post("/orders/{order}/propose", operation_id="workshop_propose_again", summary="Offer again", response=Done)
@idempotent
def propose_again(request: HttpRequest, order: str, body: KeysIn) -> Any:
    keys = [line_key(ref) for ref in body.lines]
    return done(commands.propose_again(order_id=parse_id("ord", order), keys=keys, **who(request)))


class FindingIn(Schema):
    """``severity``: advise, soon, urgent."""

    text: str = Field(min_length=1, max_length=300)
    item: str | None = None
    severity: str = "advise"
    operation: str | None = None


@router.post(
    "/orders/{order}/findings",
    operation_id="workshop_report_finding",
    summary="Report a finding",
    response={201: Created},
)
@idempotent
def report_finding(request: HttpRequest, order: str, body: FindingIn) -> Any:
    finding = commands.report_finding(
        order_id=parse_id("ord", order),
        text=body.text,
        severity=body.severity,
        item_id=parsed("itm", body.item),
        operation_id=parsed("opn", body.operation),
        **who(request),
    )
    return 201, Created(ids=[finding.ref])


class ResolutionIn(Schema):
    """``resolution``: proposed (with the lines to offer), later, dismissed."""

    resolution: str
    lines: list[LineIn] = []


@router.post(
    "/findings/{finding}/resolution",
    operation_id="workshop_resolve_finding",
    summary="Resolve a finding",
    response=Created,
)
@idempotent
def resolve_finding(request: HttpRequest, finding: str, body: ResolutionIn) -> Any:
    keys = commands.resolve_finding(
        finding_id=parse_id("fin", finding),
        resolution=body.resolution,
        lines=[line.line() for line in body.lines],
        **who(request),
    )
    return Created(ids=[line_ref(key) for key in keys])
