"""Commands that let lists of customers leave the system: asked for, approved by somebody else, marked, recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.commands import request_approval, use_approval
from pitlane.core import files, jobs
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.exports import ExportKind, kind_of

from .. import policies
from ..events import DataExported
from ..models import Export
from ..sheets import csv_file, xlsx_file

APPROVAL_KIND = "export"
APPROVER = "accounts.approve_export"
MOST_TICKED = 5000


@command
def request_export(
    *,
    filters: Mapping[str, Any],
    reason: str,
    what: str = "customers",
    file_format: str = "xlsx",
    with_phones: bool = False,
    by: Actor,
    at: datetime,
) -> Export:
    """Ask to take a list out. Who may approve exports gets it at once, everybody else needs a second pair of eyes."""
    require(policies.can_export(by), "customers.export")
    kind = kind_of(what)
    require(by.may(kind.permission), kind.permission)
    with_phones = with_phones and kind.people
    require(not with_phones or policies.can_export_phones(by), "customers.reveal")
    if not reason.strip():
        raise Refused(_("请写明导出用途"), code="reason", field="reason")
    if file_format not in Export.FileFormat.values:
        raise Refused(_("没有这种文件格式"), code="file_format", field="file_format")
    wanted = kind.narrow(dict(filters), by)
    export: Export = Export.objects.create(
        what=what,
        filters=wanted,
        file_format=file_format,
        with_phones=with_phones,
        reason=reason.strip()[:200],
        rows=_count(kind, wanted, by, at),
        requested_by_id=by.id if by.kind == "staff" and by.id else None,
        requested_by_key=by.id if by.kind == "key" else None,
        requested_by_name=by.name,
        requested_at=at,
    )
    if policies.can_export_alone(by):
        _start(export, by, at)
    else:
        _ask(export, by, at)
    return export


def _count(kind: ExportKind, filters: dict[str, Any], by: Actor, at: datetime) -> int:
    if len(filters.get("ids", [])) > MOST_TICKED:
        raise Refused(_("勾选的客户太多，请改用筛选条件"), code="too_many")
    count = kind.count(filters, by, at)
    if not count:
        raise Refused(_("没有符合条件的记录"), code="export_empty")
    return count


def _ask(export: Export, by: Actor, at: datetime) -> None:
    facts = {"what": export.kind.label, "rows": export.rows}
    summary = _("导出%(what)s，%(rows)s 条") % facts
    if export.kind.people:
        summary += _("（含完整电话）") if export.with_phones else _("（电话打码）")
    approval = request_approval(
        kind=APPROVAL_KIND,
        permission=APPROVER,
        subject=export.ref,
        summary=summary,
        reason=export.reason,
        store_id=by.store_id,
        by=by,
        at=at,
    )
    export.approval_id = approval.pk
    export.save(update_fields=["approval_id"])


@command
def start_export(*, export_id: int, by: Actor, at: datetime) -> Export:
    """Spend the approval and have the file made. Doing it twice changes nothing."""
    export: Export | None = Export.objects.select_for_update().filter(pk=export_id).first()
    if export is None:
        raise Missing()
    require(policies.can_take_file(by, export), "customers.export")
    if export.started_at is not None:
        return export
    if export.approval_id is None:
        raise Refused(_("导出还没有审批"), code="export_waiting")
    use_approval(approval_id=export.approval_id, kind=APPROVAL_KIND, subject=export.ref, by=by, at=at)
    _start(export, by, at)
    return export


def _start(export: Export, by: Actor, at: datetime) -> None:
    export.started_at, export.filters = at, export.kind.narrow(export.filters, by)
    export.save(update_fields=["started_at", "filters"])
    record(DataExported(export.pk, export.rows, export.with_phones, export.approval_id, export.what), by=by, at=at)
    own = by.id if by.own_only else None
    jobs.enqueue("pitlane.customers.jobs.make_export", at=at, export_id=export.pk, own_id=own)


@command
def make_export(*, export_id: int, own_id: int | None = None, by: Actor, at: datetime) -> Export:
    """Write the file of a started export (in the background); a repeat finds it made."""
    require(by.kind == "system", "customers.export")
    export: Export | None = Export.objects.select_for_update().filter(pk=export_id).first()
    if export is None or export.started_at is None:
        raise Missing()
    if export.file_id is None:
        export.file = files.keep(
            content=_content(export, own_id, by, at),
            name=_file_name(export),
            purpose="export",
            customer_id=0,
            by=by,
            at=at,
        )
        export.save(update_fields=["file"])
    return export


def _content(export: Export, own_id: int | None, by: Actor, at: datetime) -> bytes:
    filters = dict(export.filters)
    if own_id is not None:
        filters["advisor_id"] = own_id
    if filters.get("view") == "mine":
        filters |= {"view": "", "advisor_id": export.requested_by_id}
    rows = export.kind.rows(filters, export.with_phones, by, export.requested_at)
    if export.file_format == Export.FileFormat.CSV:
        return csv_file(export.kind.header(), rows, _mark(export))
    return xlsx_file(export.kind.header(), rows, _mark(export), export.ref)


def _mark(export: Export) -> str:
    """Whose copy this is, on every line."""
    when = timezone.localtime(export.requested_at)
    facts = {"name": export.requested_by_name, "when": f"{when:%Y-%m-%d %H:%M}", "ref": export.ref}
    return _("仅限内部使用 · %(name)s · %(when)s · %(ref)s") % facts


def _file_name(export: Export) -> str:
    return f"{export.what}-{timezone.localtime(export.requested_at):%Y%m%d-%H%M}.{export.file_format}"
