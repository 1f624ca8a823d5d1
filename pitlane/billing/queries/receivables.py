"""What lies on account, by age: finance asks the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from pitlane.core import access
from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.money import Money, as_money, total

from ..models import Settlement

AGES: tuple[tuple[Text, int, int | None], ...] = (
    (_("30 天内"), 0, 30),
    (_("31–60 天"), 30, 60),
    (_("61–90 天"), 60, 90),
    (_("90 天以上"), 90, None),
)
MOST = 5


@dataclass(frozen=True, slots=True)
class AgeShare:
    """What is owed since that long; ``late`` marks what should have come."""

    label: Text
    amount: Money
    percent: int
    late: bool


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes, and how much."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Receivables:
    """Bills on account of the stores in sight."""

    total: Money
    ages: tuple[AgeShare, ...]
    largest: tuple[Debtor, ...]


def receivables(*, by: Actor, at: datetime) -> Receivables:
    """Open bills on account by age and by debtor, of the chosen store, region or all; one query."""
    owed = F("total") - F("paid")
    rows: Any = (
        Settlement.objects.filter(access.here(by), state="on_account")
        .order_by()
        .values_list("payer_name", "payer_id")
        .annotate(**{f"from_{first}": Sum(owed, filter=_older(at, first, last)) for _label, first, last in AGES})
    )
    table = [(name, [as_money(amount) for amount in amounts]) for name, _payer, *amounts in rows]
    sums = [total(amounts[n] for _name, amounts in table) for n in range(len(AGES))]
    whole = total(sums)
    debtors = sorted((Debtor(name, total(amounts)) for name, amounts in table), key=lambda one: -one.amount.fen)
    return Receivables(
        total=whole,
        ages=tuple(
            AgeShare(label, amount, 100 * amount.fen // whole.fen if whole else 0, first >= 60)
            for (label, first, _last), amount in zip(AGES, sums, strict=True)
        ),
        largest=tuple(debtors[:MOST]),
    )


def _older(at: datetime, first: int, last: int | None) -> Q:
    young = Q(settled_at__lte=at - timedelta(days=first)) if first else Q()
    return young & Q(settled_at__gt=at - timedelta(days=last)) if last else young
