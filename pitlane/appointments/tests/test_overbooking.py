"""More bookings than there is room for, where people are expected to stay away; and who waits first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pitlane.appointments import commands, queries
from pitlane.appointments.models import Appointment
from pitlane.appointments.rules import banded, extra_places, priority_of
from pitlane.catalog.tests.factories import client_of
from pitlane.core import doctor
from pitlane.core.errors import Conflict
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers import commands as customers
from pitlane.scheduling import commands as scheduling

from .factories import TUESDAY, Desk, booked, desk, guest, moment

TERMS: dict[str, Any] = {
    "horizon_days": 30, "lead_minutes": 60, "step_minutes": 30, "before_minutes": 0, "after_minutes": 0,
    "closed_holidays": [],
}  # fmt: skip
PLAN: dict[str, Any] = {"reminders": [1440], "late_minutes": 60, "offer_minutes": 60, "risky_percent": 30}


@pytest.mark.parametrize(
    ("risks", "over", "limit", "places"),
    [
        ([], 0, 2, 0), ([40, 50], 0, 2, 0), ([40, 60], 0, 2, 1), ([40, 60], 1, 2, 0), ([70, 70, 70], 0, 1, 1),
        ([70, 70, 70], 0, 3, 2), ([90, 90], 0, 0, 0), ([50], 2, 1, 0),
    ],
)  # fmt: skip
def test_places_beyond_what_is_free(risks: list[int], over: int, limit: int, places: int) -> None:
    assert extra_places(risks, over, limit) == places


@pytest.mark.parametrize(
    ("tags", "rank"), [((), 0), (("老客户",), 0), (("金卡",), 1), (("老客户", "钻石"), 2), (("金卡", "钻石"), 2)]
)
def test_the_first_tag_counts_most(tags: tuple[str, ...], rank: int) -> None:
    assert priority_of(tags, ["钻石", "金卡"]) == rank


def test_what_was_said_is_set_against_what_happened() -> None:
    bands = banded([0.05, 0.05, 0.25, 0.9], [False, True, True, True])
    assert [(one.low, one.high, one.visits, one.predicted_percent, one.observed_percent) for one in bands] == [
        (0, 10, 2, 5, 50), (20, 30, 1, 25, 100), (50, 100, 1, 90, 100),
    ]  # fmt: skip


@pytest.fixture
def place(shop: Shop) -> Desk:
    made = desk(shop, lifts=2)
    scheduling.save_terms(store_id=shop.store_id, **TERMS, overbook_per_day=1, by=shop.boss(), at=NOON)
    return made


def plan(place: Desk, **facts: Any) -> None:
    commands.set_plan(store_id=place.shop.store_id, **(PLAN | facts), by=place.shop.boss(), at=NOON)


def full(place: Desk, risk: int) -> None:
    """Both lifts are taken at nine by people who may well stay away."""
    for _lift in range(2):
        booked(place)
    Appointment.objects.update(risk=risk)


@pytest.mark.parametrize(("by_risk", "risk"), [(False, 90), (True, 49)])
def test_nobody_is_overbooked_without_reason(place: Desk, by_risk: bool, risk: int) -> None:
    plan(place, overbook_by_risk=by_risk)
    full(place, risk)
    with nothing_changes(), pytest.raises(Conflict) as refused:
        booked(place)
    assert refused.value.code == "taken"


def test_a_full_hour_takes_one_more_when_one_is_expected_to_stay_away(place: Desk) -> None:
    plan(place, overbook_by_risk=True)
    full(place, 65)
    assert booked(place).lane == 1
    with nothing_changes(), pytest.raises(Conflict):
        booked(place)
    assert doctor.examine(["appointments"]) == []
    over = Appointment.objects.get(lane=1)
    moved = commands.move(appointment_id=over.pk, start=moment(14), by=place.shop.boss(), at=NOON)
    assert (moved.lane, moved.state) == (0, "rescheduled")
    assert booked(place).lane == 1


def test_what_is_offered_says_that_it_is_beyond(place: Desk, client: Client) -> None:
    plan(place, overbook_by_risk=True)
    scheduling.save_day(
        store_id=place.shop.store_id, day=TUESDAY, kind="special", hours=[(time(9), time(10))], by=place.shop.boss(),
        at=NOON,
    )  # fmt: skip
    full(place, 65)
    lines = queries.lines_of([place.work.ref], store_id=place.shop.store_id, vehicle_class="", on=TUESDAY)
    offers = queries.offers_for(place.shop.store_id, lines, at=moment(0), days=1)
    assert [(offer.slot.start, offer.over, offer.quiet) for offer in offers] == [(moment(9), True, False)]
    over = booked(place)
    assert queries.offers_for(place.shop.store_id, lines, at=moment(0), days=1) == []
    shown = client.get(f"{reverse('appointments:calendar')}?day={TUESDAY}").content.decode()
    assert "含 1 个超额预约位：该时段爽约期望 1.3" in shown
    assert "该时段爽约期望 1.3" in client.get(reverse("appointments:detail", args=[over.ref])).content.decode()


@pytest.fixture
def client(place: Desk) -> Iterator[Client]:
    yield client_of(place.shop, "appointments.view", "appointments.book", "scheduling.claim", "appointments.plan")


def test_preferred_customers_wait_first(place: Desk, client: Client) -> None:
    plan(place, priority_tags=["钻石", "金卡"])
    boss = place.shop.boss()
    wish: dict[str, Any] = {"store_id": place.shop.store_id, "start": moment(9), "services": [place.work.ref]}
    first = commands.join_waiting_list(**wish, guest=guest(), by=boss, at=NOON)
    customers.set_tags(customer_id=place.owner.pk, tags=["金卡"], by=boss, at=NOON)
    second = commands.join_waiting_list(**wish, vehicle_id=place.car.pk, by=boss, at=moment(0))
    assert (first.priority, second.priority) == (0, 1)
    assert [card.id for card in queries.waiting_here(boss, moment(1))] == [second.pk, first.pk]
    assert "优先" in client.get(f"{reverse('appointments:calendar')}?day={TUESDAY}").content.decode()
    body = {"reminders": "24", "late_minutes": "60", "offer_minutes": "60", "risky_percent": "30"} | {"most_open": "3"}
    assert client.post(reverse("appointments:plan"), body | {"priority_tags": "a" * 21}).status_code == 422
    assert client.post(reverse("appointments:plan"), body | {"priority_tags": "VIP，金卡"}).status_code == 302
    assert queries.plan_of(place.shop.store_id).priority_tags == ["VIP", "金卡"]
