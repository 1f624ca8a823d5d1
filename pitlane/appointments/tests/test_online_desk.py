"""What the desk and programs see of bookings that customers made by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pitlane.accounts import commands as accounts
from pitlane.appointments.models import OnlineCaller
from pitlane.catalog.tests.factories import client_of
from pitlane.core.ids import public_id
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import desk
from .online import PHONE, Page, opened
from .test_api import SCOPES, call, soon


@pytest.fixture
def page(shop: Shop) -> Page:
    return opened(desk(shop, lifts=1))


def test_the_desk_sees_verifies_and_closes_on_the_page(page: Page) -> None:
    row, shop = page.book(page.draft()), page.place.shop
    client = client_of(shop, "appointments.view", "appointments.book", "scheduling.claim")
    address = reverse("appointments:detail", args=[row.ref])
    shown = client.get(address).content.decode()
    assert "待核对车牌和车主" in shown and "客户自助" in shown
    for name, body in (("verify", {}), ("block_online", {"reason": "爽约"}), ("allow_online", {})):
        assert client.post(reverse(f"appointments:{name}", args=[row.ref]), body).status_code == 302
        shown = client.get(address).content.decode()
        assert "待核对车牌和车主" not in shown and ("已停网上预约" in shown) == (name == "block_online")


def test_the_counter_prints_the_address_of_the_page(page: Page) -> None:
    client = client_of(page.place.shop, "appointments.view")
    shown = client.get(reverse("appointments:online")).content.decode()
    assert "/m/jc/book/" in shown and "<svg" in shown and "还没有打开网上预约" not in shown


def test_programs_book_for_customers_and_set_the_plan(page: Page, client: Client) -> None:
    accounts.issue_api_key(name="小程序", scopes=SCOPES, secret="pl_book", by=page.place.shop.boss(), at=NOON)

    def api(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = call(client, method, path, body)
        assert answer.status_code == status, answer.content
        return answer.json()

    store = public_id("sto", page.place.shop.store_id)
    who = {"name": "赵先生", "phone": PHONE, "plate": "京C55555"}
    body = {
        "store": store,
        "start": soon(10).isoformat(),
        "services": [page.place.work.ref],
        "source": "online",
        "guest": who,
    }
    made = api("POST", "appointments", body, 201)
    assert (made["online"], made["to_verify"]) == (True, True)
    ref = made["id"]
    assert api("POST", f"appointments/{ref}/verify")["to_verify"] is False
    api("POST", f"appointments/{ref}/block-online", {"reason": "x"})
    assert OnlineCaller.objects.exclude(blocked_at=None).exists()
    api("POST", f"appointments/{ref}/allow-online")
    assert not OnlineCaller.objects.exclude(blocked_at=None).exists()
    api("POST", "appointments", body | {"source": "desk"}, 422)
    plan = api("GET", f"stores/{store}/booking-plan")
    assert (plan["online"], plan["most_open"], plan["notice"]) == (True, 3, "")
    told = {name: plan[name] for name in ("reminders", "late_minutes", "offer_minutes", "risky_percent")}
    changed = api("PUT", f"stores/{store}/booking-plan", told | {"notice": " 请带行驶证 ", "most_open": 2})
    assert (changed["online"], changed["most_open"], changed["notice"]) == (True, 2, "请带行驶证")
    with nothing_changes():
        api("PUT", f"stores/{store}/booking-plan", told | {"most_open": 0}, 422)
