"""What closed orders teach: how often a complaint ended in which work, counted once for each order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.workshop import queries as orders

from .. import policies, queries, rules_diagnosis
from ..models import ComplaintCount, LearnedOrder, LearningMark

MOST_OPERATIONS = 8
Key = tuple[str, str, str, date]


@command
def learn_from_order(*, order_id: int, by: Actor, at: datetime) -> int:
    """Count what a closed order complained of and what was done; again it does nothing."""
    require(policies.can_learn(by), "reception.knowledge")
    return _learn([orders.complaint_of(order_id)])


@command
def learn_more(*, limit: int = 200, by: Actor, at: datetime) -> int:
    """Count the next closed orders that no event told of: those before this feature and imported ones.

    Returns how many were looked at; 0 means that all are counted.
    """
    require(policies.can_learn(by), "reception.knowledge")
    mark, _made = LearningMark.objects.select_for_update().get_or_create()
    cards = orders.closed_complaints(mark.order_id, limit)
    if cards:
        _learn(cards)
        mark.order_id = cards[-1].order_id
        mark.save(update_fields=["order_id"])
    return len(cards)


def _learn(cards: Sequence[Any]) -> int:
    """Each order once, each counter by one guarded statement, in a fixed order."""
    telling = {card.order_id: card for card in cards if card.closed_on and card.concern.strip()}
    known = set(LearnedOrder.objects.filter(order_id__in=list(telling)).values_list("order_id", flat=True))
    new = [card for order_id, card in telling.items() if order_id not in known]
    LearnedOrder.objects.bulk_create([LearnedOrder(order_id=card.order_id) for card in new])
    counts = Counter(key for card in new for key in _keys(card))
    for (symptom, series, operation, month), cars in sorted(counts.items()):
        row, _made = ComplaintCount.objects.get_or_create(
            symptom=symptom, series=series, operation_code=operation, month=month
        )
        ComplaintCount.objects.filter(pk=row.pk).update(cars=F("cars") + cars)
    return len(new)


def _keys(card: Any) -> Iterable[Key]:
    """The counters that an order moves: for any car and for each of its symptoms, all cars and each operation."""
    said = rules_diagnosis.symptoms_in(card.concern)
    clear = [code for code, strength in said.items() if strength >= queries.CLEAR]
    series, month = f"{card.make} {card.series}".strip(), card.closed_on.replace(day=1)
    for symptom in ("", *clear):
        for operation in ("", *card.operations[:MOST_OPERATIONS]):
            yield symptom, series, operation, month
