"""Background work of customers: files that take longer than a click."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor

from . import commands


def make_export(*, export_id: int, own_id: int | None = None, by: Actor, at: datetime) -> None:
    """Write an approved export; the person who asked finds it on the export's page."""
    commands.make_export(export_id=export_id, own_id=own_id, by=by, at=at)
