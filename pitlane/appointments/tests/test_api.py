"""The API of appointments."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.appointments.models import Appointment
from pitlane.core.ids import public_id
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import Desk, desk, moment

SCOPES = ["appointments.view", "appointments.book", "appointments.plan", "scheduling.claim"]


@pytest.fixture
def place(shop: Shop) -> Desk:
    accounts.issue_api_key(name="预约", scopes=SCOPES, secret="pl_book", by=shop.boss(), at=NOON)
    return desk(shop)


def soon(hour: int) -> datetime:
    day = timezone.localdate() + timedelta(days=3)
    return moment(hour, day=day + timedelta(days=day.weekday() == 6))


def call(client: Any, method: str, path: str, body: Any = None, key: str = "") -> HttpResponse:
    headers = {"Authorization": "Bearer pl_book"} | ({"Idempotency-Key": key} if key else {})
    content = json.dumps(body) if body is not None else ""
    answer: HttpResponse = client.generic(
        method, f"/api/v1/{path}", content, content_type="application/json", headers=headers
    )
    return answer


def test_an_appointment_goes_its_way(place: Desk, client: Any) -> None:
    store = public_id("sto", place.shop.store_id)
    wish = {"store": store, "start": soon(10).isoformat(), "services": [place.work.ref], "vehicle": place.car.ref}
    made = call(client, "POST", "appointments", wish, key="k1")
    assert made.status_code == 201 and call(client, "POST", "appointments", wish, key="k1").json() == made.json()
    assert Appointment.objects.count() == 1 and made.json()["state"] == "confirmed"
    with nothing_changes():
        taken = call(client, "POST", "appointments", wish)
    assert taken.status_code == 409 and len(taken.json()["facts"]["alternatives"].split(",")) == 3
    path = f"appointments/{made.json()['id']}"
    moved = call(client, "POST", f"{path}/move", {"start": soon(14).isoformat(), "version": 1}).json()
    assert (moved["state"], moved["version"]) == ("rescheduled", 2)
    assert call(client, "POST", f"{path}/move", {"start": soon(15).isoformat(), "version": 1}).status_code == 409
    assert call(client, "POST", f"{path}/confirm").json()["state"] == "confirmed"
    change = {"services": [place.work.ref], "version": 3}
    assert call(client, "PUT", f"{path}/services", change).json()["version"] == 4
    assert call(client, "PUT", f"{path}/services", change).status_code == 409
    waiting = call(client, "POST", "waiting-list", wish | {"start": soon(14).isoformat()}).json()
    assert waiting["state"] == "waitlisted"
    offered = call(client, "POST", f"appointments/{waiting['id']}/offer", {"start": soon(10).isoformat()}).json()
    assert offered["state"] == "requested" and offered["offer_until"]
    assert call(client, "POST", f"appointments/{waiting['id']}/withdraw").json()["state"] == "waitlisted"
    assert call(client, "POST", f"{path}/arrive").status_code == 422
    assert call(client, "POST", f"{path}/no-show").status_code == 422
    assert call(client, "POST", f"{path}/cancel", {"reason": "改天"}).json()["state"] == "cancelled"
    assert call(client, "GET", path).json()["phone"] == "138****6217"
    assert len(call(client, "GET", "appointments").json()["items"]) == 2


def test_the_plan_and_a_calendar(place: Desk, client: Any) -> None:
    store = public_id("sto", place.shop.store_id)
    body: dict[str, Any] = {"reminders": [2880, 60], "late_minutes": 30, "offer_minutes": 45, "risky_percent": 25}
    body |= {"overbook_by_risk": True, "priority_tags": ["VIP"]}
    assert call(client, "PUT", f"stores/{store}/booking-plan", body).json() == body | {
        "measure": None, "online": False, "notice": "", "most_open": 3,
    }  # fmt: skip
    assert call(client, "GET", f"stores/{store}/booking-plan").json()["reminders"] == [2880, 60]
    feed = call(client, "POST", f"stores/{store}/calendar-feeds", {}).json()
    address = feed["address"].partition("testserver")[2]
    assert client.get(address).content.startswith(b"BEGIN:VCALENDAR")
    assert call(client, "DELETE", f"calendar-feeds/{feed['id']}").status_code == 204
    assert client.get(address).status_code == 404


def test_the_analysis_of_a_store(place: Desk, client: Any) -> None:
    store = public_id("sto", place.shop.store_id)
    found = call(client, "GET", f"stores/{store}/booking-analysis?weeks=99").json()
    assert (found["bookings"], found["advice"], found["lead_median_days"]) == (0, None, None)
    assert {hour["hour"] for hour in found["hours"]} == set(range(8, 18))
    elsewhere = public_id("sto", 10**6)
    assert call(client, "GET", f"stores/{elsewhere}/booking-analysis").status_code == 404
