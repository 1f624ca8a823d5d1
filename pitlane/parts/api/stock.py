"""Warehouses, stock, ledger, deliveries and corrections for programs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import PAGE, Page, idempotent, keyset
from pitlane.core.ids import parse_id, public_id
from pitlane.core.money import Money

from .. import commands, policies, queries
from ..commands import ReceiptLine
from .frame import Quantity, may_read, router, who


class WarehouseIn(Schema):
    store: str
    name: str = Field(max_length=30)


class WarehouseOut(WarehouseIn):
    id: str
    main: bool


class LevelOut(Schema):
    """Stock of one part in one warehouse; ``value_fen`` is null without the permission parts.cost."""

    warehouse: str
    part: str
    bin: str = ""
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    value_fen: int | None


class MovementOut(Schema):
    id: str
    kind: str
    warehouse: str
    part: str
    quantity: Decimal
    reserved: Decimal
    on_hand_after: Decimal
    reserved_after: Decimal
    value_fen: int | None
    order: str | None
    note: str
    by: str
    approved_by: str
    at: datetime


class ReceiptLineIn(Schema):
    part: str
    quantity: Decimal = Quantity
    unit_cost_fen: int = Field(ge=0)
    bin: str = Field("", max_length=20)
    batch: str = Field("", max_length=40)


class ReceiptIn(Schema):
    warehouse: str
    supplier: str = Field("", max_length=60)
    document: str = Field("", max_length=40)
    lines: list[ReceiptLineIn]


class AdjustmentIn(Schema):
    """Either a signed ``quantity`` or what was ``counted``."""

    warehouse: str
    part: str
    reason: str = Field(max_length=120)
    quantity: Decimal | None = Field(None, max_digits=12, decimal_places=3)
    counted: Decimal | None = Field(None, ge=0, max_digits=12, decimal_places=3)
    unit_cost_fen: int | None = Field(None, ge=0)


class AdjustmentWaits(Schema):
    """The approval that a dear correction waits for."""

    approval: str


def _movement_out(row: queries.MovementRow) -> MovementOut:
    return MovementOut(
        id=row.ref,
        kind=row.kind,
        warehouse=public_id("whs", row.warehouse_id),
        part=public_id("prt", row.part_id),
        quantity=row.quantity,
        reserved=row.reserved,
        on_hand_after=row.on_hand_after,
        reserved_after=row.reserved_after,
        value_fen=None if row.value is None else row.value.fen,
        order=public_id("ord", row.order_id) if row.order_id else None,
        note=row.note,
        by=row.by_name,
        approved_by=row.approved_by,
        at=row.at,
    )


@router.get("/warehouses", operation_id="list_warehouses", response=list[WarehouseOut], summary="Warehouses")
def list_warehouses(request: HttpRequest) -> Any:
    may_read(request)
    rows = queries.warehouses(request.actor)  # type: ignore[attr-defined]
    return [{"id": row.ref, "store": row.store.ref, "name": row.name, "main": row.main} for row in rows]


@router.post("/warehouses", operation_id="open_warehouse", response={201: WarehouseOut}, summary="Open a warehouse")
@idempotent
def open_warehouse(request: HttpRequest, body: WarehouseIn) -> Any:
    made = commands.open_warehouse(store_id=parse_id("sto", body.store), name=body.name, **who(request))
    return 201, WarehouseOut(id=made.ref, main=made.main, **body.model_dump())


@router.get(
    "/warehouses/{ref}/stock",
    operation_id="get_stock",
    response=list[LevelOut],
    summary="Stock, also at the end of a past day",
)
def get_stock(request: HttpRequest, ref: str, on: date | None = None, part: str | None = None) -> Any:
    """Without a day the present stock; with one the stock at the end of that day, from the ledger."""
    may_read(request)
    by = request.actor  # type: ignore[attr-defined]
    warehouse = queries.warehouse_by_id(parse_id("whs", ref), by)
    part_id = parse_id("prt", part) if part else None
    cost = policies.can_see_cost(by, warehouse.store_id)
    if on:
        figures = queries.stock_at(warehouse.pk, on, part_id).items()
        rows = [(pk, "", f.on_hand, f.reserved, f.available, f.value) for pk, f in figures]
    else:
        levels = queries.level_rows(by, warehouse_id=warehouse.pk, part_id=part_id).order_by("part__code")
        rows = [(r.part_id, r.bin, r.on_hand, r.reserved, r.on_hand - r.reserved, r.value) for r in levels]
    names = ("part", "bin", "on_hand", "reserved", "available", "value_fen")
    figures_out = [(public_id("prt", row[0]), *row[1:5], row[5].fen if cost else None) for row in rows]
    return [{"warehouse": ref, **dict(zip(names, row, strict=True))} for row in figures_out]


@router.get("/movements", operation_id="list_movements", response=Page[MovementOut], summary="The stock ledger")
def list_movements(
    request: HttpRequest, part: str | None = None, warehouse: str | None = None, cursor: str = "", limit: int = PAGE
) -> Any:
    may_read(request)
    by = request.actor  # type: ignore[attr-defined]
    rows = queries.movement_rows(
        by,
        part_id=parse_id("prt", part) if part else None,
        warehouse_id=parse_id("whs", warehouse) if warehouse else None,
    )
    found, following = keyset(rows, cursor, limit, ("at", "id"))
    return {"items": [_movement_out(queries.movement_row(row, by)) for row in found], "next": following}


@router.post("/receipts", operation_id="receive_parts", response={201: list[MovementOut]}, summary="Receive parts")
@idempotent
def receive_parts(request: HttpRequest, body: ReceiptIn) -> Any:
    lines = [
        ReceiptLine(parse_id("prt", line.part), line.quantity, Money(line.unit_cost_fen), line.bin, line.batch)
        for line in body.lines
    ]
    made = commands.receive(
        warehouse_id=parse_id("whs", body.warehouse),
        lines=lines,
        supplier=body.supplier,
        document=body.document,
        **who(request),
    )
    return 201, [_movement_out(queries.movement_row(row, request.actor)).model_dump() for row in made]  # type: ignore[attr-defined]


@router.post(
    "/adjustments",
    operation_id="adjust_stock",
    response={201: MovementOut | None, 202: AdjustmentWaits},
    summary="Correct the stock",
)
@idempotent
def adjust_stock(request: HttpRequest, body: AdjustmentIn) -> Any:
    """202 when the value is above the store's limit and the correction now waits for an approval."""
    done = commands.adjust_or_request(
        warehouse_id=parse_id("whs", body.warehouse),
        part_id=parse_id("prt", body.part),
        reason=body.reason,
        quantity=body.quantity,
        counted=body.counted,
        unit_cost=None if body.unit_cost_fen is None else Money(body.unit_cost_fen),
        **who(request),
    )
    if done.approval is not None:
        return 202, AdjustmentWaits(approval=done.approval.ref)
    made = done.movement
    return 201, _movement_out(queries.movement_row(made, request.actor)) if made else None  # type: ignore[attr-defined]
