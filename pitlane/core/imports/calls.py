"""Imports for programs: upload, map, try, begin, follow, read the report; the same stages as on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from .. import files
from ..access import Actor, require
from ..api import idempotent
from ..errors import Refused
from ..ids import parse_id, public_id
from ..models import ImportBatch
from . import queries, run, trial
from .profiles import profile
from .reading import look
from .report import csv_lines, report_rows

router = Router()


class ImportIn(Schema):
    """What the file holds (``customers``, ``history``, ...), and for which store."""

    what: str = Field(max_length=40)
    store: str = ""


class MappingIn(Schema):
    """Field of the import to head of a column."""

    mapping: dict[str, str]


class FieldOut(Schema):
    """What a column may be."""

    key: str
    label: str
    required: bool


class ImportOut(Schema):
    """One import. ``counts`` are those of the dry run, later with ``made``; ``percent`` and ``total_rows`` say how far
    the dry run has read, ``percent`` later how far the import has come. ``error`` says why it gave up."""

    id: str
    what: str
    file_name: str
    store: str | None
    state: str
    mapping: dict[str, str]
    counts: dict[str, Any]
    percent: int
    total_rows: int
    error: str
    created_at: datetime
    finished_at: datetime | None


class ImportDetail(ImportOut):
    """With what the columns are called (while it works, those that are used) and what they may be."""

    heads: list[str]
    fields: list[FieldOut]


def _facts(batch: ImportBatch) -> dict[str, Any]:
    copied = ("file_name", "mapping", "counts", "total_rows", "created_at", "finished_at")
    return {
        "id": batch.ref,
        "what": batch.profile,
        "store": public_id("sto", batch.store_id) if batch.store_id else None,
        "state": batch.status,
        "error": batch.counts.get("error", ""),
        "percent": queries.percent_of(batch),
        **{name: getattr(batch, name) for name in copied},
    }


def _detail(batch: ImportBatch) -> ImportDetail:
    fields = [
        FieldOut(key=one.key, label=str(one.label), required=one.required) for one in profile(batch.profile).fields
    ]
    busy = batch.status in (run.State.CHECKING, run.State.RUNNING)
    heads = list(batch.mapping.values()) if busy else look(run.path_of(batch)).heads
    return ImportDetail(heads=heads, fields=fields, **_facts(batch))


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


@router.get("/imports", response=list[ImportOut], operation_id="list_imports", summary="Former imports")
def list_imports(request: HttpRequest) -> list[ImportOut]:
    return [ImportOut(**_facts(batch)) for batch in queries.batches(request.actor)]  # type: ignore[attr-defined]


@router.post("/imports", response={201: ImportDetail}, operation_id="start_import", summary="Upload a file to import")
@idempotent
def start_import(request: HttpRequest, body: Form[ImportIn], file: File[UploadedFile]) -> Any:
    """The same file for the same store is the same import: it is never imported twice."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    store_id = parse_id("sto", body.store) if body.store else by.store_id
    if store_id is None:
        raise Refused(_("请选择门店"), code="store", field="store")
    chosen = profile(body.what)
    require(by.may(chosen.permission, store_id), chosen.permission)
    kept = files.receive(file.chunks(), file.name or "import", "import")
    batch = run.start_import(profile_key=chosen.key, upload=kept, store_id=store_id, **_who(request))
    return 201, _detail(batch)


@router.get("/imports/{ref}", response=ImportDetail, operation_id="get_import", summary="How far an import is")
def get_import(request: HttpRequest, ref: str) -> ImportDetail:
    batch, _chosen = queries.batch_for(parse_id("imp", ref), request.actor)  # type: ignore[attr-defined]
    return _detail(batch)


@router.put("/imports/{ref}/mapping", response=ImportOut, operation_id="map_import", summary="Say which column is what")
@idempotent
def map_import(request: HttpRequest, ref: str, body: MappingIn) -> ImportOut:
    return ImportOut(**_facts(run.set_mapping(batch_id=parse_id("imp", ref), mapping=body.mapping, **_who(request))))


@router.post(
    "/imports/{ref}/dry-run", response=ImportOut, operation_id="try_import", summary="Try it in the background"
)
@idempotent
def try_import(request: HttpRequest, ref: str) -> ImportOut:
    """Nothing is written but the report; ask for the import until its state is ``checked``."""
    return ImportOut(**_facts(trial.begin_dry_run(batch_id=parse_id("imp", ref), **_who(request))))


@router.post(
    "/imports/{ref}/begin", response=ImportOut, operation_id="begin_import", summary="Import in the background"
)
@idempotent
def begin_import(request: HttpRequest, ref: str) -> ImportOut:
    return ImportOut(**_facts(run.begin(batch_id=parse_id("imp", ref), **_who(request))))


@router.get(
    "/imports/{ref}/report", response=str, operation_id="get_import_report", summary="Rejected and doubtful rows as CSV"
)
def get_import_report(request: HttpRequest, ref: str) -> StreamingHttpResponse:
    batch, _chosen = queries.batch_for(parse_id("imp", ref), request.actor)  # type: ignore[attr-defined]
    return StreamingHttpResponse(csv_lines(report_rows(batch)), content_type="text/csv; charset=utf-8")
