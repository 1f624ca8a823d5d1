"""The benchmark works and leaves a sound database. It asserts nothing about time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pitlane.billing.models import Settlement
from pitlane.core import doctor
from pitlane.core.tenancy import scope
from pitlane.core.testing import row_counts
from pitlane.customers.models import Customer
from pitlane.scheduling.models import Claim
from pitlane.simulation.bench import frontdesk, report, slot_clients, slot_shop, slots
from pitlane.simulation.bench.databases import place_for
from pitlane.simulation.bench.figures import percentile
from pitlane.simulation.bench.ground import api_key, fill, ground_of
from pitlane.simulation.bench.handmade import highest, measure_floor, templates
from pitlane.simulation.bench.lifecycle import STEPS, cast, drive, in_process
from pitlane.simulation.bench.pages import measure_pages
from pitlane.simulation.bench.timesheet import timesheet
from pitlane.workshop.models import RepairOrder

NOW = timezone.make_aware(datetime(2026, 11, 23, 15))


@pytest.mark.slow
def test_a_tiny_benchmark(transactional_db: None) -> None:
    ground = ground_of(fill(20, 30, 1, NOW, lambda what, number: None))
    with scope(ground.org_id):
        assert (Customer.objects.count(), RepairOrder.objects.count(), Settlement.objects.count()) == (20, 30, 30)
        assert doctor.examine() == []

    pages = measure_pages(ground, 1, tries=2)
    assert len(pages) == 9 and all(page.queries > 0 for page in pages)

    who, secret = cast(ground, 20, NOW), api_key(ground)
    mark = highest()
    cycle = drive(lambda run: in_process(secret, run), who, clients=1, first=0, orders=1)
    assert set(cycle.step_p50_ms) == set(STEPS)
    rows = templates(mark)
    assert {"workshop_repairorder", "billing_payment", "core_eventrow"} <= {row.table for row in rows}

    counted = row_counts()
    with scope(ground.org_id):
        assert measure_floor(rows, 2).rows_per_order == len(rows)
        assert row_counts() == counted
        assert RepairOrder.objects.filter(state="paid").count() == 1
        assert [t for t in doctor.examine() if t.check != "customer_search"] == []

    sheet = timesheet(lambda number: drive(lambda run: in_process(secret, run), who, 1, number, 1), range(1, 2))
    assert abs(sum(share.percent for share in sheet.shares) - 100) < 1
    _check_report(pages, cycle, sheet)


def _check_report(pages, cycle, sheet) -> None:
    measured = {"pages": pages, "life_cycle": [cycle], "floor": None, "ratio": None, "time_goes": sheet}
    known = {"at": NOW.isoformat(), "machine": frontdesk.machine(), "database": "x", "filled_in_seconds": 1.0}
    memory = {"web_process_mb": [], "web_process_mb_after": []}
    result = frontdesk.Result(customers=20, orders=30, **known, **measured, **memory)
    assert json.loads(report.as_json(result))["customers"] == 20
    assert any("customer 360" in line for line in report.as_text(replace(result, ratio=2.0)))


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (50.0, 95.0, 7.0)


def test_a_benchmark_gets_a_place_of_its_own() -> None:
    assert place_for(20, 30, "").folder.parts[-2:] == ("bench", "sqlite_20_30")
    assert place_for(20, 30, "postgres://me@host/shop").url == "postgres://me@host/pitlane_bench_20_30"


def test_measuring_refuses_a_shops_own_data() -> None:
    with pytest.raises(CommandError):
        call_command("bench", "frontdesk", inside=True)


@pytest.mark.slow
def test_a_tiny_slots_benchmark(transactional_db: None) -> None:
    shop, _by = slot_shop.fill(10, 8, 12, 1, NOW, lambda what, number: None)
    with scope(shop.org_id):
        assert (shop.booked, Claim.objects.count()) == (12, 12)
        reads = slots.measure_reads(shop, tries=7)
        assert len(reads) == 4 and all(read.queries > 0 for read in reads)
        counted = Claim.objects.count()
        assert slot_clients._floor(shop, 0, 2)().promised == 2
        assert Claim.objects.count() == counted + 2
    told = slot_clients._claims(shop, 0, 3)()
    assert told.promised + told.refused == len(told.times_ms) == 3
