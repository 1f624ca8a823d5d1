"""Where new customers come from: what marketing and sales look at when they begin their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Text

from .. import policies
from ..models import Customer
from ..names import source_name


@dataclass(frozen=True, slots=True)
class SourceShare:
    """New customers of one source, and their share of all in percent."""

    source: str
    label: Text
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Newcomers:
    """New customers of this month so far, beside the same days of last month."""

    count: int
    before: int
    sources: tuple[SourceShare, ...]


def newcomers(*, by: Actor, at: datetime) -> Newcomers:
    """The customers created this month that the actor may see, by source, the largest first; one query."""
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = (month - timedelta(days=1)).replace(day=1)
    fresh, same = Count("pk", filter=Q(created_at__gte=month)), Q(created_at__lt=min(last + (at - month), month))
    rows = (
        Customer.objects.filter(policies.listed(by), created_at__gte=last)
        .order_by()
        .values_list("source")
        .annotate(new=fresh, old=Count("pk", filter=same))
    )
    counted = sorted(rows, key=lambda row: -row[1])
    count, before = sum(row[1] for row in counted), sum(row[2] for row in counted)
    shares = (SourceShare(key, source_name(key), new, 100 * new // count) for key, new, _old in counted if new)
    return Newcomers(count, before, tuple(shares))
