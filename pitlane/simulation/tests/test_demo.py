"""A small demo holds together, shows every stage, comes out the same again and can be taken away."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pitlane.accounts.models import Organisation, Staff
from pitlane.core import doctor
from pitlane.core.models import EventRow, Job
from pitlane.core.tenancy import scope
from pitlane.core.testing import row_counts
from pitlane.simulation import demo
from pitlane.simulation.floor import hours_before
from pitlane.simulation.seasons import at_hour
from pitlane.workshop.models import RepairOrder

MOMENT = "2026-11-23T15:00"
TINY = demo.Size(stores=1, months=0, customers=40, fleets=1)
STAGES = {
    *("checked_in", "inspecting", "awaiting_approval", "dispatch_pending", "in_progress", "on_hold"),
    *("qc_pending", "completed", "settled", "on_account"),
}


def build() -> list[tuple[object, ...]]:
    """Make the demo by its command and answer what happened, without database ids of other runs."""
    call_command("demo", size="small", at=datetime.fromisoformat(MOMENT), stdout=StringIO())
    org = demo.existing()
    assert org
    with scope(org.pk):
        return list(EventRow.objects.order_by("seq").values_list("seq", "kind", "at", "actor_name"))


@pytest.mark.slow
def test_a_tiny_demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(demo.SIZES, "small", TINY)
    empty = row_counts()
    first = build()
    org = Organisation.objects.get(code="demo")
    with scope(org.pk):
        assert set(RepairOrder.objects.values_list("state", flat=True)) >= STAGES
        assert doctor.examine() == [] and not demo.unfinished(org)
        waiting = Job.objects.exclude(status=Job.State.DONE)
        assert not waiting.exclude(name__endswith="connect_sandbox").exists(), "only the sandbox waits for its start"
        assert EventRow.objects.order_by("-at").values_list("at", flat=True)[0] <= at_hour(
            datetime(2026, 11, 23).date(), 15
        )
        assert not Staff.objects.filter(must_change_password=True).exists()
        assert all(person.check_password("pitlane-demo") for person in Staff.objects.all()[:2])

    with pytest.raises(CommandError):
        call_command("demo", size="small", stdout=StringIO())

    shown = StringIO()
    call_command("demo", logins=True, stdout=shown)
    for text in ("林晓燕", "advisor", "technician2", "pitlane-demo", "/p/"):
        assert text in shown.getvalue()

    demo.remove(org)
    assert row_counts() == empty
    assert build() == first


def test_a_demo_that_was_broken_off_is_built_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes after the first day: the chain is known to be half, and the next start replaces it."""
    monkeypatch.setitem(demo.SIZES, "small", demo.Size(stores=1, months=0, customers=8, fleets=1))
    empty = row_counts()

    class PowerCut(Exception): ...

    def fail(day: date) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        demo.build("small", 1, at_hour(date(2026, 11, 23), 15), fail)
    half = demo.existing()
    assert half and demo.unfinished(half)
    call_command("demo", "--logins", stdout=StringIO())
    assert demo.existing() == half, "asking for the logins removes nothing"

    call_command("demo", reset=True, stdout=StringIO())
    assert row_counts() == empty


def test_the_moment_is_never_in_the_future() -> None:
    for hour in range(24):
        now = timezone.make_aware(datetime(2026, 11, 23, hour, 30))
        moment = timezone.localtime(demo.moment_for(now))
        assert moment <= now and 10 <= moment.hour <= 18 and moment.minute == 0


def test_shop_hours_do_not_count_the_night() -> None:
    moment = at_hour(datetime(2026, 11, 23).date(), 10)
    assert hours_before(moment, 1) == at_hour(datetime(2026, 11, 23).date(), 9)
    assert timezone.localtime(hours_before(moment, 3)).day == 22


def test_nothing_is_printed_without_a_demo(db: None) -> None:
    shown = StringIO()
    call_command("demo", logins=True, stdout=shown)
    assert shown.getvalue() == ""
