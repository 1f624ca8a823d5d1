"""Other work than was booked, and what the calendar shows of visits that have become orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from pitlane.appointments import commands, queries
from pitlane.appointments.models import Appointment, BookedService
from pitlane.catalog.models import Operation
from pitlane.catalog.tests import factories as catalog
from pitlane.core import doctor
from pitlane.core.errors import Conflict, Refused
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling.models import Claim, ClaimCell
from pitlane.scheduling.queries import day_load

from .factories import TUESDAY, Desk, booked, desk, guest, moment
from .test_views import DESK, coming, page


@pytest.fixture
def place(shop: Shop) -> Desk:
    return desk(shop)


@pytest.fixture
def brakes(place: Desk) -> Operation:
    return catalog.operation(
        place.shop, code="BRK", name="更换前刹车片", standard_hours=Decimal("1.5"), bay_type="lift"
    )


@pytest.fixture
def client(place: Desk) -> Iterator[Client]:
    yield catalog.client_of(place.shop, *DESK)


def test_more_work_takes_more_time(place: Desk, brakes: Operation) -> None:
    row, boss = booked(place), place.shop.boss()
    wanted = [place.work.ref, brakes.ref]
    made = commands.change_services(appointment_id=row.pk, services=wanted, version=1, by=boss, at=NOON)
    claim = Claim.objects.get()
    assert (made.minutes, made.ends_at - made.starts_at, made.version) == (150, timedelta(minutes=150), 2)
    assert (claim.ends_at, ClaimCell.objects.filter(kind="t").count()) == (made.ends_at, 10)
    assert list(BookedService.objects.values_list("name", flat=True)) == [place.work.name, brakes.name]
    assert doctor.examine(["appointments"]) == []
    commands.change_services(appointment_id=row.pk, services=[brakes.ref], by=boss, at=NOON)
    assert (Claim.objects.get().ends_at, BookedService.objects.count()) == (moment(10, 30), 1)


def test_work_that_does_not_fit_changes_nothing(place: Desk, brakes: Operation) -> None:
    row, boss = booked(place), place.shop.boss()
    booked(place, moment(10), vehicle_id=None, guest=guest())
    wanted = [place.work.ref, brakes.ref]
    with nothing_changes(), pytest.raises(Conflict, match="可改约") as refused:
        commands.change_services(appointment_id=row.pk, services=wanted, by=boss, at=NOON)
    assert refused.value.code == "taken"
    with nothing_changes(), pytest.raises(Refused):
        commands.change_services(appointment_id=row.pk, services=[], by=boss, at=NOON)
    with nothing_changes(), pytest.raises(Conflict):
        commands.change_services(appointment_id=row.pk, services=[brakes.ref], version=9, by=boss, at=NOON)
    commands.arrive(appointment_id=row.pk, by=boss, at=moment(9))
    with nothing_changes(), pytest.raises(Refused, match="工单"):
        commands.change_services(appointment_id=row.pk, services=[brakes.ref], by=boss, at=moment(9))


def test_the_drawer_says_beforehand_whether_it_fits(place: Desk, brakes: Operation, client: Client) -> None:
    row = coming(place, 10)
    coming(place, 11)
    url = page(row, "services")
    assert client.get(url, headers={"HX-Request": "true"}).context["change"].minutes == 60
    asked = client.get(f"{url}choices", {"services": [place.work.ref, brakes.ref]})
    assert "这个时间做不完新的项目" in asked.content.decode() and len(asked.context["change"].others) == 3
    fits = client.get(f"{url}choices", {"services": [], "find": "刹车"})
    assert not fits.context["change"].reasons
    with nothing_changes():
        refused = client.post(url, {"services": [place.work.ref, brakes.ref], "version": "1"})
    assert refused.status_code == 422 and "可改约" in refused.content.decode()
    assert client.post(url, {"services": [place.work.ref], "version": "1"}).status_code == 302
    moved = client.get(f"{page(row, 'move')}?start={asked.context['change'].others[0].start.isoformat()}")
    assert 'value="2' in moved.content.decode().split('name="other"')[1][:80]


def converted(place: Desk) -> Appointment:
    row = booked(place)
    ids = {"customer_id": place.owner.pk, "vehicle_id": place.car.pk}
    return commands.convert(appointment_id=row.pk, order_id=5, **ids, by=place.shop.boss(), at=moment(9))


@pytest.mark.parametrize("by", ["bay", "technician"])
def test_what_has_become_an_order_stays_in_its_place(place: Desk, client: Client, by: str) -> None:
    row = converted(place)
    grid = queries.day_grid(place.shop.store_id, TUESDAY, by_bay=by == "bay", by=place.shop.boss(), at=moment(10))
    bar = grid.rows[0].bars[0]
    assert (bar.card.id, bar.gone, bar.start, bar.end) == (row.pk, True, moment(9), moment(10))
    assert (grid.arrived, grid.rows[0].percent) == ([], 0)
    shown = client.get(f"{reverse('appointments:calendar')}?day={TUESDAY}&by={by}").content.decode()
    assert "is-gone" in shown and "data-visit" not in shown
    week = client.get(f"{reverse('appointments:calendar')}?day={TUESDAY}&by={by}&span=week").content.decode()
    assert ("举升机 1" if by == "bay" else "技师1") in week and "is-gone" in week


def test_a_visit_and_its_work_are_not_both_counted(place: Desk) -> None:
    boss = place.shop.boss()
    arrived = booked(place)
    commands.arrive(appointment_id=arrived.pk, by=boss, at=moment(8, 50))
    assert day_load(place.shop.store_id, TUESDAY).technicians.busy == 60
    ids = {"customer_id": place.owner.pk, "vehicle_id": place.car.pk}
    claim = queries.appointment_for(arrived.pk, boss, moment(9))
    commands.convert(appointment_id=arrived.pk, order_id=7, **ids, by=boss, at=moment(9))
    work = scheduling.Work("job_1", int(claim.technician_id or 0), 60, claim.bay_id, moment(9))
    scheduling.note_work(store_id=place.shop.store_id, work=[work], by=boss, at=moment(9))
    assert day_load(place.shop.store_id, TUESDAY).technicians.busy == 60
