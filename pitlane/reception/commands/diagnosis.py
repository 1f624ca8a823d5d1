"""Diagnosis: the codes that were read, suggestions taken or refused, and what closed orders teach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies, queries
from ..events import FaultCodesRead, SuggestionAnswered, of_order
from ..fault_codes import checked_codes
from ..models import DiagnosisAnswer, DiagnosisVote, FaultReading


@command
def read_codes(*, order_id: int, codes: str, by: Actor, at: datetime) -> FaultReading:
    """Note the fault codes read from the car; what was noted before is replaced."""
    order = orders.order_for(order_id, by)
    require(policies.can_check_in(by, order.store_id), "reception.checkin")
    typed = checked_codes(codes)
    if order.over:
        raise Refused(_("工单已结束，故障码不能再改"), code="order_over", field="codes")
    found: FaultReading = FaultReading.objects.update_or_create(
        order_id=order_id, defaults={"codes": list(typed.codes), "read_at": at, "read_by": by.name[:80]}
    )[0]
    record(FaultCodesRead(**of_order(order), codes=list(typed.codes)), by=by, at=at)
    return found


@command
def accept_suggestion(*, order_id: int, cause: str, operation: str, by: Actor, at: datetime) -> list[str]:
    """Put a suggested operation into the quote; a second time, also at the same moment, adds nothing."""
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    card = _suggested(cause, operation)
    answer, first = _answer(order_id, cause, operation, True, "", by, at)
    if not first and answer.accepted:
        return [answer.line_key]
    known = [line.key for line in orders.lines_of(order_id) if line.operation_id == card.id]
    keys = known[:1] or workshop.add_lines(
        order_id=order_id, lines=[workshop.NewLabour(operation_id=card.id)], by=by, at=at
    )
    _settle(answer, order, first, True, "", keys[0], by, at)
    return list(keys)


@command
def refuse_suggestion(
    *, order_id: int, cause: str, operation: str, reason: str = "", by: Actor, at: datetime
) -> DiagnosisAnswer:
    """Say that a suggestion does not fit, and why; the ranking remembers it. Work already quoted stays."""
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    _suggested(cause, operation)
    answer, first = _answer(order_id, cause, operation, False, reason, by, at)
    if not first and answer.accepted:
        raise Refused(_("这条建议已经加入报价，请在报价里去掉"), code="accepted_already")
    if first:
        _settle(answer, order, first, False, reason, "", by, at)
    return answer


def _suggested(cause: str, operation: str) -> Any:
    """The operation, when the cause really leads to it and the shop offers it."""
    if operation not in queries.operations_of_cause(cause):
        raise Refused(_("没有这条诊断建议"), code="unknown_suggestion")
    card = catalog.operations_by_code([operation]).get(operation)
    if card is None:
        raise Refused(_("本店项目目录里没有这个项目"), code="unknown_operation")
    return card


def _answer(
    order_id: int, cause: str, operation: str, accepted: bool, reason: str, by: Actor, at: datetime
) -> tuple[DiagnosisAnswer, bool]:
    """The one answer of this order to this operation, locked, and whether it is new."""
    facts = {
        "cause": cause,
        "symptom": queries.symptom_of(order_id, cause),
        "accepted": accepted,
        "reason": reason[:60],
        "answered_at": at,
        "answered_by": by.name[:80],
    }
    rows = DiagnosisAnswer.objects.select_for_update()
    answer, first = rows.get_or_create(order_id=order_id, operation_code=operation, defaults=facts)
    return answer, first


def _settle(
    answer: DiagnosisAnswer, order: Any, first: bool, accepted: bool, reason: str, key: str, by: Actor, at: datetime
) -> None:
    """Keep the answer, count it, take back the count of the answer before."""
    if not first:
        _vote(answer, refused=-1)
    answer.accepted, answer.reason, answer.line_key = accepted, reason[:60], key
    answer.answered_at, answer.answered_by = at, by.name[:80]
    answer.save()
    _vote(answer, **({"accepted": 1} if accepted else {"refused": 1}))
    told = SuggestionAnswered(**of_order(order), cause=answer.cause, operation=answer.operation_code, accepted=accepted)
    record(told, by=by, at=at)


def _vote(answer: DiagnosisAnswer, accepted: int = 0, refused: int = 0) -> None:
    row, _made = DiagnosisVote.objects.get_or_create(
        symptom=answer.symptom, cause=answer.cause, operation_code=answer.operation_code
    )
    DiagnosisVote.objects.filter(pk=row.pk).update(accepted=F("accepted") + accepted, refused=F("refused") + refused)
