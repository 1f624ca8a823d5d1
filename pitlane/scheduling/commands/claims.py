"""Promises of time: claimed, moved, released. Two promises of the same quarter of an hour cannot both be stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.rows import insert_rows
from pitlane.core.tenancy import current_org

from .. import policies
from ..clock import cell_at, moment_of
from ..events import ClaimMoved, ClaimReleased, TimeClaimed
from ..ground import Ground, Terms, cells_of_part, terms_of
from ..models import Claim, ClaimCell, ClaimPart
from ..queries.slots import Asked, check_needs, explained
from ..reasons import Reason
from ..slots import Needs, Part

TAKEN = {"bay", "technician", "full"}
ATTEMPTS = 60
DEADLOCK = "40P01"
Resource = ClaimCell.Resource


@dataclass(frozen=True, slots=True)
class Wish:
    """Where and when a promise is to stand."""

    subject: str
    store_id: int
    start: datetime
    asked: Asked


@command
def claim(
    *,
    subject: str,
    store_id: int,
    needs: Needs,
    start: datetime,
    not_before: datetime | None = None,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int = 0,
    walk_in: bool = False,
    by: Actor,
    at: datetime,
) -> Claim:
    """Promise time to a subject: bay and technician are chosen here unless named.

    ``lane`` above 0 promises beyond what is free, as often a day as the store's terms allow.
    """
    require(policies.can_claim(by, store_id), "scheduling.claim")
    check_needs(needs)
    made = Claim(org_id=current_org(), store_id=store_id, subject=subject[:40])
    asked = Asked(needs, at, not_before, technician_id, bay_id, lane, walk_in)
    _place(made, Wish(made.subject, store_id, start, asked))
    times = made.starts_at, made.ends_at
    record(TimeClaimed(store_id, made.pk, made.subject, *times, lane), by=by, at=at)
    return made


@command
def move_claim(
    *,
    subject: str,
    start: datetime,
    needs: Needs | None = None,
    not_before: datetime | None = None,
    technician_id: int | None = None,
    bay_id: int | None = None,
    lane: int = 0,
    walk_in: bool = False,
    by: Actor,
    at: datetime,
) -> Claim:
    """Promise another time instead: the old one is given up only when the new one is sure."""
    row = _locked(subject)
    if row is None:
        raise Missing()
    require(policies.can_claim(by, row.store_id), "scheduling.claim")
    wanted = needs or Needs.of(row.needs)
    check_needs(wanted)
    before = row.starts_at
    asked = Asked(wanted, at, not_before, technician_id, bay_id, lane, walk_in)
    _place(row, Wish(row.subject, row.store_id, start, asked))
    record(ClaimMoved(row.store_id, row.pk, row.subject, before, row.starts_at, row.ends_at), by=by, at=at)
    return row


@command
def release_claim(*, subject: str, by: Actor, at: datetime) -> bool:
    """Give the time back: cancelled, never came, or arrived and planned by the workshop. Twice is harmless."""
    row = _locked(subject)
    if row is None:
        return False
    require(policies.can_claim(by, row.store_id), "scheduling.claim")
    record(ClaimReleased(row.store_id, row.pk, row.subject, row.starts_at), by=by, at=at)
    _give_back(row)
    row.delete()
    return True


def _locked(subject: str) -> Claim | None:
    row: Claim | None = Claim.objects.select_for_update().filter(subject=subject[:40]).first()
    return row


def _place(row: Claim, wish: Wish) -> None:
    """Find bay and technician and store the promise; when somebody was faster, look again until nothing is left."""
    terms = terms_of(wish.store_id)
    if wish.asked.lane > min(1, terms.overbook_per_day) or wish.asked.lane < 0:
        raise Refused(_("本店不接受超额预约"), code="overbook", field="lane")
    new = row.pk is None
    for _attempt in range(ATTEMPTS):
        reasons, ground, parts = _choice(wish, terms, row.pk)
        if reasons or ground is None or parts is None:
            raise _refusal(reasons)
        try:
            with transaction.atomic():
                _store(row, wish, parts, _ticket(wish, ground, row.pk))
                return
        except IntegrityError:
            if new and Claim.objects.filter(subject=wish.subject).exists():
                raise Conflict(_("已经占用了时段，请改约而不是再约"), code="claimed") from None
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
    raise Conflict(_("这个时段刚刚被别人约走，请另选"), code="taken")


def _choice(wish: Wish, terms: Terms, own: int | None) -> tuple[list[Reason], Ground | None, tuple[Part, ...] | None]:
    reasons, ground, search = explained(wish.store_id, wish.asked, wish.start, terms, own)
    if reasons or ground is None or search is None:
        return reasons, None, None
    index = ground.axis.index(cell_at(wish.start))
    parts = None if index is None else search.pick(index, crc32(wish.subject.encode()))
    return [], ground, parts


def _refusal(reasons: Sequence[Reason]) -> Exception:
    if not reasons:
        return Conflict(_("这个时段刚刚被别人约走，请另选"), code="taken")
    first, text = reasons[0], "；".join(str(reason) for reason in reasons)  # zh-data
    if first.code in TAKEN:
        return Conflict(text, code="taken", field="start", reason=first.code)
    return Refused(text, code=first.code, field="start")


def _ticket(wish: Wish, ground: Ground, own: int | None) -> ClaimCell | None:
    """The right to one more visit than fits that day; None in the ordinary lane."""
    if not wish.asked.lane:
        return None
    day = timezone.localdate(wish.start).toordinal()
    given = ClaimCell.objects.filter(kind=Resource.TICKET, resource_id=wish.store_id, cell=day)
    used = set((given.exclude(claim_id=own) if own else given).values_list("lane", flat=True))
    free = next((n for n in range(ground.terms.overbook_per_day) if n not in used), None)
    if free is None:
        raise Refused(_("当天的超额预约名额已用完"), code="overbook_full", field="lane")
    return ClaimCell(org_id=current_org(), kind=Resource.TICKET, resource_id=wish.store_id, cell=day, lane=free)


def _store(row: Claim, wish: Wish, parts: Sequence[Part], ticket: ClaimCell | None) -> None:
    known = row.pk is not None
    if known:
        _give_back(row)
    row.starts_at, row.ends_at = moment_of(parts[0].first), moment_of(parts[-1].last)
    row.lane, row.needs = wish.asked.lane, wish.asked.needs.plain()
    if known:
        row.save()
    else:
        insert_rows([row])
    insert_rows(_rows(row, parts))
    cells = [*_cells(row, parts), *([ticket] if ticket else [])]
    for cell in cells:
        cell.claim = row
    insert_rows(sorted(cells, key=lambda cell: (cell.kind, cell.resource_id, cell.cell)))


def _rows(row: Claim, parts: Sequence[Part]) -> list[ClaimPart]:
    return [
        ClaimPart(
            org_id=row.org_id,
            claim=row,
            position=number,
            bay_id=part.bay_id,
            technician_id=part.technician_id,
            lane=row.lane,
            first=part.first,
            last=part.last,
            bay_first=part.bay_first,
            bay_last=part.bay_last,
        )
        for number, part in enumerate(parts)
    ]


def _cells(row: Claim, parts: Sequence[Part]) -> Iterator[ClaimCell]:
    """Every quarter of an hour of every bay and person, each once: neighbours in one bay share no cell."""
    taken = {cell for part in parts for cell in cells_of_part(part)}
    return (ClaimCell(org_id=row.org_id, kind=k, resource_id=r, cell=c, lane=row.lane) for k, r, c in taken)


def _give_back(row: Claim) -> None:
    ClaimCell.objects.filter(claim=row).delete()
    ClaimPart.objects.filter(claim=row).delete()
