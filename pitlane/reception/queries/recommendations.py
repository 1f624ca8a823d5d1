"""Work that was put off: for the next check-in, the 360° view and the vehicle page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.states import Label
from pitlane.workshop import queries as orders

from ..models import Recommendation
from ..states import RECOMMENDATION


@dataclass(frozen=True, slots=True)
class RecommendationCard:
    """One piece of work kept for later, with why it was not done."""

    id: int
    ref: str
    vehicle_id: int
    order_id: int
    order_ref: str
    operation_id: int | None
    name: str
    amount: Money
    decision: str
    reason: str
    remind_on: date | None
    made_at: datetime
    state: str
    label: Label

    @property
    def why(self) -> str:
        day = timezone.localdate(self.made_at).isoformat()
        text = _("%(day)s 报价后客户选择下次再做") if self.decision == "deferred" else _("%(day)s 报价后客户没有做")
        said = text % {"day": day}
        return _("%(said)s：%(reason)s") % {"said": said, "reason": self.reason} if self.reason else said


def recommendations_for(vehicle_ids: Iterable[int], open_only: bool = True) -> list[RecommendationCard]:
    """Of several cars in one query, newest first."""
    rows = Recommendation.objects.filter(vehicle_id__in=set(vehicle_ids))
    if open_only:
        rows = rows.filter(state="open")
    return [_card(row) for row in rows.order_by("-made_at", "-pk")[:100]]


def recommendations_of(vehicle_id: int, open_only: bool = True) -> list[RecommendationCard]:
    """Of one car."""
    return recommendations_for([vehicle_id], open_only)


@dataclass(frozen=True, slots=True)
class KeptHere:
    """Work that was put off before, of a car that stands in the shop today."""

    order: Any
    cards: list[RecommendationCard]

    @property
    def names(self) -> str:
        return "、".join(card.name for card in self.cards[:3])

    @property
    def amount(self) -> Money:
        return Money(sum(card.amount.fen for card in self.cards))


def kept_here(by: Actor, limit: int = 6) -> list[KeptHere]:
    """Cars in the shop with open recommendations of an earlier visit: the moment to speak of them (two queries)."""
    inside = {order.vehicle_id: order for order in orders.cars_inside(by)}
    kept: dict[int, list[RecommendationCard]] = {}
    for card in recommendations_for(inside):
        if card.order_id != inside[card.vehicle_id].id:
            kept.setdefault(card.vehicle_id, []).append(card)
    return [KeptHere(inside[vehicle_id], cards) for vehicle_id, cards in kept.items()][:limit]


def _card(row: Recommendation) -> RecommendationCard:
    return RecommendationCard(
        id=row.pk,
        ref=row.ref,
        vehicle_id=row.vehicle_id,
        order_id=row.order_id,
        order_ref=public_id("ord", row.order_id),
        operation_id=row.operation_id,
        name=row.name,
        amount=row.amount,
        decision=row.decision,
        reason=row.reason,
        remind_on=row.remind_on,
        made_at=row.made_at,
        state=row.state,
        label=RECOMMENDATION.label(row.state),
    )
