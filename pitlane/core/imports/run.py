"""The stages of an import as commands: start, map, try, run in chunks, and the report."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import files, jobs, statistics
from ..access import Actor, require
from ..commands import all_or_nothing, command
from ..errors import Conflict, Missing, PitlaneError, Refused
from ..events import record
from ..models import ImportBatch, ImportedKey, ImportIssue
from ..tenancy import current_org
from .events import ImportFinished, ImportStarted
from .profiles import Issue, Profile, Reading, Target, Unit, guess_mapping, profile
from .reading import look, mapped

KEPT_ISSUES = 20_000


@command
def start_import(*, profile_key: str, upload: files.Kept, store_id: int, by: Actor, at: datetime) -> ImportBatch:
    """Open a batch for an uploaded file. The same file for the same store is the same batch: never imported twice."""
    chosen = profile(profile_key)
    require(by.may(chosen.permission, store_id), chosen.permission)
    known: ImportBatch | None = ImportBatch.objects.filter(
        profile=profile_key, store_id=store_id, file_hash=upload.sha256
    ).first()
    if known:
        return known
    table = look(upload.path)
    stored = files.register(upload, purpose="import", store_id=store_id, by=by, at=at)
    batch: ImportBatch = ImportBatch.objects.create(
        org_id=current_org(),
        profile=profile_key,
        file_name=stored.name,
        file_hash=upload.sha256,
        file=stored,
        store_id=store_id,
        mapping=guess_mapping(chosen.fields, table.heads),
        created_at=at,
        created_by=by.name,
    )
    return batch


def _locked(batch_id: int, by: Actor) -> tuple[ImportBatch, Profile]:
    batch: ImportBatch | None = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise Missing()
    chosen = profile(batch.profile)
    require(by.may(chosen.permission, batch.store_id), chosen.permission)
    return batch, chosen


def path_of(batch: ImportBatch) -> Path:
    """Where the imported file lies."""
    if batch.file is None:
        raise Missing()
    return files.path_of(batch.file)


def read(batch: ImportBatch) -> Reading:
    """Read the whole file by its mapping; pure but for the file."""
    chosen = profile(batch.profile)
    missing = [str(f.label) for f in chosen.fields if f.required and f.key not in batch.mapping]
    if missing:
        raise Refused(_("还没有对应列：%(fields)s") % {"fields": "、".join(missing)}, code="mapping", field="mapping")
    return chosen.read(mapped(path_of(batch), batch.mapping), Target(batch.store_id or 0))


@command
def set_mapping(*, batch_id: int, mapping: dict[str, str], by: Actor, at: datetime) -> ImportBatch:
    """Say which column is which field. Changing it makes an earlier dry run void."""
    batch, chosen = _locked(batch_id, by)
    _still_open(batch)
    heads = set(look(path_of(batch)).heads)
    keys = {f.key for f in chosen.fields}
    batch.mapping = {key: head for key, head in mapping.items() if key in keys and head in heads}
    batch.status = ImportBatch.State.DRAFT
    batch.save(update_fields=["mapping", "status"])
    return batch


def _still_open(batch: ImportBatch) -> None:
    if batch.status in (ImportBatch.State.RUNNING, ImportBatch.State.DONE):
        raise Conflict(_("这个文件已经开始导入"), code="already_running")


@command
def dry_run(*, batch_id: int, by: Actor, at: datetime) -> ImportBatch:
    """Try everything and write nothing but the report."""
    batch, chosen = _locked(batch_id, by)
    _still_open(batch)
    reading = read(batch)
    known = _known_keys(chosen, [unit.key for unit in reading.units])
    batch.counts = _counts(reading, len(known))
    batch.total_rows = reading.rows
    batch.status = ImportBatch.State.CHECKED
    batch.save(update_fields=["counts", "total_rows", "status"])
    _keep_issues(batch, reading)
    return batch


def _counts(reading: Reading, known: int) -> dict[str, Any]:
    levels = Counter(issue.level for issue in reading.issues)
    codes = Counter(f"{issue.level}:{issue.code}" for issue in reading.issues)
    return {
        "rows": reading.rows,
        "units": len(reading.units),
        "known": known,
        "rejected": levels["rejected"],
        "doubtful": levels["doubtful"],
        "codes": dict(codes),
    }


def _keep_issues(batch: ImportBatch, reading: Reading) -> None:
    batch.issues.all().delete()
    ImportIssue.objects.bulk_create(
        [_issue_row(batch, issue) for issue in reading.issues[:KEPT_ISSUES]], batch_size=2000
    )


def _issue_row(batch: ImportBatch, issue: Issue) -> ImportIssue:
    return ImportIssue(
        org_id=batch.org_id,
        batch=batch,
        row=issue.row.number,
        level=issue.level,
        code=issue.code,
        message=str(issue.message)[:200],
        values=json.dumps(issue.row.values, ensure_ascii=False),
    )


def _known_keys(chosen: Profile, keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found |= set(ImportedKey.objects.filter(profile=chosen.key, key__in=some).values_list("key", flat=True))
    return found


@command
def begin(*, batch_id: int, by: Actor, at: datetime) -> ImportBatch:
    """The person has seen the dry run and says go; the worker does the rest."""
    batch, _chosen = _locked(batch_id, by)
    if batch.status not in (ImportBatch.State.CHECKED, ImportBatch.State.FAILED):
        raise Refused(_("请先试运行，看过结果再导入"), code="dry_run_first")
    batch.status = ImportBatch.State.RUNNING
    batch.save(update_fields=["status"])
    record(ImportStarted(batch_id=batch.pk, profile=batch.profile, store_id=batch.store_id), by=by, at=at)
    jobs.enqueue("pitlane.core.imports.run.work", at=at, batch_id=batch.pk)
    return batch


@command
def apply_chunk(*, batch_id: int, units: list[Unit], done: int, last: bool, by: Actor, at: datetime) -> int:
    """One chunk, one transaction: new units are applied and remembered, known ones are passed over."""
    batch, chosen = _locked(batch_id, by)
    if batch.status == ImportBatch.State.DONE or (batch.next_row >= done and not last):
        return 0
    known = _known_keys(chosen, [unit.key for unit in units])
    fresh = list({unit.key: unit for unit in reversed(units) if unit.key not in known}.values())[::-1]
    made, refused = _apply(chosen, batch, fresh, by, at)
    ImportedKey.objects.bulk_create(
        [
            ImportedKey(org_id=batch.org_id, profile=chosen.key, key=key, object_id=pk, batch=batch)
            for key, pk in made.items()
        ]
    )
    ImportIssue.objects.bulk_create([_issue_row(batch, issue) for issue in refused])
    batch.next_row, new = done, sum(unit.key in made for unit in fresh)
    _count(batch, new, len(refused))
    if last:
        batch.status, batch.finished_at = ImportBatch.State.DONE, at
        record(
            ImportFinished(batch_id=batch.pk, profile=chosen.key, made=batch.counts["made"], store_id=batch.store_id),
            by=by,
            at=at,
        )
    batch.save(update_fields=["next_row", "counts", "status", "finished_at"])
    return new


def _apply(
    chosen: Profile, batch: ImportBatch, units: list[Unit], by: Actor, at: datetime
) -> tuple[dict[str, int], list[Issue]]:
    """Apply units together; when one of them is refused, one by one, so that only that one stays out."""
    if not units:
        return {}, []
    try:
        with all_or_nothing():
            return chosen.apply(units=units, target=Target(batch.store_id or 0), by=by, at=at), []
    except PitlaneError as error:
        if len(units) == 1:
            return {}, [Issue(row, "rejected", error.code, str(error)) for row in units[0].rows]
    made: dict[str, int] = {}
    refused: list[Issue] = []
    for unit in units:
        some, left = _apply(chosen, batch, [unit], by, at)
        made |= some
        refused += left
    return made, refused


def _count(batch: ImportBatch, made: int, refused: int) -> None:
    counts = batch.counts
    sums = {"made": counts.get("made", 0) + made, "rejected": counts.get("rejected", 0) + refused}
    batch.counts = {**counts, **sums}


def recall(profile_key: str, keys: list[str]) -> dict[str, int]:
    """Row ids that earlier chunks returned under auxiliary keys (the owner and the car of a visit, for example)."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        rows = ImportedKey.objects.filter(profile=profile_key, key__in=keys[start : start + 500])
        found |= dict(rows.values_list("key", "object_id"))
    return found


def run_to_end(batch_id: int, *, by: Actor, at: datetime) -> ImportBatch:
    """Apply all chunks that are not yet applied. Killed half-way, the next call goes on after the last whole chunk."""
    batch = ImportBatch.objects.get(pk=batch_id)
    chosen, units = profile(batch.profile), read(batch).units
    starts = list(range(0, len(units), chosen.chunk)) or [0]
    for start in starts:
        done = min(start + chosen.chunk, len(units))
        if done > batch.next_row or start == starts[-1]:
            apply_chunk(batch_id=batch_id, units=units[start:done], done=done, last=start == starts[-1], by=by, at=at)
    batch.refresh_from_db()
    return batch


@command
def give_up(*, batch_id: int, by: Actor, at: datetime) -> ImportBatch:
    """The rest of the file cannot be read any more; what was imported stays, and the person may start again."""
    batch, _chosen = _locked(batch_id, by)
    if batch.status == ImportBatch.State.RUNNING:
        batch.status = ImportBatch.State.FAILED
        batch.save(update_fields=["status"])
    return batch


@jobs.long
def work(*, batch_id: int, by: Actor, at: datetime) -> None:
    """The job behind ``begin``; may run twice."""
    if ImportBatch.objects.get(pk=batch_id).status != ImportBatch.State.RUNNING:
        return
    try:
        run_to_end(batch_id, by=by, at=at)
        statistics.refresh()
    except PitlaneError:
        give_up(batch_id=batch_id, by=by, at=at)
