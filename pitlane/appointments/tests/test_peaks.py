"""When the shop is full, and what is advised: the rules as a table, the page and the API on real bookings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pitlane.accounts.models import Staff, StaffSkill
from pitlane.appointments import commands, queries
from pitlane.appointments.models import Appointment
from pitlane.appointments.queries.peaks import booked_between, wished_between
from pitlane.appointments.rules import Advice, HourFact, advice
from pitlane.catalog.tests.factories import client_of
from pitlane.core.testing import NOON, Shop
from pitlane.scheduling.queries import Needs, Segment

from .factories import Desk, booked, desk, moment

FULL = {"capacity": 1000, "busy": 960}
CALM = {"capacity": 1000, "busy": 500}
WEEK = [HourFact(day, hour, "", **CALM, visits=10, misses=1) for day in range(5) for hour in range(8, 18)]


def with_hours(*hours: HourFact) -> list[HourFact]:
    """The calm week with some of its hours replaced."""
    taken = {(one.weekday, one.hour, one.skill) for one in hours}
    return [one for one in WEEK if (one.weekday, one.hour, one.skill) not in taken] + list(hours)


CASES: list[tuple[str, list[HourFact], list[Advice]]] = [
    ("a calm week needs nothing", WEEK, []),
    ("full without a wish in vain is no reason", with_hours(HourFact(5, 9, "body", **FULL, wishes=2)), []),
    (
        "one craft is short for two hours",
        with_hours(HourFact(5, 9, "body", **FULL, wishes=13), HourFact(5, 10, "body", **FULL, wishes=10)),
        [Advice("hire", 5, (9, 11), "body", 96, 23, 1.7)],
    ),
    (
        "few wishes: not more than were asked for",
        with_hours(HourFact(5, 9, "body", **FULL, wishes=4)),
        [Advice("hire", 5, (9, 10), "body", 96, 4, 0.5)],
    ),
    (
        "the craft is named, not the shop as a whole",
        with_hours(HourFact(4, 9, "body", **FULL, wishes=4), HourFact(4, 9, "", **FULL, wishes=4)),
        [Advice("hire", 4, (9, 10), "body", 96, 4, 0.5)],
    ),
    (
        "asked for while closed",
        with_hours(HourFact(6, 10, "", 0, 0, wishes=3), HourFact(6, 12, "", 0, 0, wishes=2)),
        [Advice("open", 6, (10, 11), "", 0, 3, 0.4)],
    ),
    (
        "an empty afternoon",
        with_hours(*(HourFact(1, hour, "", 1000, 180) for hour in (14, 15, 16))),
        [Advice("quiet", 1, (14, 17), "", 18, 0, 5.1)],
    ),
    ("a single empty hour is no afternoon", with_hours(HourFact(1, 14, "", 1000, 180)), []),
    (
        "bookings are a small part of the work: an empty afternoon says nothing",
        [HourFact(1, hour, "", 1000, 100 if hour < 12 else 0) for hour in range(8, 18)],
        [],
    ),
    (
        "many stay away on Friday morning",
        with_hours(HourFact(4, 8, "", **CALM, visits=24, misses=9)),
        [Advice("absent", 4, (8, 9), "", 38, 0, 1.1, 24, 9)],
    ),
]


@pytest.mark.parametrize(("_name", "facts", "found"), CASES, ids=[name for name, *_rest in CASES])
def test_advice(_name: str, facts: list[HourFact], found: list[Advice]) -> None:
    assert advice(facts, weeks=8, visits=500, minutes=60) == found


@pytest.mark.parametrize(("weeks", "visits"), [(3, 500), (8, 39)])
def test_thin_numbers_say_nothing(weeks: int, visits: int) -> None:
    assert advice(CASES[2][1], weeks=weeks, visits=visits, minutes=60) is None


@pytest.fixture
def place(shop: Shop) -> Desk:
    made = desk(shop, lifts=2)
    for person in Staff.objects.filter(employee_no__in=("T1", "T2")):
        StaffSkill.objects.create(org_id=shop.org_id, staff=person, skill="body", level=2)
    return made


@pytest.fixture
def client(place: Desk) -> Iterator[Client]:
    yield client_of(place.shop, "appointments.view", "appointments.book", "scheduling.claim", "customers.view")


SUMMER = date(2026, 9, 1)


def past(place: Desk, day: int, hour: int, today: date = SUMMER, **facts: Any) -> Appointment:
    """A visit of a former Saturday, as it is kept. No public holiday lies in that summer."""
    week = today - timedelta(days=today.weekday() + 2 + 7 * day)
    start = moment(hour, day=week)
    needs = Needs((Segment(60, "lift", (), "body", 1),))
    values: dict[str, Any] = {"state": "converted", "made_at": start - timedelta(days=3), "made_by": "x"}
    ends = start + timedelta(hours=1)
    kept = {"starts_at": start, "ends_at": ends, "needs": needs.plain(), "store_id": place.shop.store_id}
    row = Appointment(org_id=place.shop.org_id, **(values | kept | facts))
    if row.state == "converted":
        row.order_id = 1000 + Appointment.objects.count()
    row.save()
    return row


def saturdays(place: Desk, today: date = SUMMER) -> None:
    """Eight weeks in which Saturday nine to eleven was full, and customers asked for it in vain."""
    for week in range(8):
        for hour in (9, 9, 10, 10, 13, 15):
            past(place, week, hour, today)
        past(place, week, 16, today, state="no_show")
        past(place, week, 9, today, state="cancelled")
        late = past(place, week, 17, today)
        Appointment.objects.filter(pk=late.pk).update(wished_at=late.starts_at - timedelta(hours=8))


def test_the_numbers_of_eight_weeks(place: Desk) -> None:
    saturdays(place)
    found = queries.peaks(place.shop.store_id, at=moment(12, day=SUMMER), weeks=8)
    assert (found.came, found.missed, found.cancelled, found.bookings) == (56, 8, 8, 72)
    assert (found.show_percent, found.lead_median, found.wishes) == (88, 3, 8)
    assert [(lead.count, lead.percent) for lead in found.leads] == [(0, 0), (0, 0), (72, 100), (0, 0), (0, 0), (0, 0)]
    nine = next(row for row in found.hours if row.label == "9:00").cells[5]
    assert nine is not None and (nine.use.capacity, nine.use.busy, nine.wishes) == (8 * 120, 8 * 120, 8)
    body = found.skills[0].cells[5]
    assert found.skills[0].people == 2 and body is not None and body.use.busy == 56 * 60
    assert found.told is not None and found.told[0].advice.kind == "hire"
    assert found.told[0].text.startswith("周六 9–11 点 钣金技师利用率 100%，近 8 周有 8 次未能按客户期望的时间预约")


def test_thin_data_is_said(place: Desk, client: Client) -> None:
    past(place, 1, 9)
    assert "数据不足" in client.get(reverse("appointments:peaks")).content.decode()


def test_the_page_reads_the_same_for_any_number(place: Desk, client: Client) -> None:
    past(place, 1, 9, timezone.localdate())
    url = f"{reverse('appointments:peaks')}?weeks=8&skill=body"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    saturdays(place, timezone.localdate())
    with CaptureQueriesContext(connection) as many:
        shown = client.get(url)
    assert len(many) == len(few)
    assert "周六 9–11 点 人手不够" in shown.content.decode() and shown.context["peaks"].skill == "body"
    assert client.get(f"{reverse('appointments:peaks')}?weeks=x&skill=x").context["peaks"].weeks == 8


def years_of_bookings(place: Desk, late: Appointment) -> None:
    """Three years of two stores, as statistics must see them before a planner may be asked for its choice."""
    facts = {field.attname: getattr(late, field.attname) for field in Appointment._meta.concrete_fields}
    facts |= {"id": None, "state": "no_show", "order_id": None, "wished_at": None}
    Appointment.objects.bulk_create(
        Appointment(**facts | {"store_id": store, "starts_at": start, "ends_at": start + timedelta(hours=1)})
        for start in (moment(0, day=SUMMER) - timedelta(hours=9 * step) for step in range(3000))
        for store in (place.shop.store_id, place.shop.other_store_id)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE appointments_appointment")


def test_a_period_is_found_by_its_index(place: Desk) -> None:
    saturdays(place)
    years_of_bookings(place, Appointment.objects.latest("pk"))
    start, end = moment(0, day=SUMMER) - timedelta(days=56), moment(0, day=SUMMER)
    booked_plan = booked_between(place.shop.store_id, start, end).explain()
    assert "appointments_day" in booked_plan and "TEMP B-TREE" not in booked_plan
    assert "appointments_wished" in wished_between(place.shop.store_id, start, end).explain()


def test_a_wish_that_could_not_be_met_is_remembered(place: Desk, client: Client) -> None:
    day = timezone.localdate() + timedelta(days=3 + (timezone.localdate().weekday() == 3))
    wanted = moment(10, day=day)
    for _lift in range(2):
        booked(place, wanted, at=timezone.now())
    body = {"services": [place.work.ref], "other": f"{wanted:%Y-%m-%dT%H:%M}", "source": "phone"}
    refused = client.post(reverse("appointments:book"), body | {"vehicle": place.car.ref})
    kept = refused.context["wished"]
    assert refused.status_code == 422 and datetime.fromisoformat(kept) == wanted
    again = body | {"vehicle": place.car.ref, "other": f"{moment(14, day=day):%Y-%m-%dT%H:%M}", "wished": kept}
    assert client.post(reverse("appointments:book"), again).status_code == 302
    row = Appointment.objects.latest("pk")
    assert (row.starts_at, row.wished_at) == (moment(14, day=day), wanted)
    waiting = commands.join_waiting_list(
        store_id=place.shop.store_id, start=wanted, services=[place.work.ref], vehicle_id=place.car.pk,
        by=place.shop.boss(), at=NOON,
    )  # fmt: skip
    assert waiting.wished_at == wanted
    assert booked(place, moment(16, day=day), wished_at=moment(16, day=day), at=timezone.now()).wished_at is None
