"""What to advise for a car at the counter, each with its reason: the maker's schedule, work put off, guarantees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.catalog import queries as catalog
from pitlane.core.money import Money
from pitlane.core.states import Family
from pitlane.customers import queries as customers
from pitlane.workshop import queries as orders

from .recommendations import RecommendationCard, recommendations_of

LOOKS: dict[str, tuple[Family, str]] = {
    "overdue": ("bad", "clock-exclamation"),
    "soon": ("hold", "clock"),
    "kept": ("cust", "bookmark"),
    "guarantee": ("done", "shield-check"),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One proposal. ``key`` is what ``commands.add_advice`` takes; a guarantee is a hint, not work to add.

    ``guessed``: nobody knows when it was done last, so it follows from the handbook alone.
    """

    key: str
    source: str
    look: str
    title: str
    why: tuple[str, ...]
    amount: Money | None = None
    operation_id: int | None = None
    order_ref: str = ""
    order_number: str = ""
    guessed: bool = False

    @property
    def addable(self) -> bool:
        return self.source != "guarantee"

    @property
    def family(self) -> Family:
        return LOOKS[self.look][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.look][1]


PRESSING = 3
NAMED = 6


@dataclass(frozen=True, slots=True)
class AdviceList:
    """Advice as a page shows it. On a first visit the handbook asks for everything at once: its most pressing needs
    are named and the others wait behind a line, so that they do not bury what is known."""

    known: list[Advice]
    guessed: list[Advice]
    folded: list[Advice]

    def __len__(self) -> int:
        return len(self.known) + len(self.guessed) + len(self.folded)


def arranged(advice: Sequence[Advice], ticked: Sequence[str] = ()) -> AdviceList:
    """What is known first, then the most pressing guesses with those already ticked, then the rest."""
    guesses = [each for each in advice if each.guessed]
    shown = [each for n, each in enumerate(guesses) if n < PRESSING or each.key in ticked]
    known = [each for each in advice if not each.guessed]
    return AdviceList(known, shown, [each for each in guesses if each not in shown])


def advice_for(vehicle_id: int, on: date, odometer: int | None = None) -> list[Advice]:
    """Guarantees first (they cost the owner nothing), then what was put off, then what the schedule asks for."""
    kept = [_from_kept(card) for card in recommendations_of(vehicle_id)]
    due = _due(vehicle_id, on, odometer)
    reasons = {advice.operation_id: advice.why for advice in due if advice.operation_id}
    kept = [_with_more(advice, reasons.get(advice.operation_id or 0, ())) for advice in kept]
    already = {advice.operation_id for advice in kept if advice.operation_id}
    return [*_guarantees(vehicle_id, on, odometer), *kept, *(a for a in due if a.operation_id not in already)]


def _with_more(advice: Advice, why: tuple[str, ...]) -> Advice:
    return Advice(
        advice.key, advice.source, advice.look, advice.title, (*advice.why, *why), advice.amount, advice.operation_id
    )


def _from_kept(card: RecommendationCard) -> Advice:
    return Advice(f"rec:{card.id}", "kept", "kept", card.name, (card.why,), card.amount, card.operation_id)


def _guarantees(vehicle_id: int, on: date, odometer: int | None) -> Iterable[Advice]:
    """One hint for each former visit, however many lines of it are still covered."""
    visits: dict[int, list[Any]] = {}
    for found in orders.come_backs(vehicle_id, on, odometer):
        visits.setdefault(found.order_id, []).append(found)
    for lines in visits.values():
        first = min(lines, key=lambda line: not line.key.startswith("item:"))
        yield Advice(
            key=f"back:{first.order_id}",
            source="guarantee",
            look="guarantee",
            title=_covered(first.description, len(lines)),
            why=(str(first.why), *_others([line.description for line in lines if line is not first])),
            order_ref=first.order_ref,
            order_number=first.order_number,
        )


def _covered(name: str, count: int) -> str:
    if count == 1:
        return _("质保期内：%(name)s") % {"name": name}
    return _("质保期内：%(name)s 等 %(n)s 项") % {"name": name, "n": count}


def _others(names: Sequence[str]) -> list[str]:
    """What else of that visit is covered, each name once."""
    once = list(dict.fromkeys(names))
    if not once:
        return []
    said = "、".join(once[:NAMED])  # zh-data
    return [_("同次：%(names)s") % {"names": said if len(once) <= NAMED else f"{said}…"}]


def _due(vehicle_id: int, on: date, odometer: int | None) -> list[Advice]:
    car = customers.vehicle_card(vehicle_id)
    needs = catalog.schedule_for(car.make, car.series, car.fuel)
    if not needs:
        return []
    operations = {need.item.code: _operations(need) for need in needs}
    found = catalog.due_for(
        car.make,
        car.series,
        car.fuel,
        readings=_readings(vehicle_id, on, odometer),
        history=_history(vehicle_id, operations),
        today=on,
        since=car.purchased_on,
        odometer=odometer,
    )
    soon = [(need, due) for need, due in found if due.state in ("overdue", "soon")]
    return [_from_need(need, due, next(iter(operations[need.item.code]), None)) for need, due in soon]


def _readings(vehicle_id: int, on: date, odometer: int | None) -> list[Any]:
    known = [catalog.Reading(row.on, row.km) for row in customers.readings(vehicle_id) if not row.doubtful]
    return known if odometer is None else [*known, catalog.Reading(on, odometer)]


def _history(vehicle_id: int, operations: dict[str, set[int]]) -> list[Any]:
    """When each need was met here: a visit with its operation, or with an operation of its package."""
    return [
        catalog.Done(code, timezone.localdate(visit.opened_at), visit.odometer)
        for visit in orders.history_of(vehicle_id)
        for code, wanted in operations.items()
        if wanted & set(visit.operations)
    ]


def _operations(need: Any) -> set[int]:
    if need.operation_id or not need.package_id:
        return {need.operation_id} - {None}
    lines = catalog.package_by_id(need.package_id).lines
    return {line.operation.id for line in lines[:1] if line.operation}


def _from_need(need: Any, due: Any, operation_id: int | None) -> Advice:
    key = f"op:{need.operation_id}" if need.operation_id else f"pkg:{need.package_id}"
    title = need.operation_name or need.package_name or need.item.name
    why = tuple(str(sentence) for sentence in due.why)
    guessed = due.why[0].code == "due_no_record"
    return Advice(key, "schedule", str(due.state.value), title, why, operation_id=operation_id, guessed=guessed)
