"""The shop brings its old customers along: tried first, reported, imported once, and served on the same day."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from pitlane.core import doctor, jobs, search
from pitlane.core.models import ImportBatch
from pitlane.core.testing import nothing_changes, row_counts
from pitlane.customers import queries as customers
from pitlane.customers.models import Customer, OdometerReading, Vehicle
from pitlane.workshop.models import RepairOrder

from . import old_shop
from .cast import Chain
from .pages import Browser
from .server import ROOT
from .visit import Visit

BOOKS = ("customers.Customer", "customers.Vehicle", "workshop.RepairOrder", "workshop.WorkItem", "workshop.OrderPart")


def bring_in(path: Path, *words: str) -> str:
    out = StringIO()
    call_command("import", "history", str(path), "--profile", "jobcards", *words, stdout=out)
    return out.getvalue()


def books() -> dict[str, int]:
    counts = row_counts()
    return {name: counts[name] for name in BOOKS}


def report_of(path: Path) -> list[tuple[int, str]]:
    """Row number and reason code of each reported row."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        _heads, *rows = csv.reader(source)
    return [(int(row[0]), row[2]) for row in rows]


def found(text: str, chain: Chain) -> dict[str, list[str]]:
    hits = search.find(text, by=chain.actor("advisor"), kinds=list(search.KINDS))
    return {kind: [f"{doc.plate} {doc.title}" for doc in docs] for kind, docs in hits.items() if docs}


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    return old_shop.write(tmp_path / "service_data.csv")


def test_dry_run_reports_and_writes_nothing(chain: Chain, old_file: Path, tmp_path: Path) -> None:
    before = books()
    said = bring_in(old_file, "--dry-run", "--report", str(tmp_path / "report.csv"))
    assert books() == before
    assert f"dry run: {len(old_shop.DIRTY)} rows, {old_shop.VISITS} units" in said
    report = report_of(tmp_path / "report.csv")
    for row, code in ((5, "empty_line"), (6, "odometer_"), (7, "shared_plate"), (8, "no_customer"), (9, "bad_date")):
        assert any(number == row and said.startswith(code) for number, said in report), (row, code, report)
    foreign = [number for number, code in report if code == "foreign_plate"]
    assert foreign and all(number < 10 for number in foreign), "the Chinese plate is no foreign one"


def test_history_comes_in_once(chain: Chain, old_file: Path) -> None:
    bring_in(old_file)
    assert RepairOrder.objects.filter(state="closed").count() == old_shop.VISITS
    assert Customer.objects.count() == 3 and Vehicle.objects.count() == 3, "one masked plate is two cars"
    assert OdometerReading.objects.filter(km=610_112, doubtful=True).count() == 1
    car = Vehicle.objects.get(model="BAJAJ PULSAR 150")
    assert car.odometer == 11_250, "an absurd reading does not move the odometer"
    jobs.run_all_now()
    with nothing_changes():
        assert "imported before" in bring_in(old_file)
    longer = old_shop.write(
        old_file.with_name("again.csv"), [*old_shop.DIRTY, ("05-05-18", "05-05-18", *old_shop.REGULAR, "16000", "WASH")]
    )
    bring_in(longer)
    assert RepairOrder.objects.count() == old_shop.VISITS + 1, "only what is new is added"
    assert Customer.objects.count() == 3 and Vehicle.objects.count() == 3
    assert doctor.examine() == []


def test_old_customer_is_served(chain: Chain, old_file: Path, now: datetime) -> None:
    bring_in(old_file)
    assert any("8K326" in title for title in found("8K326", chain)["vehicle"])
    assert any("刘芳" in title for title in found("lf", chain)["customer"]), "by pinyin initials"
    assert found("RAME", chain)["customer"]

    car = customers.find_by_plate("京A8K326")
    assert car is not None and car.owner_ref
    page = Browser(chain.browser("advisor")).open(f"/customers/{car.owner_ref}")
    assert page.status == 200
    assert "更换空调滤清器" in page.text, "the old visits stand on the 360° view"

    desk = (
        Browser(chain.browser("advisor")).open("/reception/check-in/").press("查车", plate="京A8K326").press("下一步")
    )
    desk.press("下一步", concern="保养", order_type="maintenance", odometer="101000")
    order = RepairOrder.objects.exclude(state="closed").get()
    visit = Visit(chain, order.pk, now).complete()
    visit.settle()
    visit.pay()
    assert visit.state == "paid"
    visit.deliver()
    jobs.run_all_now()
    assert doctor.examine() == []


def shared_file() -> Path | None:
    """The real set, where it lies beside the checkout; it is never copied into the repository."""
    places = [Path(os.environ["PITLANE_SHARED_DATA"])] if "PITLANE_SHARED_DATA" in os.environ else []
    for place in [*places, ROOT.parent / "shared" / "data"]:
        if (file := place / "workshop_jobcards" / "service_data.csv").is_file():
            return file
    return None


@pytest.mark.slow
def test_a_real_workshop(chain: Chain, tmp_path: Path) -> None:
    real = shared_file()
    if real is None:
        pytest.skip("the real job cards are not here (set PITLANE_SHARED_DATA or put them into ../shared/data)")
    bring_in(real, "--report", str(tmp_path / "report.csv"))
    batch = ImportBatch.objects.get()
    assert batch.counts["rows"] == 28_482
    assert RepairOrder.objects.count() == batch.counts["units"] == batch.counts["made"]
    assert 3_500 < batch.counts["units"] < 5_000, "about 4,151 visits"
    codes = {code for _row, code in report_of(tmp_path / "report.csv")}
    assert {"empty_line", "foreign_plate", "shared_plate"} <= codes
    assert any(code.startswith("odometer_") for code in codes)
    before = books()
    bring_in(real)
    assert books() == before, "a second run adds nothing"
    assert doctor.examine() == []
