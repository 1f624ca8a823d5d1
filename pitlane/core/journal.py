"""Writes recorded events as chained rows and queues their reactions, in the transaction of the command."""

from __future__ import annotations

from typing import Any

from . import jobs
from .events import INDEXED, Recorded, chain_hash, payload_of, reaction_name, reactions_to
from .models import ChainHead, EventRow
from .prepared import Prepared
from .rows import insert_rows, save_row
from .tenancy import current_org

LOCKED_HEAD: Prepared[ChainHead] = Prepared(lambda: ChainHead.objects.select_for_update().all(), ids=0)


def write(recorded: list[Recorded]) -> None:
    """Append to the organisation's chain. The head row is the lock: one writer at a time, for this moment only."""
    if not recorded:
        return
    head = LOCKED_HEAD.one() or _first_head()
    rows = []
    for item in recorded:
        row = _row(item, head.seq + 1)
        row.previous_hash = head.hash
        row.hash = chain_hash(head.hash, row.facts())
        head.seq, head.hash = row.seq, row.hash
        rows.append(row)
    insert_rows(rows)
    save_row(head, ("seq", "hash"))
    pairs = zip(rows, recorded, strict=True)
    jobs.queue_reactions([(row, reaction_name(r)) for row, item in pairs for r in reactions_to(item.event)])


def _first_head() -> ChainHead:
    ChainHead.objects.get_or_create(org_id=current_org(), defaults={"seq": 0, "hash": ""})
    head: ChainHead = ChainHead.objects.select_for_update().get()
    return head


def _row(item: Recorded, seq: int) -> EventRow:
    payload = payload_of(item.event)
    columns: dict[str, Any] = {name: payload.get(name) for name in INDEXED}
    return EventRow(
        org_id=current_org(),
        seq=seq,
        kind=item.event.kind,
        at=item.at,
        actor_kind=item.by.kind,
        actor_id=item.by.id,
        actor_name=item.by.name,
        payload=payload,
        **columns,
    )
