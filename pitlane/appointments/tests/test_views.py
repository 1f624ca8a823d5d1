"""The screens of appointments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment, Feed
from pitlane.catalog.tests.factories import client_of
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers.tests import factories as people

from .factories import Desk, booked, desk, guest, moment

DESK = ("appointments.view", "appointments.book", "scheduling.claim", "customers.view")


@pytest.fixture
def place(shop: Shop) -> Desk:
    return desk(shop, lifts=2)


@pytest.fixture
def client(place: Desk) -> Iterator[Client]:
    yield client_of(place.shop, *DESK, "appointments.plan")


def soon(hour: int = 10) -> str:
    """A time on an open day that is still to come, as a browser writes it."""
    day = timezone.localdate() + timedelta(days=3)
    while day.weekday() == 6:
        day += timedelta(days=1)
    return f"{moment(hour, day=day):%Y-%m-%dT%H:%M}"


def page(row: Appointment, name: str = "detail") -> str:
    return reverse(f"appointments:{name}", args=[row.ref])


def coming(place: Desk, hour: int = 10) -> Appointment:
    start = timezone.make_aware(timezone.datetime.fromisoformat(soon(hour)))
    return booked(place, start, at=timezone.now())


def test_a_known_car_is_booked_with_what_is_offered(place: Desk, client: Client) -> None:
    address = f"{reverse('appointments:book')}?vehicle={place.car.ref}"
    offered = client.get(address, headers={"HX-Request": "true"})
    assert "推荐时段" in offered.content.decode() and not offered.context["form"].fields.get("phone")
    offers = [offer.value for offer in offered.context["choice"].offers]  # for half an hour: no service is chosen yet
    start = next(one for one in offers if timezone.localtime(datetime.fromisoformat(one)).hour < 17)
    body = {"vehicle": place.car.ref, "services": [place.work.ref], "start": start, "source": "phone"}
    assert client.post(address, body, headers={"HX-Request": "true"}).status_code == 204
    row = Appointment.objects.get()
    assert (row.state, row.vehicle_id, row.source, row.starts_at.isoformat()) == (
        "confirmed", place.car.pk, "phone", row.starts_at.isoformat(),
    )  # fmt: skip


def test_somebody_new_gives_name_and_phone_and_loses_nothing(place: Desk, client: Client) -> None:
    body = {"plate": "京C55555", "name": "", "phone": "13911112222", "wish": "异响", "other": soon(), "source": "desk"}
    refused = client.post(reverse("appointments:book"), body)
    assert refused.status_code == 422 and "请填写姓名" in refused.content.decode()
    assert "13911112222" in refused.content.decode() and Appointment.objects.count() == 0
    assert client.post(reverse("appointments:book"), body | {"name": "赵先生"}).status_code == 302
    assert Appointment.objects.get().guest_masked == "139****2222"


def test_a_taken_time_is_explained_and_may_be_waited_for(place: Desk, client: Client) -> None:
    coming(place), coming(place)
    body = {"services": [place.work.ref], "other": soon(), "source": "phone", "vehicle": place.car.ref}
    refused = client.post(reverse("appointments:book"), body)
    assert refused.status_code == 422 and "可改约" in refused.content.decode()
    assert client.post(reverse("appointments:book"), body | {"go": "wait"}).status_code == 302
    waiting = Appointment.objects.get(state="waitlisted")
    shown = client.get(page(waiting))
    assert "可以给候补客户的空位" in shown.content.decode()
    offer = {"start": shown.context["page"].offers[0].start.isoformat()}
    assert client.post(page(waiting, "offer"), offer).status_code == 302
    assert client.post(page(waiting, "withdraw")).status_code == 302
    assert Appointment.objects.get(pk=waiting.pk).state == "waitlisted"


def test_services_are_found_and_times_follow_what_was_ticked(place: Desk, client: Client) -> None:
    given = {"services": [place.work.ref], "find": "小保养", "vehicle": place.car.ref}
    found = client.get(reverse("appointments:choices"), given)
    assert found.context["choice"].minutes == 60 and "checked" in found.content.decode()
    assert client.get(reverse("appointments:choices"), {"services": ["opn_made_up"]}).status_code == 200


def test_a_move_is_checked_before_it_is_saved(place: Desk, client: Client) -> None:
    row, other = coming(place, 10), coming(place, 14)
    wish = {"start": other.starts_at.isoformat()}
    assert client.get(page(row, "check"), wish).json()["fits"] is True
    bad = client.get(page(row, "check"), {"start": moment(9).replace(year=2020).isoformat()}).json()
    assert bad["fits"] is False and bad["reasons"]
    with nothing_changes():
        late = client.post(page(row, "place"), {"start": moment(9).replace(year=2020).isoformat(), "version": "1"})
    assert late.status_code == 422 and late.json()["error"]
    assert client.post(page(row, "place"), wish | {"version": "1"}).json() == {"saved": True}
    assert client.post(page(row, "place"), {"start": row.starts_at.isoformat(), "version": "1"}).status_code == 409
    drawer = client.get(page(row, "move"), headers={"HX-Request": "true"})
    start = drawer.context["offers"][0].start.isoformat()
    assert client.post(page(row, "move"), {"start": start, "version": "2"}).status_code == 302
    assert client.post(page(row, "move"), {"version": "3"}).status_code == 422


def test_arrival_leads_to_check_in_and_the_rest_of_the_buttons_work(place: Desk, client: Client) -> None:
    row = coming(place)
    Appointment.objects.filter(pk=row.pk).update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1))
    arrived = client.post(page(row, "arrive"), {"checkin": "1"})
    assert arrived["Location"] == f"/reception/check-in/?appointment={row.ref}"
    with nothing_changes():
        assert client.post(page(row, "cancel"), {"reason": ""}).status_code == 422
    assert client.post(page(row, "cancel"), {"reason": "不修了"}).status_code == 302
    missed = coming(place, 11)
    Appointment.objects.filter(pk=missed.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    assert client.post(page(missed, "no_show")).status_code == 302
    asked = booked(place, missed.ends_at + timedelta(hours=2), at=timezone.now(), confirmed=False)
    assert client.post(page(asked, "confirm")).status_code == 302
    assert Appointment.objects.get(pk=asked.pk).state == "confirmed"


@pytest.mark.parametrize(
    "query", ["view=all", "view=coming", "view=waiting", "q=京A8K326&view=all", "day=2026-11-24", "day=x"]
)
def test_the_list_is_narrowed_by_its_address(place: Desk, client: Client, query: str) -> None:
    booked(place)
    shown = client.get(f"{reverse('appointments:list')}?{query}")
    assert shown.status_code == 200
    assert ("王建国" in shown.content.decode()) == (query in ("view=all", "day=2026-11-24", "q=京A8K326&view=all"))


@pytest.mark.parametrize("address", ["list?view=all", "calendar?day=2026-11-24", "calendar?day=2026-11-24&span=week"])
@pytest.mark.parametrize("by", ["bay", "technician"])
def test_screens_read_the_same_for_any_number(place: Desk, client: Client, address: str, by: str) -> None:
    name, _mark, query = address.partition("?")
    url = f"{reverse(f'appointments:{name}')}?{query}&by={by}"
    booked(place)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(url).status_code == 200
    for hour in (11, 13, 15):
        owner = people.customer(place.shop, name=f"客{hour}", phones=(f"1380000{hour}00",))
        car = people.vehicle(place.shop, owner, plate=f"京B{hour}000")
        booked(place, moment(hour), vehicle_id=car.pk)
    booked(place, moment(16), vehicle_id=None, guest=guest())
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)


def test_the_plan_is_set_and_calendars_are_handed_out(place: Desk, client: Client) -> None:
    row = coming(place)
    body = {"reminders": "48 2", "late_minutes": "30", "offer_minutes": "45", "risky_percent": "25", "most_open": "3"}
    assert client.post(reverse("appointments:plan"), body).status_code == 302
    assert client.post(reverse("appointments:plan"), body | {"reminders": "x"}).status_code == 422
    client.post(reverse("appointments:issue_feed"), {"staff": ""})
    shown = client.get(reverse("appointments:plan"))
    address = shown.context["address"]
    assert "数据还太少" in shown.content.decode() and address
    stranger = Client()
    calendar = stranger.get(address).content.decode()
    assert calendar.startswith("BEGIN:VCALENDAR\r\n") and f"UID:{row.ref}@pitlane" in calendar
    assert "王建国" not in calendar and all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert client.post(reverse("appointments:end_feed", args=[Feed.objects.get().ref])).status_code == 302
    assert stranger.get(address).status_code == 404
    assert stranger.get(reverse("appointments:feed", args=["x" * 43])).status_code == 404


def test_nobody_sees_another_stores_appointments(place: Desk) -> None:
    row = booked(place)
    elsewhere = client_of(place.shop, *DESK, store_id=place.shop.other_store_id)
    for name in ("detail", "move", "check"):
        assert elsewhere.get(page(row, name), {"start": moment(9).isoformat()}).status_code == 404
    with nothing_changes():
        for name in ("place", "confirm", "arrive", "cancel", "no_show", "offer", "withdraw"):
            assert elsewhere.post(page(row, name), {"start": moment(9).isoformat(), "reason": "x"}).status_code == 404


def test_home_shows_today(place: Desk, client: Client) -> None:
    row = coming(place)
    now = timezone.now()
    Appointment.objects.filter(pk=row.pk).update(
        starts_at=now - timedelta(minutes=20), ends_at=now + timedelta(hours=1)
    )
    home = client.get("/").content.decode()
    assert "今日预约" in home and "迟到 20 分钟" in home and "联系" in home
    commands.arrive(appointment_id=row.pk, by=place.shop.boss(), at=now)
    assert f"/reception/check-in/?appointment={row.ref}" in client.get("/").content.decode()
