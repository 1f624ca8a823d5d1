"""What goes in and out of the workshop's API: public ids, money in fen, quantities as decimals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from pitlane.core.ids import parse_id, public_id
from pitlane.core.money import Money

from .. import queries
from ..commands import NewLabour, NewLine, NewPackage, NewPart

router = Router()


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and time of the call."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def parsed(prefix: str, ref: str | None) -> int | None:
    return None if not ref else parse_id(prefix, ref)


def line_key(ref: str) -> str:
    """``itm_…`` or ``opt_…`` as the key of the line."""
    return f"item:{parse_id('itm', ref)}" if ref.startswith("itm_") else f"part:{parse_id('opt', ref)}"


def line_ref(key: str) -> str:
    """The public id behind a line's key."""
    kind, _, pk = key.partition(":")
    return public_id("itm" if kind == "item" else "opt", int(pk))


class OrderOut(Schema):
    """An order in one line."""

    id: str
    number: str
    short_number: str
    state: str
    hold_reason: str
    order_type: str
    store: str
    customer: str
    vehicle: str
    plate: str
    title: str
    promised_at: datetime | None
    opened_at: datetime
    total_fen: int
    unpriced: bool
    version: int


class LineOut(Schema):
    """A labour or part line; ``item`` is the job a part belongs to."""

    id: str
    kind: str
    name: str
    code: str
    quantity: Decimal
    unit: str
    unit_price_fen: int
    list_amount_fen: int
    discount_fen: int
    amount_fen: int
    approval: str
    state: str
    extra: bool
    payers: dict[str, str]
    technicians: list[str]
    price_note: str
    operation: str | None
    part: str | None
    item: str | None
    fitted: bool
    stock: str


class StepOut(Schema):
    allowed: bool
    why: str


class OrderDetail(OrderOut):
    """An order with its lines, sums and the steps that are open to the caller."""

    concern: str
    odometer: int | None
    advisor: str | None
    labour_fen: int
    parts_fen: int
    discount_fen: int
    pending_fen: int
    cost_fen: int | None
    expected_cost_fen: int | None
    lines: list[LineOut]
    next: str
    may: dict[str, StepOut]


class OrderIn(Schema):
    """A car at the door. ``comeback_of`` makes it a free order under guarantee."""

    store: str
    customer: str
    vehicle: str
    order_type: str = "repair"
    title: str = Field("", max_length=80)
    concern: str = Field("", max_length=500)
    odometer: int | None = Field(None, ge=0, le=2_000_000)
    fuel_level: int | None = Field(None, ge=0, le=100)
    promised_at: datetime | None = None
    bringer_name: str = Field("", max_length=40)
    bringer_phone: str = Field("", max_length=24)
    key_place: str = Field("", max_length=20)
    advisor: str | None = None
    comeback_of: str | None = None
    comeback_cause: str = ""
    lines: list[LineIn] = []


class OrderChange(Schema):
    """What changes; fields left out stay. ``version`` refuses an edit of an older state."""

    version: int | None = None
    title: str | None = Field(None, max_length=80)
    concern: str | None = Field(None, max_length=500)
    promised_at: datetime | None = None
    advisor: str | None = None
    order_type: str | None = None
    odometer: int | None = Field(None, ge=0, le=2_000_000)
    fuel_level: int | None = Field(None, ge=0, le=100)
    key_place: str | None = Field(None, max_length=20)


class LineIn(Schema):
    """A line to add: ``labour``, ``sublet``, ``fee``, ``part`` or ``package``.

    ``item`` of a part is an ``itm_…`` id, or ``#0`` for the first job of the same call.
    """

    kind: str = Field("labour", pattern="^(labour|sublet|fee|part|package)$")
    operation: str | None = None
    part: str | None = None
    package: str | None = None
    name: str = Field("", max_length=80)
    hours: Decimal | None = Field(None, ge=0, le=999)
    quantity: Decimal = Field(Decimal(1), gt=0, le=99_999)
    unit_price_fen: int | None = Field(None, ge=0, le=10**12)
    item: str = ""
    customer_supplied: bool = False
    old_part: str = Field("waive", pattern="^(return|waive|none)$")
    sublet_supplier: str = Field("", max_length=60)
    sublet_cost_fen: int = Field(0, ge=0, le=10**12)
    payers: dict[str, str] | None = None

    def line(self) -> NewLine:
        """The line as the command takes it."""
        price = None if self.unit_price_fen is None else Money(self.unit_price_fen)
        if self.kind == "package":
            return NewPackage(parse_id("pkg", self.package or ""))
        if self.kind == "part":
            owner = self.item if self.item.startswith("#") or not self.item else line_key(self.item)
            return NewPart(
                part_id=parsed("prt", self.part),
                name=self.name,
                quantity=self.quantity,
                unit_price=price,
                item=owner,
                customer_supplied=self.customer_supplied,
                old_part=self.old_part,
                payers=self.payers,
            )
        return NewLabour(
            operation_id=parsed("opn", self.operation),
            name=self.name,
            hours=self.hours,
            unit_price=price,
            kind=self.kind,
            sublet_supplier=self.sublet_supplier,
            sublet_cost=Money(self.sublet_cost_fen),
            payers=self.payers,
        )


OrderIn.model_rebuild()


class Done(Schema):
    """The order after the action."""

    id: str
    state: str
    version: int


class Created(Schema):
    """Public ids of what was made, in the order of the request."""

    ids: list[str]


class Reason(Schema):
    reason: str = Field(max_length=200)


class ComeBackOut(Schema):
    order: str
    order_number: str
    description: str
    settled_on: date
    days_left: int | None
    km_left: int | None
    why: str


def order_out(card: queries.OrderCard) -> dict[str, Any]:
    """The fields of ``OrderOut``."""
    return {
        "id": card.ref,
        "number": card.number,
        "short_number": card.short_number,
        "state": card.state,
        "hold_reason": card.hold_reason,
        "order_type": card.order_type,
        "store": public_id("sto", card.store_id),
        "customer": public_id("cus", card.customer_id),
        "vehicle": public_id("veh", card.vehicle_id),
        "plate": card.plate,
        "title": card.title,
        "promised_at": card.promised_at,
        "opened_at": card.opened_at,
        "total_fen": card.total.fen,
        "unpriced": card.unpriced,
        "version": card.version,
    }


def line_out(line: queries.LineCard) -> LineOut:
    return LineOut(
        id=line.ref,
        kind=line.kind,
        name=line.name,
        code=line.code,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_fen=line.unit_price.fen,
        list_amount_fen=line.list_amount.fen,
        discount_fen=line.discount.fen,
        amount_fen=line.amount.fen,
        approval=line.approval,
        state=line.state,
        extra=line.extra,
        payers=dict(line.payers),
        technicians=list(line.technicians),
        price_note=line.price_note,
        operation=public_id("opn", line.operation_id) if line.operation_id else None,
        part=public_id("prt", line.part_id) if line.part_id else None,
        item=line_ref(line.item_key) if line.item_key else None,
        fitted=line.fitted,
        stock=line.stock_text,
    )


def detail_out(screen: queries.OrderScreen) -> OrderDetail:
    order = screen.order
    return OrderDetail(
        **order_out(screen.card),
        concern=order.concern,
        odometer=order.odometer,
        advisor=order.advisor.ref if order.advisor else None,
        labour_fen=order.labour_total.fen,
        parts_fen=order.parts_total.fen,
        discount_fen=order.discount_total.fen,
        pending_fen=order.pending_total.fen,
        cost_fen=order.cost_total.fen if screen.sees_cost else None,
        expected_cost_fen=screen.outlook.cost.fen if screen.outlook else None,
        lines=[line_out(line) for line in screen.lines],
        next=screen.next,
        may={key: StepOut(allowed=may.allowed, why=may.why) for key, may in screen.may.items()},
    )


def done(order: Any) -> Done:
    return Done(id=order.ref, state=order.state, version=order.version)
