"""Diagnosis over the API: causes for a complaint or an order, answers to suggestions, codes, the shop's own causes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from .door import KeysOut, car_of, order_of, router, who


class CodeOut(Schema):
    """``known`` is false when only the maker's own book explains the code."""

    code: str
    meaning: str
    known: bool


class ChoiceOut(Schema):
    """``state``: accepted, refused, quoted or empty."""

    operation: str
    name: str
    hours: str
    state: str
    reason: str


class SuggestionOut(Schema):
    """``cause`` and ``operation`` are what accept and refuse take."""

    cause: str
    title: str
    percent: int
    why: list[str]
    checks: list[str]
    operations: list[ChoiceOut]


class DiagnosisOut(Schema):
    text: str
    codes: list[CodeOut]
    not_codes: list[str]
    symptoms: list[str]
    suggestions: list[SuggestionOut]


class ComplaintIn(Schema):
    """Words, codes, or both; a car on file makes it sharper."""

    text: str = Field("", max_length=500)
    codes: str = Field("", max_length=200)
    odometer: int | None = Field(None, ge=0, le=9_999_999)
    vehicle: str | None = None


class CodesIn(Schema):
    codes: str = Field("", max_length=200)


class AcceptIn(Schema):
    cause: str = Field(max_length=40)
    operation: str = Field(max_length=20)


class RefuseIn(AcceptIn):
    reason: str = Field("", max_length=60)


class AnswerOut(Schema):
    cause: str
    operation: str
    accepted: bool
    reason: str


class OwnCauseIn(Schema):
    name: str = Field(max_length=60)
    words: list[str] = Field([], max_length=20)
    codes: str = Field("", max_length=200)
    operation: str
    check: str = Field("", max_length=120)
    from_km: int = Field(0, ge=0, le=2_000_000)
    active: bool = True


class OwnCauseOut(Schema):
    id: str
    name: str
    words: list[str]
    codes: list[str]
    operation: str
    check: str
    from_km: int
    active: bool


def _code(each: queries.FaultCode) -> CodeOut:
    return CodeOut(code=each.code, meaning=each.meaning, known=each.known)


def _choice(each: queries.Choice) -> ChoiceOut:
    return ChoiceOut(operation=each.code, name=each.name, hours=str(each.hours), state=each.state, reason=each.reason)


def _out(found: queries.DiagnosisScreen) -> DiagnosisOut:
    return DiagnosisOut(
        text=found.text,
        codes=[_code(each) for each in found.codes],
        not_codes=list(found.wrong),
        symptoms=list(found.symptoms),
        suggestions=[
            SuggestionOut(
                cause=each.cause,
                title=each.title,
                percent=each.percent,
                why=list(each.why),
                checks=list(each.checks),
                operations=[_choice(choice) for choice in each.choices],
            )
            for each in found.suggestions
        ],
    )


@router.post(
    "/diagnosis", operation_id="reception_diagnose", summary="Likely causes for a complaint", response=DiagnosisOut
)
@idempotent
def diagnose(request: HttpRequest, body: ComplaintIn) -> DiagnosisOut:
    """Keeps nothing. Words that are no codes come back in ``not_codes``."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]
    car = car_of(request, body.vehicle) if body.vehicle else queries.NO_CAR
    at = request.now  # type: ignore[attr-defined]
    return _out(queries.diagnose_now(body.text, body.codes, car, at=at, odometer=body.odometer))


@router.get(
    "/orders/{ref}/diagnosis",
    operation_id="reception_diagnosis",
    summary="Likely causes for an order",
    response=DiagnosisOut,
)
def diagnosis(request: HttpRequest, ref: str) -> DiagnosisOut:
    """From its concern, the codes that were read and what the shop has learned."""
    return _out(queries.diagnosis_of(order_of(request, ref).id, **who(request)))


@router.post(
    "/orders/{ref}/fault-codes",
    operation_id="reception_read_codes",
    summary="Note the fault codes of a car",
    response=DiagnosisOut,
)
@idempotent
def read_codes(request: HttpRequest, ref: str, body: CodesIn) -> DiagnosisOut:
    """Replaces those noted before."""
    order = order_of(request, ref)
    commands.read_codes(order_id=order.id, codes=body.codes, **who(request))
    return _out(queries.diagnosis_of(order.id, **who(request)))


@router.post(
    "/orders/{ref}/diagnosis/accept",
    operation_id="reception_accept_suggestion",
    summary="Take a suggestion into the quote",
    response=KeysOut,
)
@idempotent
def accept(request: HttpRequest, ref: str, body: AcceptIn) -> KeysOut:
    """A second time adds nothing."""
    order = order_of(request, ref)
    return KeysOut(keys=commands.accept_suggestion(order_id=order.id, **body.dict(), **who(request)))


@router.post(
    "/orders/{ref}/diagnosis/refuse",
    operation_id="reception_refuse_suggestion",
    summary="Say that a suggestion does not fit",
    response=AnswerOut,
)
@idempotent
def refuse(request: HttpRequest, ref: str, body: RefuseIn) -> AnswerOut:
    """The ranking remembers it."""
    order = order_of(request, ref)
    kept = commands.refuse_suggestion(order_id=order.id, **body.dict(), **who(request))
    return AnswerOut(cause=kept.cause, operation=kept.operation_code, accepted=kept.accepted, reason=kept.reason)


@router.get(
    "/fault-codes", operation_id="reception_fault_codes", summary="Fault codes and meanings", response=list[CodeOut]
)
def fault_codes(request: HttpRequest, q: str = "", limit: int = 50) -> list[CodeOut]:
    """By the beginning of a code or by words of its meaning."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]
    return [_code(each) for each in queries.find_codes(q[:60], min(max(limit, 1), 200))]


def _own_out(pk: int) -> OwnCauseOut:
    return next(_card(card) for card in queries.own_cause_list() if card.id == pk)


def _card(card: queries.OwnCauseCard) -> OwnCauseOut:
    return OwnCauseOut(
        id=card.ref,
        name=card.name,
        words=list(card.words),
        codes=list(card.fault_codes),
        operation=card.operation_ref,
        check=card.check_text,
        from_km=card.from_km,
        active=card.active,
    )


def _facts(body: OwnCauseIn) -> dict[str, Any]:
    return {
        "name": body.name,
        "words": body.words,
        "fault_codes": body.codes,
        "operation_id": parse_id("opn", body.operation),
        "check_text": body.check,
        "from_km": body.from_km,
        "active": body.active,
    }


@router.get(
    "/fault-causes", operation_id="reception_own_causes", summary="The shop's own causes", response=list[OwnCauseOut]
)
def own_causes(request: HttpRequest) -> list[OwnCauseOut]:
    """Those in use first."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]
    return [_card(card) for card in queries.own_cause_list()]


@router.post(
    "/fault-causes",
    operation_id="reception_add_own_cause",
    summary="Add a cause of the shop",
    response={201: OwnCauseOut},
)
@idempotent
def add_own_cause(request: HttpRequest, body: OwnCauseIn) -> Any:
    """Needs words or codes that speak for it."""
    made = commands.save_own_cause(**_facts(body), **who(request))
    return 201, _own_out(made.pk)


@router.put(
    "/fault-causes/{ref}",
    operation_id="reception_change_own_cause",
    summary="Change a cause of the shop",
    response=OwnCauseOut,
)
@idempotent
def change_own_cause(request: HttpRequest, ref: str, body: OwnCauseIn) -> OwnCauseOut:
    """All fields; ``active`` false takes it out of use."""
    pk = parse_id("cse", ref)
    commands.save_own_cause(own_cause_id=pk, **_facts(body), **who(request))
    return _own_out(pk)
