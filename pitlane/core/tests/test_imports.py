"""Bringing in files: every encoding, dry run first, chunks that survive a kill, reports that compute nothing."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils.translation import override

from pitlane.accounts.tests.factories import browser, make_role, person
from pitlane.core import files, jobs
from pitlane.core.access import Actor, system
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.events import record
from pitlane.core.imports import profiles, reading, run, trial
from pitlane.core.imports.events import ImportStarted
from pitlane.core.imports.notes import fresh_counts
from pitlane.core.imports.profiles import Field, Found, Issue, Obstacles, Profile, Target, Unit
from pitlane.core.imports.report import csv_lines, report_rows
from pitlane.core.imports.rows import Row
from pitlane.core.imports.sorting import Sorter
from pitlane.core.models import EventRow, ImportBatch, ImportedKey, ImportIssue, NumberSeries, StoredFile
from pitlane.core.testing import Shop, nothing_changes

MB = 1024 * 1024
HEADS = "姓名,电话,备注\n"


def read(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    for row in rows:
        if not row.get("name"):
            yield Issue(row, "rejected", "no_name", "没有姓名")
            continue
        if not row.get("phone"):
            yield Issue(row, "doubtful", "no_phone", "没有电话")
        yield Unit(row.get("name"), (row,), row.values)


def check(units: Sequence[Unit], target: Target) -> Obstacles:
    missing = [unit for unit in units if unit.facts.get("note") == "缺"]
    return {} if NumberSeries.objects.filter(kind="缺").exists() else {u.key: ("missing", "还没有") for u in missing}


@command
def apply(*, units: list[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    made = {}
    for unit in units:
        record(ImportStarted(batch_id=0, profile=unit.key, store_id=None), by=by, at=at)
        made[unit.key] = NumberSeries.objects.create(
            org_id=by.org_id, store_id=target.store_id, kind=unit.key[:4], day="2026-11-23", last=len(made)
        ).pk
        if unit.facts.get("note") == "坏":
            raise Refused("这一行不行", code="bad_one")
        if check([unit], target):
            raise Refused("还没有", code="missing")
        if unit.facts.get("note") == "崩":
            raise ZeroDivisionError
    return made


PEOPLE = Profile(
    key="test_people",
    label="测试客户",
    fields=(
        Field("name", "姓名", ("客户", "Name"), required=True),
        Field("phone", "电话", ("手机", "Tel.")),
        Field("note", "备注"),
    ),
    read=read,
    apply=apply,
    check=check,
    permission="accounts.stores",
    noun="人",
    chunk=3,
)


@pytest.fixture(autouse=True)
def _profile() -> Iterator[None]:
    profiles.register(PEOPLE)
    yield
    del profiles.PROFILES[PEOPLE.key]


def upload(content: bytes | str, name: str = "客户.csv") -> files.Kept:
    raw = content.encode() if isinstance(content, str) else content
    return files.receive([raw[n : n + MB] for n in range(0, len(raw), MB)], name, "import")


def start(shop: Shop, at: datetime, content: bytes | str, name: str = "客户.csv") -> ImportBatch:
    return run.start_import(
        profile_key=PEOPLE.key, upload=upload(content, name), store_id=shop.store_id, by=shop.boss(), at=at
    )


def tried(shop: Shop, at: datetime, content: bytes | str) -> ImportBatch:
    return trial.dry_run(batch_id=start(shop, at, content).pk, by=shop.boss(), at=at)


def people(*notes: str) -> str:
    return HEADS + "".join(f"客{n:02d},1380013800{n},{note}\n" for n, note in enumerate(notes))


def book(rows: list[list[object]], path: Path) -> bytes:
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path.read_bytes()


LINES = "姓名{s}电话{s}备注\n王建国{s}13800138000{s}老客户\n\n赵䶮{s}13900139000{s}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_files_of_every_program_are_read(shop: Shop, at: datetime, encoding: str, sign: str) -> None:
    text = LINES.format(s=sign)
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    batch = start(shop, at, marks.get(encoding, b"") + text.encode(encoding))
    assert batch.mapping == {"name": "姓名", "phone": "电话", "note": "备注"}
    rows = list(reading.mapped(run.path_of(batch), batch.mapping))
    assert [(row.number, row.get("name"), row.get("phone")) for row in rows] == [
        (2, "王建国", "13800138000"),
        (4, "赵䶮", "13900139000"),
    ]


@pytest.mark.parametrize("shift", range(4))
def test_a_character_cut_by_the_sample_is_still_utf8(shift: int) -> None:
    text = ("a" * shift + "汉" * 40_000).encode()
    assert reading._encoding(text[: reading.SNIFF]) == "utf-8"
    assert reading._encoding(("a" * shift + "汉" * 40_000).encode("gb18030")[: reading.SNIFF]) == "gb18030"
    assert reading._encoding("汉".encode()[:2]) == "gb18030"


def test_a_workbook_is_read_with_numbers_and_dates_as_text(shop: Shop, at: datetime, tmp_path: Path) -> None:
    rows = [["Name", "Tel.", "备注"], ["王建国", 13800138000, 1.5], ["", "", ""], ["李娜", "010-1", True]]
    batch = start(shop, at, book(rows, tmp_path / "a.xlsx"), "旧系统.xlsx")
    found = list(reading.mapped(run.path_of(batch), batch.mapping))
    assert [(r.number, r.get("name"), r.get("phone"), r.get("note")) for r in found] == [
        (2, "王建国", "13800138000", "1.5"),
        (4, "李娜", "010-1", "True"),
    ]


@pytest.mark.parametrize("content", ["", "\n", ",,\n1,2,3\n", HEADS])
def test_a_file_without_heads_or_rows_is_refused(shop: Shop, at: datetime, content: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refusal:
        start(shop, at, content)
    assert refusal.value.field == "file"


def test_a_broken_workbook_is_refused(shop: Shop, at: datetime, tmp_path: Path) -> None:
    whole = book([["姓名"], ["王"]], tmp_path / "a.xlsx")
    bad = whole.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml")
    with nothing_changes(), pytest.raises(Refused):
        start(shop, at, bad, "a.xlsx")


@pytest.mark.parametrize("corner", ["XFD1048576", "A30000001"])
def test_a_workbook_with_a_far_lonely_cell_does_not_fill_the_memory(
    shop: Shop, at: datetime, tmp_path: Path, corner: str
) -> None:
    whole, bomb = io.BytesIO(book([["姓名"], ["王"]], tmp_path / "a.xlsx")), io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A2"', f'r="{corner}"'.encode()))
    with nothing_changes(), pytest.raises(Refused) as refusal:
        start(shop, at, bomb.getvalue(), "a.xlsx")
    assert refusal.value.code == "file_too_large"


def test_start_import_is_refused(shop: Shop, at: datetime) -> None:
    kept = upload(people("a"))
    given = {"upload": kept, "store_id": shop.store_id, "at": at}
    with nothing_changes(), pytest.raises(Forbidden):
        run.start_import(profile_key=PEOPLE.key, by=shop.actor(), **given)
    with nothing_changes(), pytest.raises(Missing):
        run.start_import(profile_key="nonsense", by=shop.boss(), **given)


def test_the_same_file_is_the_same_batch(shop: Shop, at: datetime) -> None:
    first = start(shop, at, people("a"))
    again = start(shop, at, people("a"), "umbenannt.csv")
    assert again.pk == first.pk and StoredFile.objects.count() == 1
    assert start(shop, at, people("b")).pk != first.pk


def test_a_dry_run_writes_nothing_but_its_report(shop: Shop, at: datetime) -> None:
    batch = start(shop, at, HEADS + "王建国,138,\n,139,\n李娜,,\n")
    tried = trial.dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    again = trial.dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    assert tried.counts == again.counts
    assert (tried.status, tried.total_rows) == ("checked", 3)
    assert tried.counts == {
        **fresh_counts(),
        **{"language": "zh-hans", "rows": 3, "units": 2, "steps": 2, "rejected": 1, "doubtful": 1, "kept": 2},
        "codes": {"rejected:no_name": 1, "doubtful:no_phone": 1},
    }
    assert list(ImportIssue.objects.order_by("row").values_list("row", "level", "code")) == [
        (3, "rejected", "no_name"),
        (4, "doubtful", "no_phone"),
    ]
    assert not NumberSeries.objects.exists() and not ImportedKey.objects.exists()
    assert not EventRow.objects.filter(payload__profile="王建国").exists()


def test_mapping_and_order_of_steps_are_kept(shop: Shop, at: datetime) -> None:
    batch, boss = start(shop, at, "客户,联系方式\n王,138\n"), shop.boss()
    assert batch.mapping == {"name": "客户"}
    with nothing_changes(), pytest.raises(Refused):
        run.begin(batch_id=batch.pk, by=boss, at=at)
    wanted = {"name": "客户", "phone": "联系方式", "evil": "客户", "note": "没有这列"}
    batch = run.set_mapping(batch_id=batch.pk, mapping=wanted, by=boss, at=at)
    assert batch.mapping == {"name": "客户", "phone": "联系方式"}
    run.set_mapping(batch_id=batch.pk, mapping={"phone": "客户"}, by=boss, at=at)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        trial.dry_run(batch_id=batch.pk, by=boss, at=at)
    assert "姓名" in str(refusal.value)
    run.set_mapping(batch_id=batch.pk, mapping=wanted, by=boss, at=at)
    trial.dry_run(batch_id=batch.pk, by=boss, at=at)
    run.begin(batch_id=batch.pk, by=boss, at=at)
    for step in (run.set_mapping, trial.dry_run):
        facts = {"mapping": wanted} if step is run.set_mapping else {}
        with nothing_changes(), pytest.raises(Conflict):
            step(batch_id=batch.pk, **facts, by=boss, at=at)


def test_steps_are_refused_without_the_right(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people("a"))
    steps: list[tuple[Callable[..., object], dict[str, object]]] = [
        (run.save_mapping, {"mapping": {}, "heads": []}),
        (trial.begin_dry_run, {}),
        (trial.note_reading, {"rows": 1, "percent": 1}),
        (trial.note_piece, {"start": 0, "found": [], "rows": 1, "last": True}),
        (run.begin, {}),
        (run.apply_chunk, {"units": [], "done": 0, "last": True}),
        (run.give_up, {}),
        (run.go_on, {"job": "pitlane.core.imports.run.work"}),
    ]
    for step, facts in steps:
        with nothing_changes(), pytest.raises(Forbidden):
            step(batch_id=batch.pk, **facts, by=shop.actor(), at=at)
        with nothing_changes(), pytest.raises(Missing):
            step(batch_id=10**9, **facts, by=shop.boss(), at=at)


def test_an_import_runs_in_the_worker_and_once(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people(*"abcdefg"))
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    with pytest.raises(Refused):
        run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    assert jobs.run_all_now() == 1
    batch.refresh_from_db()
    assert (batch.status, batch.counts["made"]) == ("done", 7)
    assert NumberSeries.objects.count() == ImportedKey.objects.count() == 7
    told = EventRow.objects.filter(kind="imports.ImportFinished").values_list("payload", flat=True)
    assert [fact["made"] for fact in told] == [7]
    with nothing_changes():
        run.run_to_end(batch.pk, by=shop.boss(), at=at)


def test_a_second_file_adds_only_what_is_new(shop: Shop, at: datetime) -> None:
    first = tried(shop, at, people(*"abc"))
    run.run_to_end(first.pk, by=shop.boss(), at=at)
    second = tried(shop, at, people(*"abcde"))
    assert second.counts["known"] == 3
    run.run_to_end(second.pk, by=shop.boss(), at=at)
    second.refresh_from_db()
    assert second.counts["made"] == 2 and NumberSeries.objects.count() == 5


def test_a_killed_import_goes_on_after_the_last_whole_chunk(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people(*"abcdefgh"))
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    units = [item for item in run.found_in(batch) if isinstance(item, Unit)]
    run.apply_chunk(batch_id=batch.pk, units=units[0:3], done=3, last=False, by=shop.boss(), at=at)
    assert run.apply_chunk(batch_id=batch.pk, units=units[0:3], done=3, last=False, by=shop.boss(), at=at) == 0
    assert NumberSeries.objects.count() == 3
    run.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    batch.refresh_from_db()
    assert (batch.status, batch.counts["made"]) == ("done", 8)
    assert sorted(ImportedKey.objects.values_list("key", flat=True)) == [f"客{n:02d}" for n in range(8)]


def test_a_crash_in_a_chunk_leaves_nothing_of_it(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people("a", "b", "c", "d", "崩", "f"))
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    with pytest.raises(ZeroDivisionError):
        run.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    batch.refresh_from_db()
    assert (batch.status, batch.next_row) == ("running", 3) and NumberSeries.objects.count() == 3


def test_a_killed_dry_run_goes_on_and_counts_nothing_twice(
    shop: Shop, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "PIECE", 2)
    whole = tried(shop, at, people(*"abcde") + ",1,\n")
    batch = start(shop, at, people(*"abcde") + ",1,\n,2,\n")
    trial.begin_dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    found = list(run.found_in(batch))
    piece = {
        "batch_id": batch.pk,
        "start": 0,
        "found": found[:2],
        "rows": 2,
        "last": False,
        "by": shop.boss(),
        "at": at,
    }
    assert trial.note_piece(**piece) and not trial.note_piece(**piece)
    trial.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    batch.refresh_from_db()
    assert (batch.status, batch.total_rows, batch.counts["units"], batch.counts["rejected"]) == ("checked", 7, 5, 2)
    assert whole.counts["units"] == 5 and ImportIssue.objects.filter(batch=batch).count() == 2
    trial.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    assert ImportIssue.objects.filter(batch=batch).count() == 2


def test_reasons_are_told_in_the_language_of_who_asked(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    table = upload("name,phone\n,13800138000\n")
    batch = run.start_import(profile_key="customers", upload=table, store_id=shop.store_id, by=by, at=at)
    with override("en"):
        trial.begin_dry_run(batch_id=batch.pk, by=by, at=at)
    jobs.run_all_now()
    assert ImportIssue.objects.get().message.isascii()


def test_a_long_dry_run_and_import_go_on_in_slices(shop: Shop, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "PIECE", 2)
    for module in (trial, run):
        monkeypatch.setattr(module, "SLICE", timedelta(0))
    batch = start(shop, at, people(*"abcdefgh"))
    trial.begin_dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    assert jobs.run_all_now() == 4
    batch.refresh_from_db()
    assert (batch.status, batch.counts["units"]) == ("checked", 8)
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    assert jobs.run_all_now() == 3
    batch.refresh_from_db()
    assert (batch.status, batch.counts["made"], NumberSeries.objects.count()) == ("done", 8, 8)


def test_a_file_that_cannot_be_read_says_why(shop: Shop, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = start(shop, at, people(*"abc"))
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    trial.begin_dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    jobs.run_all_now()
    batch.refresh_from_db()
    assert (batch.status, "100 万行" in batch.counts["error"]) == ("draft", True)
    page = browser(person(shop, make_role(shop, "importer", "accounts.stores"))).get(f"/imports/{batch.ref}/")
    assert "100 万行" in page.content.decode()


def test_rows_that_wait_for_something_are_named_and_follow_later(
    shop: Shop, at: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tried(shop, at, people("a", "缺", "c"))
    assert (batch.counts["units"], batch.counts["rejected"], batch.counts["refused"]) == (2, 1, 1)
    assert batch.counts["codes"] == {"refused:missing": 1}
    table, report = tmp_path / "a.csv", tmp_path / "r.csv"
    table.write_text(people("a", "缺", "c"))
    call_command("import", PEOPLE.key, str(table), "--report", str(report))
    assert "imported: 2 made, 1 rows left out" in capsys.readouterr().out
    lines = report.read_text("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith("3,未导入,missing,")
    client = browser(person(shop, make_role(shop, "importer", "accounts.stores")))
    assert "再试一次" in client.get(f"/imports/{batch.ref}/").content.decode()
    NumberSeries.objects.create(org_id=shop.org_id, store_id=shop.store_id, kind="缺", day="2026-11-23", last=99)
    assert client.post(f"/imports/{batch.ref}/again").status_code == 302
    jobs.run_all_now()
    batch.refresh_from_db()
    assert (batch.counts["units"], batch.counts["known"], batch.counts["rejected"]) == (3, 2, 0)
    call_command("import", PEOPLE.key, str(table), "--report", str(report))
    assert "imported: 1 made, 0 rows left out" in capsys.readouterr().out
    assert len(report.read_text("utf-8-sig").splitlines()) == 1
    assert sorted(ImportedKey.objects.values_list("key", flat=True)) == ["客00", "客01", "客02"]


def test_one_refused_unit_does_not_stop_the_others(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people("a", "坏", "c", "d"))
    run.run_to_end(batch.pk, by=shop.boss(), at=at)
    batch.refresh_from_db()
    assert (batch.status, batch.counts["made"], batch.counts["rejected"]) == ("done", 3, 1)
    assert list(ImportIssue.objects.values_list("row", "code", "message")) == [(3, "bad_one", "这一行不行")]
    applied = EventRow.objects.filter(payload__batch_id=0).order_by("seq").values_list("payload__profile", flat=True)
    assert list(applied) == ["客00", "客02", "客03"]


def test_the_same_key_twice_in_one_chunk_counts_once(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, HEADS + "王,1,\n王,2,\n李,3,\n")
    run.run_to_end(batch.pk, by=shop.boss(), at=at)
    assert NumberSeries.objects.count() == 2


def test_a_vanished_file_gives_up_and_may_be_started_again(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people("a"))
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    mapping, batch.mapping = batch.mapping, {}
    batch.save(update_fields=["mapping"])
    run.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    batch.refresh_from_db()
    assert batch.status == "failed"
    batch.mapping = mapping
    batch.save(update_fields=["mapping"])
    run.begin(batch_id=batch.pk, by=shop.boss(), at=at)
    run.work(batch_id=batch.pk, by=system(shop.org_id), at=at)
    assert NumberSeries.objects.count() == 1


def test_the_report_names_row_reason_and_original(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, HEADS + ",13800138000,=cmd|' /C calc'!A0\n")
    content = b"".join(csv_lines(report_rows(batch)))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["行号", "结果", "原因代码", "原因", "姓名", "备注", "电话"]
    assert rows[1] == ["2", "未导入", "no_name", "没有姓名", "", "'=cmd|' /C calc'!A0", "13800138000"]


def test_a_file_has_a_limit_of_rows_and_columns(shop: Shop, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = start(shop, at, "姓名," + ",".join(f"c{n}" for n in range(300)) + "\n王" + ",x" * 300 + "\n李\n张\n")
    assert len(reading.look(run.path_of(batch)).heads) == reading.MAX_COLUMNS
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    with pytest.raises(Refused) as refusal:
        trial.dry_run(batch_id=batch.pk, by=shop.boss(), at=at)
    assert refusal.value.code == "too_many_rows"


def test_the_pages_lead_from_upload_to_result(shop: Shop, at: datetime) -> None:
    client = browser(person(shop, make_role(shop, "importer", "accounts.stores")))
    assert client.get("/imports/").status_code == 200
    table = SimpleUploadedFile("客户.csv", (HEADS + "王建国,138,\n,139,=1\n").encode("gb18030"))
    answer = client.post("/imports/", {"profile": PEOPLE.key, "file": table})
    batch = ImportBatch.objects.get()
    assert answer["Location"] == f"/imports/{batch.ref}/mapping"
    page = client.get(answer["Location"]).content.decode()
    assert "王建国" in page and '<option value="电话" selected>' in page
    assert client.post(answer["Location"], {"name": ""}).status_code == 422
    checked = client.post(answer["Location"], {"name": "姓名", "phone": "电话"})
    page = client.get(checked["Location"]).content.decode()
    assert "data-poll" in page and "正在试运行" in page and "开始导入" not in page
    jobs.run_all_now()
    page = client.get(checked["Location"]).content.decode()
    assert "没有姓名" in page and "开始导入" in page and ">139<" in page
    assert "客户.csv" in client.get("/imports/").content.decode()
    assert "no_name" in client.get(f"/imports/{batch.ref}/report").getvalue().decode()
    assert client.post(f"/imports/{batch.ref}/go").status_code == 302
    assert "data-poll" in client.get(checked["Location"]).content.decode()
    jobs.run_all_now()
    assert "已导入" in client.get(f"{checked['Location']}?part=1").content.decode()
    assert "客户.csv" in client.get("/imports/").content.decode()


def test_imports_are_closed_to_others(shop: Shop, at: datetime) -> None:
    batch = tried(shop, at, people("a"))
    client = browser(person(shop, make_role(shop, "importer", "accounts.stores"), store_id=shop.other_store_id))
    for address in ("", "mapping", "report"):
        assert client.get(f"/imports/{batch.ref}/{address}").status_code == 403
    assert client.post(f"/imports/{batch.ref}/go").status_code == 403
    assert "客户.csv" not in client.get("/imports/").content.decode()
    wrong = SimpleUploadedFile("x.csv", b"%PDF-1.4")
    answer = client.post("/imports/", {"profile": PEOPLE.key, "file": wrong})
    assert answer.status_code == 422 and "只接受 CSV" in answer.content.decode()


def test_the_console_imports_too(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, report = tmp_path / "a.csv", tmp_path / "r.csv"
    table.write_text(HEADS + "王建国,138,\n,139,\n")
    call_command("import", PEOPLE.key, str(table), "--dry-run", "--report", str(report))
    assert "2 rows, 1 units" in capsys.readouterr().out and "no_name" in report.read_text()
    assert not NumberSeries.objects.exists()
    call_command("import", PEOPLE.key, str(table), "--report", str(report))
    assert "imported: 1 made, 1 rows left out" in capsys.readouterr().out
    call_command("import", PEOPLE.key, str(table))
    assert "nothing to add" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import", PEOPLE.key, str(tmp_path / "missing.csv"))
    with pytest.raises(CommandError):
        call_command("import", "nonsense", str(table))
