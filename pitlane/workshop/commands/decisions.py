"""What the customer says to each line, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Refused
from pitlane.core.rows import save_columns

from .. import policies
from ..events import LinesDecided, OrderQuoted, QuoteRevised
from ..linework import decide, end_hold, finish_if_done, move_on, release, reserve, with_parts
from ..models import OrderPart, RepairOrder, WorkItem
from ..sheet import LineRow, Sheet, check_editable, key_of, lock_sheet, note_dispatch, recount, save_order, tell
from ..states import APPROVAL, ORDER

VERBS = ("approve", "decline", "defer")


@command
def mark_quoted(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """The quote went out: it is the customer's turn. Extra work during repair is quoted without stopping the order."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_quote(by, order), "reception.quote")
    check_editable(order)
    if not sheet.undecided():
        raise Refused(_("没有等待客户确认的项目"), code="nothing_to_quote")
    if ORDER.may(order.state, "quote"):
        ORDER.apply(order, "quote")
    save_order(order, at)
    tell(OrderQuoted, order, total_fen=order.total.fen, by=by, at=at)
    return order


@command
def decide_lines(
    *,
    order_id: int,
    decisions: Mapping[str, str],
    via: str = "desk",
    reasons: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> RepairOrder:
    """Write down the answer to each line; a job's answer holds for its parts unless they have their own."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_decide(by, order), "workshop.edit")
    check_editable(order)
    answers = _answers(sheet, decisions)
    for key, verb in answers.items():
        decide(sheet.line(key), verb, (reasons or {}).get(key, "") if verb != "approve" else "", at)
    decided = [sheet.line(key) for key in answers]
    _save(decided)
    reserve(sheet, [line for line in decided if line.approval == "approved"], by=by, at=at)
    recount(sheet)
    move_on(sheet, at)
    finish_if_done(sheet, at)
    note_dispatch(sheet, at)
    save_order(order, at, edited=True)
    _tell(sheet, answers, via, by=by, at=at)
    if order.state == "on_hold" and order.hold_reason == "approval" and not sheet.undecided():
        end_hold(sheet, by=by, at=at)
    return order


def _answers(sheet: Sheet, decisions: Mapping[str, str]) -> dict[str, str]:
    """Every line that is decided, parts following their job; refuses unknown verbs and lines decided already."""
    answers: dict[str, str] = {}
    for key, verb in decisions.items():
        line = sheet.line(key)
        if verb not in VERBS:
            raise Refused(_("答复应是同意、不做或下次再做"), code="verb", field="decisions")
        if not APPROVAL.may(line.approval, verb):
            raise Conflict(_("「%(name)s」已经答复过了") % {"name": line.name}, code="already_decided", key=key)
        answers[key] = verb
    for key, verb in decisions.items():
        for below in with_parts(sheet, sheet.line(key))[1:]:
            if below.approval == "proposed":
                answers.setdefault(key_of(below), verb)
    if not answers:
        raise Refused(_("请至少答复一项"), code="no_decisions")
    return answers


def _save(lines: Sequence[LineRow]) -> None:
    fields = ["approval", "decided_at", "decline_reason"]
    save_columns([line for line in lines if isinstance(line, WorkItem)], fields)
    save_columns([line for line in lines if isinstance(line, OrderPart)], fields)


def _tell(sheet: Sheet, answers: Mapping[str, str], via: str, *, by: Actor, at: datetime) -> None:
    by_verb = {verb: [key for key, said in answers.items() if said == verb] for verb in VERBS}
    tell(
        LinesDecided,
        sheet.order,
        approved=by_verb["approve"],
        declined=by_verb["decline"],
        deferred=by_verb["defer"],
        via=via,
        by=by,
        at=at,
    )


@command
def propose_again(*, order_id: int, keys: Sequence[str], by: Actor, at: datetime) -> RepairOrder:
    """A declined or deferred line is offered again because the customer thinks about it once more."""
    sheet = lock_sheet(order_id)
    require(policies.can_quote(by, sheet.order), "reception.quote")
    check_editable(sheet.order)
    lines = [sheet.line(key) for key in keys]
    for line in lines:
        decide(line, "propose", "", at)
    _save(lines)
    recount(sheet)
    save_order(sheet.order, at, edited=True)
    tell(OrderQuoted, sheet.order, total_fen=sheet.order.total.fen, by=by, at=at)
    return sheet.order


@command
def revise_quote(*, order_id: int, keys: Sequence[str], reason: str, by: Actor, at: datetime) -> RepairOrder:
    """Take approved lines back into the quote while nobody has begun them (wrong part, new price)."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_quote(by, order), "reception.quote")
    check_editable(order)
    if not reason.strip():
        raise Refused(_("请写明重新报价的原因"), code="reason", field="reason")
    wanted = {key_of(line): line for key in keys for line in with_parts(sheet, sheet.line(key))}
    lines = [line for line in wanted.values() if line.approval == "approved"]
    for line in lines:
        _withdraw(line, at)
    _save(lines)
    release(lines, by=by, at=at)
    recount(sheet)
    if ORDER.may(order.state, "revise") and not any(line.approval == "approved" for line in sheet.lines):
        ORDER.apply(order, "revise")
    note_dispatch(sheet, at)
    save_order(order, at, edited=True)
    tell(QuoteRevised, order, keys=list(wanted), reason=reason.strip()[:80], by=by, at=at)
    return order


def _withdraw(line: LineRow, at: datetime) -> None:
    begun = line.state != "pending" if isinstance(line, WorkItem) else line.fitted
    if begun:
        raise Refused(_("「%(name)s」已派工或已领料，不能重新报价") % {"name": line.name}, code="begun")
    decide(line, "withdraw", "", at)
