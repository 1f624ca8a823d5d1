"""Diagnosis as screens and programs see it: likely causes with their reasons, checks, operations to quote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.workshop import queries as orders

from .. import knowledge, policies, rules_diagnosis
from ..fault_codes import FaultCode, explain, parse_codes
from ..knowledge import Cause
from ..models import ComplaintCount, DiagnosisAnswer, DiagnosisVote, FaultReading, OwnCause
from ..rules_diagnosis import CLEAR, Complaint, Diagnosis, Experience, Ranked, Seen

WORTH_SAYING = 0.08
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Choice:
    """An operation to quote. ``state``: accepted, refused, quoted (someone added it before) or nothing yet."""

    code: str
    name: str
    ref: str
    hours: Decimal
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One likely cause with its reasons and what to do."""

    cause: str
    title: str
    percent: int
    why: tuple[str, ...]
    checks: tuple[str, ...]
    choices: tuple[Choice, ...]
    own: bool = False

    @property
    def open(self) -> bool:
        """Nobody has answered it yet."""
        return any(not choice.state for choice in self.choices)


@dataclass(frozen=True, slots=True)
class DiagnosisScreen:
    """Everything the card of a diagnosis shows."""

    text: str = ""
    codes: tuple[FaultCode, ...] = ()
    wrong: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    order: Any = None
    may: bool = False
    may_read: bool = False

    @property
    def asked(self) -> bool:
        return bool(self.text.strip() or self.codes or self.wrong)

    @property
    def typed(self) -> str:
        return " ".join([*(code.code for code in self.codes), *self.wrong])

    @property
    def open_count(self) -> int:
        return sum(each.open and each.percent >= 100 * WORTH_SAYING for each in self.suggestions)

    @property
    def leading(self) -> list[Suggestion]:
        """The two to speak of first."""
        return [each for each in self.suggestions if each.open][:2]


@dataclass(frozen=True, slots=True)
class Car:
    """A car as far as a diagnosis asks."""

    make: str = ""
    series: str = ""
    fuel: str = ""
    model_year: int | None = None
    odometer: int | None = None


NO_CAR = Car()


def diagnose_now(text: str, codes: str, car: Any, *, at: datetime, odometer: int | None = None) -> DiagnosisScreen:
    """For a complaint that is being typed; no order exists yet."""
    typed = parse_codes(codes)
    complaint = _complaint(text, typed.codes, car, odometer, at)
    found, names = _found(complaint, f"{car.make} {car.series}".strip(), timezone.localdate(at))
    return _screen(text, typed.codes, typed.wrong, found, names, {})


def diagnosis_of(order_id: int, *, by: Actor, at: datetime) -> DiagnosisScreen:
    """For an order, in a constant number of queries: its concern, the codes that were read, the answers so far."""
    order = orders.order_for(order_id, by)
    told = orders.complaint_of(order_id)
    codes = codes_of(order_id)
    complaint = _complaint(told.concern, codes, told, told.odometer, at)
    found, names = _found(complaint, f"{told.make} {told.series}".strip(), timezone.localdate(at))
    may = policies.can_quote(by, order) and order.editable
    states = _states(order_id)
    may_read = policies.can_check_in(by, order.store_id) and not order.over
    return _screen(told.concern, codes, (), found, names, states, order=order, may=may, may_read=may_read)


def codes_of(order_id: int) -> tuple[str, ...]:
    """The fault codes noted for an order."""
    row = FaultReading.objects.filter(order_id=order_id).values_list("codes", flat=True).first()
    return tuple(row or ())


def _complaint(text: str, codes: Sequence[str], car: Any, odometer: int | None, at: datetime) -> Complaint:
    years = max(0, timezone.localdate(at).year - car.model_year) if car.model_year else None
    km = odometer if odometer is not None else car.odometer
    return Complaint(text, tuple(codes), km, years, car.fuel)


def _found(complaint: Complaint, series: str, on: date) -> tuple[Diagnosis, dict[str, Any]]:
    said = rules_diagnosis.symptoms_in(complaint.text)
    known = experience([code for code, strength in said.items() if strength >= CLEAR], series, on)
    codes = {code for cause in knowledge.causes().values() for code in cause.operations}
    codes |= {code for seen in known.seen.values() for code in seen.operations}
    codes |= {code for cause in known.causes for code in cause.operations}
    cards = catalog.operations_by_code(codes) if said or complaint.codes or known.causes else {}
    named = Experience(
        known.votes, known.seen, known.shares, {code: card.name for code, card in cards.items()}, known.causes
    )
    return rules_diagnosis.diagnose(complaint, named), cards


def experience(symptoms: Sequence[str], series: str, on: date) -> Experience:
    """What the organisation knows of these symptoms: votes, counts of a year and own causes, in three queries."""
    votes = {
        (row.symptom, row.cause, row.operation_code): (row.accepted, row.refused)
        for row in DiagnosisVote.objects.filter(symptom__in=["", *symptoms])
    }
    seen, shares = _counted(symptoms, series, on)
    return Experience(votes=votes, seen=seen, shares=shares, causes=own_causes())


def _counted(symptoms: Sequence[str], series: str, on: date) -> tuple[dict[str, Seen], dict[str, float]]:
    rows = ComplaintCount.objects.filter(symptom__in=["", *symptoms], month__gt=on - YEAR)
    sums: dict[tuple[str, str], list[int]] = {}
    counted = rows.values("symptom", "operation_code", "series").annotate(n=Sum("cars"))
    for symptom, operation, which, n in counted.values_list("symptom", "operation_code", "series", "n"):
        pair = sums.setdefault((symptom, operation), [0, 0])
        pair[0] += n
        pair[1] += n if which == series and series else 0
    whole = sums.get(("", ""), [0, 0])[0]
    shares = {code: pair[0] / whole for (symptom, code), pair in sums.items() if not symptom and code and whole}
    seen = {symptom: _seen(symptom, sums) for symptom in symptoms if (symptom, "") in sums}
    return seen, shares


def _seen(symptom: str, sums: Mapping[tuple[str, str], list[int]]) -> Seen:
    cars, same = sums[symptom, ""]
    done = {code: (pair[0], pair[1]) for (which, code), pair in sums.items() if which == symptom and code}
    return Seen(cars, same, done)


def own_causes() -> list[Cause]:
    """The shop's own causes in the shape of those that ship."""
    rows = OwnCause.objects.filter(active=True).select_related("operation").order_by("pk")
    return [_as_cause(row) for row in rows]


def _as_cause(row: OwnCause) -> Cause:
    return Cause(
        code=f"own:{row.pk}",
        name=row.name,
        name_en=row.name,
        weight=6.0,
        from_km=row.from_km,
        fault_codes=frozenset(code[:5] for code in row.fault_codes),
        checks=(row.check_text,) if row.check_text else (),
        operations=(row.operation.code,),
        words=tuple(row.words),
        own=True,
    )


def operations_of_cause(cause: str) -> tuple[str, ...]:
    """The operations that a cause leads to: one that ships, one of the shop, or the shop's habit."""
    kind, _colon, rest = cause.partition(":")
    if kind == "habit":
        return (rest,)
    if kind == "own" and rest.isascii() and rest.isdigit() and len(rest) < 18:
        row = OwnCause.objects.filter(pk=int(rest)).select_related("operation").first()
        return (row.operation.code,) if row else ()
    known = knowledge.causes().get(cause)
    return known.operations if known else ()


def symptom_of(order_id: int, cause: str) -> str:
    """The symptom under which an answer is remembered: the clearest one of the concern that the cause shows."""
    said = rules_diagnosis.symptoms_in(orders.complaint_of(order_id).concern)
    known = knowledge.causes().get(cause)
    shown = {code for code, _link in known.symptoms} if known else set(said)
    return next((code for code in said if code in shown), "")


def _states(order_id: int) -> dict[str, tuple[str, str]]:
    """What was said to each operation at this visit."""
    quoted = {line.code: ("quoted", "") for line in orders.lines_of(order_id) if line.operation_id and line.code}
    answers = DiagnosisAnswer.objects.filter(order_id=order_id)
    return quoted | {row.operation_code: ("accepted" if row.accepted else "refused", row.reason) for row in answers}


def _screen(
    text: str,
    codes: Sequence[str],
    wrong: tuple[str, ...],
    found: Diagnosis,
    cards: Mapping[str, Any],
    states: Mapping[str, tuple[str, str]],
    **facts: Any,
) -> DiagnosisScreen:
    clear = [code for code, strength in found.symptoms if strength >= CLEAR]
    return DiagnosisScreen(
        text=text,
        codes=tuple(explain(code) for code in codes),
        wrong=wrong,
        symptoms=tuple(knowledge.symptoms()[code].label for code in clear),
        suggestions=tuple(_suggestion(each, cards, states) for each in found.ranked if each.percent > 0),
        **facts,
    )


def _suggestion(each: Ranked, cards: Mapping[str, Any], states: Mapping[str, tuple[str, str]]) -> Suggestion:
    choices = [
        Choice(code, cards[code].name, cards[code].ref, cards[code].standard_hours, *states.get(code, ("", "")))
        for code in each.operations
        if code in cards
    ]
    return Suggestion(
        cause=each.cause.code,
        title=each.cause.label,
        percent=each.percent,
        why=each.why,
        checks=tuple(_check(code) for code in each.cause.checks),
        choices=tuple(choices),
        own=each.cause.own,
    )


def _check(code: str) -> str:
    known = knowledge.checks().get(code)
    return known.label if known else code


@dataclass(frozen=True, slots=True)
class OwnCauseCard:
    """A cause of the shop as its list shows it."""

    id: int
    ref: str
    name: str
    words: tuple[str, ...]
    fault_codes: tuple[str, ...]
    operation_ref: str
    operation: str
    operation_code: str
    check_text: str
    from_km: int
    active: bool


def own_cause_list() -> list[OwnCauseCard]:
    """All of them, those in use first."""
    rows = OwnCause.objects.select_related("operation").order_by("-active", "name")
    return [_own_card(row) for row in rows]


def _own_card(row: OwnCause) -> OwnCauseCard:
    return OwnCauseCard(
        id=row.pk,
        ref=row.ref,
        name=row.name,
        words=tuple(row.words),
        fault_codes=tuple(row.fault_codes),
        operation_ref=public_id("opn", row.operation_id),
        operation=row.operation.name,
        operation_code=row.operation.code,
        check_text=row.check_text,
        from_km=row.from_km,
        active=row.active,
    )


@dataclass(frozen=True, slots=True)
class CauseEntry:
    """A cause that ships, for browsing."""

    name: str
    symptoms: tuple[str, ...]
    codes: tuple[str, ...]
    checks: tuple[str, ...]
    operations: tuple[str, ...] = field(default=())


def find_causes(text: str, limit: int = 40) -> list[CauseEntry]:
    """Entries whose name, symptoms, codes or operations hold what was typed; all without a text."""
    wanted = text.strip().lower()
    entries = (_entry(cause) for cause in knowledge.causes().values())
    return [entry for entry in entries if not wanted or wanted in _haystack(entry)][:limit]


def _entry(cause: Cause) -> CauseEntry:
    return CauseEntry(
        name=cause.label,
        symptoms=tuple(knowledge.symptoms()[code].label for code, _link in cause.symptoms),
        codes=tuple(sorted(cause.fault_codes)),
        checks=tuple(_check(code) for code in cause.checks),
        operations=cause.operations,
    )


def _haystack(entry: CauseEntry) -> str:
    parts: Iterable[str] = (entry.name, *entry.symptoms, *entry.codes, *entry.operations)
    return " ".join(parts).lower()
