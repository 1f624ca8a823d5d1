"""Shifts and the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id
from pitlane.core.money import Money

from .. import commands, queries
from .facts import reader, till_facts, who
from .shapes import DayOut, MethodDayOut, TillCloseIn, TillIn, TillOut
from .table import router


@router.post("/billing/tills", response={201: TillOut}, operation_id="open_till", summary="Begin a shift")
@idempotent
def open_till(request: HttpRequest, body: TillIn) -> Any:
    """A person's own till; programs book without one."""
    by = reader(request, "billing.pay")
    store_id = parse_id("sto", body.store) if body.store else by.store_id or 0
    made = commands.open_till(store_id=store_id, float_amount=Money(body.float_fen), **who(request))
    return 201, till_facts(queries.till_sheet(made.pk, by))


@router.get("/billing/tills/{ref}", response=TillOut, operation_id="get_till", summary="One shift")
def get_till(request: HttpRequest, ref: str) -> Any:
    """What should be in the drawer, and what was counted when it is closed."""
    return till_facts(queries.till_sheet(parse_id("til", ref), reader(request)))


@router.post("/billing/tills/{ref}/close", response=TillOut, operation_id="close_till", summary="End a shift")
@idempotent
def close_till(request: HttpRequest, ref: str, body: TillCloseIn) -> Any:
    """A difference between counted and booked needs a note."""
    by = reader(request)
    sheet = queries.till_sheet(parse_id("til", ref), by)
    counted = {method: Money(fen) for method, fen in body.counted_fen.items()}
    commands.close_till(till_id=sheet.id, counted=counted, note=body.note, **who(request))
    return till_facts(queries.till_sheet(sheet.id, by))


@router.get("/billing/day", response=DayOut, operation_id="get_day_report", summary="A store's day")
def get_day_report(request: HttpRequest, store: str, day: date) -> Any:
    """Bills made, money received by method, charged and cleared, tills."""
    report = queries.day_report(parse_id("sto", store), day, reader(request))
    names = ("billed", "received", "discount", "rounding", "tax", "charged", "cleared", "still_due")
    methods = [
        MethodDayOut(
            method=row.method,
            payments_fen=row.payments.fen,
            deposits_fen=row.deposits.fen,
            refunds_fen=row.refunds.fen,
            net_fen=row.net.fen,
        )
        for row in report.methods
    ]
    return DayOut(
        day=report.day,
        bills=report.bills,
        open_tills=report.open_tills,
        methods=methods,
        parts_fen={code: amount.fen for code, _name, amount in report.parts},
        **{f"{name}_fen": getattr(report, name).fen for name in names},
    )
