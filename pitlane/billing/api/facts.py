"""How billing's objects read in JSON, and who is calling."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest

from pitlane.core.access import Actor, require
from pitlane.core.ids import public_id

from .. import commands, queries
from .shapes import PaymentOut, RefundOut, TillOut


def reader(request: HttpRequest, permission: str = "billing.view") -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor.may(permission), permission)
    return actor


def who(request: HttpRequest) -> dict[str, Any]:
    """Who and when, for a command."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def request_key(request: HttpRequest, given: str) -> str:
    """The request key of a payment: the caller's, else the idempotency key, else a fresh one."""
    header = request.headers.get("Idempotency-Key", "")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return given or (f"{actor.kind}{actor.id}:{header}" if header else secrets.token_urlsafe(18))


def settlement_facts(card: queries.SettlementCard) -> dict[str, Any]:
    return {
        "id": card.ref,
        "number": card.number,
        "order": card.order_ref,
        "order_number": card.order_number,
        "store": public_id("sto", card.store_id),
        "customer": public_id("cus", card.payer_id or card.customer_id),
        "payer_kind": card.payer_kind,
        "payer_name": card.payer_name,
        "state": card.state,
        "round": card.round,
        "total_fen": card.total.fen,
        "paid_fen": card.paid.fen,
        "written_off_fen": card.written_off.fen,
        "due_fen": card.due.fen,
        "discount_fen": card.discount.fen,
        "tax_fen": card.tax.fen,
        "rounding_fen": card.rounding.fen,
        "on_account": card.on_account,
        "negative": card.negative,
        "settled_at": card.settled_at,
        "settled_by": card.settled_by,
    }


def payment_facts(row: queries.PaymentRow) -> dict[str, Any]:
    return {
        "id": row.ref,
        "number": row.number,
        "kind": row.kind,
        "method": row.method,
        "amount_fen": row.amount.fen,
        "refundable_fen": row.refundable.fen,
        "reference": row.reference,
        "reason": row.reason,
        "batch": row.batch,
        "at": row.at,
        "by": row.by,
        "approved_by": row.approved_by,
    }


def line_facts(row: queries.LineRow) -> dict[str, Any]:
    line = row.line
    copied = ("source", "description", "code", "unit", "customer_supplied", "old_part", "grade")
    return {
        **{name: getattr(line, name) for name in copied},
        "part": line.part_of_form,
        "quantity": f"{line.quantity.normalize():f}",
        "unit_price_fen": line.unit_price.fen,
        "list_fen": line.list_amount.fen,
        "discount_fen": line.discount.fen,
        "amount_fen": line.amount.fen,
        "share_fen": line.share.fen,
        "tax_fen": line.tax.fen,
        "guarantee_km": line.guarantee_km,
        "guarantee_days": line.guarantee_days,
        "why": [str(step) for step in row.why],
    }


def refund_answer(done: commands.Refund) -> tuple[int, RefundOut]:
    if done.payment is None:
        return 202, RefundOut(approval=done.approval.ref)
    return 201, RefundOut(payment=PaymentOut(**payment_facts(queries.payment_row(done.payment))))


def credit_facts(card: queries.CreditCard) -> dict[str, Any]:
    return {
        "id": card.ref,
        "customer": public_id("cus", card.customer_id),
        "limit_fen": card.limit.fen,
        "balance_fen": card.balance.fen,
        "available_fen": card.available.fen,
        "days": card.days,
        "active": card.active,
    }


def till_facts(sheet: queries.TillSheet) -> TillOut:
    return TillOut(
        id=sheet.ref,
        cashier=sheet.cashier,
        state=sheet.state,
        opened_at=sheet.opened_at,
        closed_at=sheet.closed_at,
        float_fen=sheet.float_amount.fen,
        expected_fen={row.method: row.expected.fen for row in sheet.rows},
        counted_fen={row.method: row.counted.fen if row.counted is not None else None for row in sheet.rows},
        difference_fen=sheet.difference.fen,
        note=sheet.note,
    )
