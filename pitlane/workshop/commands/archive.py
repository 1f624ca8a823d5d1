"""The vehicle's electronic repair archive: one frozen record for each delivered order."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command

from .. import policies
from ..archive_record import digest_of, missing_elements, snapshot_of
from ..events import ArchiveMade
from ..models import ArchiveEntry
from ..sheet import lock_sheet, tell


@command
def make_archive(*, order_id: int, by: Actor, at: datetime) -> ArchiveEntry:
    """Freeze the record of a delivered order; made again (after 反结算) it replaces the former one."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_deliver(by, order), "workshop.deliver")
    snapshot = snapshot_of(sheet)
    digest, missing = digest_of(snapshot), missing_elements(snapshot)
    former = ArchiveEntry.objects.filter(order=order).first()
    if former is not None and former.digest == digest:
        return former
    entry: ArchiveEntry = ArchiveEntry.objects.update_or_create(
        org_id=order.org_id,
        order=order,
        defaults={
            "vehicle_id": order.vehicle_id,
            "snapshot": snapshot,
            "digest": digest,
            "missing": missing,
            "made_at": at,
        },
    )[0]
    tell(ArchiveMade, order, digest=digest, missing=missing, by=by, at=at)
    return entry
