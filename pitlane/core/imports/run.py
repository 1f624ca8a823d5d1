"""The stages of an import as commands: start, map, begin, apply in chunks. The dry run stands in ``trial.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from .. import files, jobs, statistics
from ..access import Actor, require
from ..commands import all_or_nothing, command
from ..errors import Conflict, Missing, PitlaneError, Refused
from ..events import record
from ..models import ImportBatch, ImportedKey
from ..tenancy import current_org
from .events import ImportFinished, ImportStarted
from .notes import forget_refused, keep_issues
from .profiles import Found, Issue, Profile, Target, Unit, guess_mapping, profile
from .reading import Watch, look, mapped
from .sorting import Sorter

SLICE = timedelta(minutes=4)
State = ImportBatch.State
T = TypeVar("T")


def start_import(*, profile_key: str, upload: files.Kept, store_id: int, by: Actor, at: datetime) -> ImportBatch:
    """Look at an uploaded file and open its batch; nobody waits for a transaction meanwhile."""
    chosen = profile(profile_key)
    require(by.may(chosen.permission, store_id), chosen.permission)
    heads = look(upload.path).heads
    return open_batch(profile_key=profile_key, upload=upload, heads=heads, store_id=store_id, by=by, at=at)


@command
def open_batch(
    *, profile_key: str, upload: files.Kept, heads: list[str], store_id: int, by: Actor, at: datetime
) -> ImportBatch:
    """Open a batch for an uploaded file. The same file for the same store is the same batch: never imported twice."""
    chosen = profile(profile_key)
    require(by.may(chosen.permission, store_id), chosen.permission)
    known: ImportBatch | None = ImportBatch.objects.filter(
        profile=profile_key, store_id=store_id, file_hash=upload.sha256
    ).first()
    if known:
        return known
    stored = files.register(upload, purpose="import", store_id=store_id, by=by, at=at)
    batch: ImportBatch = ImportBatch.objects.create(
        org_id=current_org(),
        profile=profile_key,
        file_name=stored.name,
        file_hash=upload.sha256,
        file=stored,
        store_id=store_id,
        mapping=guess_mapping(chosen.fields, heads),
        created_at=at,
        created_by=by.name,
    )
    return batch


def locked(batch_id: int, by: Actor) -> tuple[ImportBatch, Profile]:
    """The batch to be changed, for somebody who may."""
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


def unmapped(chosen: Profile, batch: ImportBatch) -> Refused | None:
    """What is missing before the file can be read."""
    missing = [str(f.label) for f in chosen.fields if f.required and f.key not in batch.mapping]
    if not missing:
        return None
    return Refused(_("还没有对应列：%(fields)s") % {"fields": "、".join(missing)}, code="mapping", field="mapping")


def found_in(batch: ImportBatch, watch: Watch | None = None) -> Iterator[Found]:
    """Read the whole file by its mapping and say what is found; nothing of it is held."""
    chosen = profile(batch.profile)
    if refusal := unmapped(chosen, batch):
        raise refusal
    with Sorter() as sorter:
        yield from chosen.read(mapped(path_of(batch), batch.mapping, watch), Target(batch.store_id or 0), sorter)


def told_in(batch: ImportBatch) -> override:
    """Reasons are written down in the language of the person who asked, not of the worker."""
    return override(batch.counts.get("language") or get_language())


def pieces(items: Iterable[T], size: int) -> Iterator[tuple[list[T], bool]]:
    """Some items at a time, and whether these are the last; an empty last piece when there are none."""
    rest = iter(items)
    piece = list(islice(rest, size))
    while following := list(islice(rest, size)):
        yield piece, False
        piece = following
    yield piece, True


def set_mapping(*, batch_id: int, mapping: dict[str, str], by: Actor, at: datetime) -> ImportBatch:
    """Say which column is which field."""
    batch: ImportBatch | None = ImportBatch.objects.filter(pk=batch_id).first()
    heads = look(path_of(batch)).heads if batch else []
    return save_mapping(batch_id=batch_id, mapping=mapping, heads=heads, by=by, at=at)


@command
def save_mapping(*, batch_id: int, mapping: dict[str, str], heads: list[str], by: Actor, at: datetime) -> ImportBatch:
    """Keep which column is which field. Changing it makes an earlier dry run void."""
    batch, chosen = locked(batch_id, by)
    still_open(batch)
    keys = {f.key for f in chosen.fields}
    batch.mapping = {key: head for key, head in mapping.items() if key in keys and head in heads}
    batch.status, batch.next_row = State.DRAFT, 0
    batch.save(update_fields=["mapping", "status", "next_row"])
    return batch


def left_out(batch: ImportBatch) -> bool:
    """An import that is done, but not with all its rows: when the shop has what they need, they can follow."""
    return batch.status == State.DONE and batch.counts.get("rejected", 0) > 0


def still_open(batch: ImportBatch) -> None:
    """Refuse to disturb a dry run or import at work, or one that brought everything in."""
    if batch.status == State.CHECKING:
        raise Conflict(_("正在试运行，请等它结束"), code="already_running")
    if batch.status == State.RUNNING or (batch.status == State.DONE and not left_out(batch)):
        raise Conflict(_("这个文件已经开始导入"), code="already_running")


@command
def begin(*, batch_id: int, here: bool = False, by: Actor, at: datetime) -> ImportBatch:
    """The person has seen the dry run and says go; the worker does the rest, unless the caller does it ``here``."""
    batch, _chosen = locked(batch_id, by)
    if batch.status not in (State.CHECKED, State.FAILED):
        raise Refused(_("请先试运行，看过结果再导入"), code="dry_run_first")
    if batch.next_row == 0:
        forget_refused(batch)
        batch.counts = {**batch.counts, "made": 0}
    batch.counts = {name: value for name, value in batch.counts.items() if name != "error"}
    batch.status = State.RUNNING
    batch.save(update_fields=["status", "counts"])
    record(ImportStarted(batch_id=batch.pk, profile=batch.profile, store_id=batch.store_id), by=by, at=at)
    if not here:
        jobs.enqueue("pitlane.core.imports.run.work", at=at, batch_id=batch.pk)
    return batch


@command
def apply_chunk(*, batch_id: int, units: list[Unit], done: int, last: bool, by: Actor, at: datetime) -> int:
    """One chunk, one transaction: new units are applied and remembered, known ones are passed over."""
    batch, chosen = locked(batch_id, by)
    if batch.status != State.RUNNING or (batch.next_row >= done and not last):
        return 0
    known = known_keys(chosen, [unit.key for unit in units])
    fresh = list({unit.key: unit for unit in reversed(units) if unit.key not in known}.values())[::-1]
    made, refused = _apply(chosen, batch, fresh, by, at)
    ImportedKey.objects.bulk_create(
        [
            ImportedKey(org_id=batch.org_id, profile=chosen.key, key=key, object_id=pk, batch=batch)
            for key, pk in made.items()
        ]
    )
    keep_issues(batch, refused)
    batch.next_row, new = done, sum(unit.key in made for unit in fresh)
    batch.counts = {**batch.counts, "made": batch.counts.get("made", 0) + new}
    if last:
        batch.status, batch.finished_at, batch.next_row = State.DONE, at, 0
        record(
            ImportFinished(batch_id=batch.pk, profile=chosen.key, made=batch.counts["made"], store_id=batch.store_id),
            by=by,
            at=at,
        )
    batch.save(update_fields=["next_row", "counts", "status", "finished_at"])
    return new


def known_keys(chosen: Profile, keys: list[str]) -> set[str]:
    """Which of these units came in before."""
    return set(recall(chosen.key, keys))


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
            return {}, [Issue(row, "refused", error.code, str(error)) for row in units[0].rows]
    made: dict[str, int] = {}
    refused: list[Issue] = []
    for unit in units:
        some, left = _apply(chosen, batch, [unit], by, at)
        made |= some
        refused += left
    return made, refused


def recall(profile_key: str, keys: list[str]) -> dict[str, int]:
    """Row ids that earlier chunks returned under auxiliary keys (the owner and the car of a visit, for example)."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        rows = ImportedKey.objects.filter(profile=profile_key, key__in=keys[start : start + 500])
        found |= dict(rows.values_list("key", "object_id"))
    return found


def run_to_end(
    batch_id: int, *, by: Actor, at: datetime, until: datetime | None = None, told: Callable[[int], Any] | None = None
) -> ImportBatch:
    """Apply all chunks that are not yet applied. Killed half-way, the next call goes on after the last whole chunk.

    With ``until`` it stops after the chunk that ends later, so that other work gets its turn; ``told`` hears how far.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.status in (State.CHECKED, State.FAILED):
        batch = begin(batch_id=batch_id, here=True, by=by, at=at)
    if batch.status != State.RUNNING:
        return batch
    done, chunk = 0, profile(batch.profile).chunk
    units = (item for item in found_in(batch) if isinstance(item, Unit))
    with told_in(batch):
        for some, last in pieces(units, chunk):
            done += len(some)
            if done <= batch.next_row and not last:
                continue
            apply_chunk(batch_id=batch_id, units=some, done=done, last=last, by=by, at=at)
            if told:
                told(done)
            if until and not last and timezone.now() >= until:
                break
    batch.refresh_from_db()
    return batch


@command
def give_up(*, batch_id: int, reason: str = "", by: Actor, at: datetime) -> ImportBatch:
    """The file cannot be read to its end; what was imported stays, the reason is shown, and one may start again."""
    batch, _chosen = locked(batch_id, by)
    former = {State.RUNNING.value: State.FAILED, State.CHECKING.value: State.DRAFT}
    if batch.status in former:
        batch.status, batch.counts = former[batch.status], {**batch.counts, "error": reason[:200]}
        batch.save(update_fields=["status", "counts"])
    return batch


@command
def go_on(*, batch_id: int, job: str, by: Actor, at: datetime) -> None:
    """Queue the next slice of a long dry run or import behind the work that waits."""
    batch, _chosen = locked(batch_id, by)
    jobs.enqueue(job, at=at, batch_id=batch.pk)


@jobs.long
def work(*, batch_id: int, by: Actor, at: datetime) -> None:
    """The job behind ``begin``; may run twice. A long import goes on in slices."""
    if ImportBatch.objects.get(pk=batch_id).status != State.RUNNING:
        return
    try:
        batch = run_to_end(batch_id, by=by, at=at, until=timezone.now() + SLICE)
    except PitlaneError as error:
        give_up(batch_id=batch_id, reason=str(error), by=by, at=at)
        return
    if batch.status == State.RUNNING:
        go_on(batch_id=batch_id, job="pitlane.core.imports.run.work", by=by, at=at)
    else:
        statistics.refresh()
