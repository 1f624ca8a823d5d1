"""What is promised: claims of a store between two days, by bay and technician."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ..clock import day_cells, moment_of
from ..models import Claim, ClaimPart
from ..slots import Needs


@dataclass(frozen=True, slots=True)
class ClaimedPart:
    """A segment of a promise on the clock."""

    bay_id: int | None
    bay: str
    technician_id: int
    technician: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A promise: for whom (``subject``), when, where and by whom."""

    id: int
    subject: str
    store_id: int
    start: datetime
    end: datetime
    lane: int
    needs: Needs
    parts: tuple[ClaimedPart, ...]

    @property
    def bay_id(self) -> int | None:
        return next((part.bay_id for part in self.parts if part.bay_id), None)

    @property
    def bay(self) -> str:
        return next((part.bay for part in self.parts if part.bay_id), "")

    @property
    def technician_id(self) -> int:
        return self.parts[0].technician_id

    @property
    def technician(self) -> str:
        return self.parts[0].technician


def claim_of(subject: str) -> ClaimCard | None:
    """What is promised to a subject, if anything."""
    return claims_of([subject]).get(subject)


def claims_of(subjects: Iterable[str]) -> dict[str, ClaimCard]:
    """Promises by subject, in two queries."""
    rows = list(Claim.objects.filter(subject__in=list(subjects)))
    return {card.subject: card for card in _cards(rows)}


def claims_like(prefix: str) -> list[ClaimCard]:
    """Every promise to subjects of one kind, for the doctor of the domain that made them."""
    return _cards(list(Claim.objects.filter(subject__startswith=prefix).order_by("starts_at", "pk")))


def claims_on(store_id: int, first: date, last: date) -> list[ClaimCard]:
    """Promises of a store that touch these days, in two queries."""
    begins, ends = (moment_of(cell) for cell in day_cells(first, last))
    rows = Claim.objects.filter(store_id=store_id, starts_at__lt=ends, ends_at__gt=begins)
    return _cards(list(rows.order_by("starts_at", "pk")))


def _cards(rows: list[Claim]) -> list[ClaimCard]:
    parts: dict[int, list[ClaimedPart]] = {row.pk: [] for row in rows}
    found = ClaimPart.objects.filter(claim_id__in=parts).select_related("bay", "technician").order_by("position")
    for part in found:
        bay = part.bay.name if part.bay else ""
        times = moment_of(part.first), moment_of(part.last)
        parts[part.claim_id].append(ClaimedPart(part.bay_id, bay, part.technician_id, part.technician.name, *times))
    return [
        ClaimCard(
            id=row.pk,
            subject=row.subject,
            store_id=row.store_id,
            start=row.starts_at,
            end=row.ends_at,
            lane=row.lane,
            needs=Needs.of(row.needs),
            parts=tuple(parts[row.pk]),
        )
        for row in rows
    ]
