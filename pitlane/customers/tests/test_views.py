"""Screens: what stands on them, what a save does, and what a stranger gets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pitlane.core.models import EventRow
from pitlane.core.search import panel
from pitlane.core.testing import Shop
from pitlane.customers import commands
from pitlane.customers.models import Consent, ContactLog, Customer, CustomerPhone, Vehicle
from pitlane.customers.queries import primary_phone

from . import factories as make
from .conftest import SignIn

NUMBER = "13800116217"
HTMX = {"HX-Request": "true"}


def new_customer(**more: str) -> dict[str, str]:
    return {"kind": "person", "name": "李思敏", "phone": "18612340932", "plate": "京AD32618", "service": "on", **more}


def text(response) -> str:
    return response.content.decode()


def test_the_list_shows_plates_first_and_masked_phones(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    owner = make.customer(shop, tags=["车友"])
    make.vehicle(shop, owner, make="大众", series="帕萨特")
    page = text(sign_in().get("/customers"))
    assert "王建国" in page and "138****6217" in page and "8K326" in page and "车友" in page
    assert NUMBER not in page


@pytest.mark.parametrize("query", ["?q=6217", "?q=8k326", "?q=wjg", "?view=gaps", "?kind=person", "?tag=车友"])
def test_filters_live_in_the_address(shop: Shop, sign_in: SignIn, query: str) -> None:
    owner = make.customer(shop, tags=["车友"])
    make.vehicle(shop, owner)
    make.customer(shop, "顺达物流（北京）有限公司", ("13500003266",), kind="company", source="referral")
    page = text(sign_in().get(f"/customers{query}"))
    assert "王建国" in page


def test_a_filter_without_hits_offers_to_clear(shop: Shop, sign_in: SignIn) -> None:
    make.customer(shop)
    page = text(sign_in().get("/customers?q=zzzz"))
    assert "没有符合条件的客户" in page and "王建国" not in page


def test_the_360_view(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    owner = make.customer(
        shop, birthday=at.date().replace(year=1978), birthday_lunar=True, address="北京市朝阳区望京西园 3 号"
    )
    car = make.vehicle(shop, owner, vin=make.VIN, insurance_until=at.date() + timedelta(days=12))
    commands.log_contact(
        customer_id=owner.pk, channel="call_out", text="刹车有轻微异响", next_step="周一接车", by=shop.boss(), at=at
    )
    client = sign_in()
    page = text(client.get(f"/customers/{owner.ref}"))
    for expected in (
        "王建国",
        "138****6217",
        "8K326",
        "朝阳区 望京西园****",
        "刹车有轻微异响",
        "周一接车",
        "农历",
        "到期",
        "还缺",
    ):
        assert expected in page, expected
    assert NUMBER not in page and "3 号" not in page
    assert f"/vehicles/{car.ref}" in page
    talks = text(client.get(f"/customers/{owner.ref}?tab=talks"))
    assert "刹车有轻微异响" in talks and "建立客户档案" not in talks


def test_older_entries_come_by_key(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    owner = make.customer(shop)
    for minute in range(30):
        commands.log_contact(
            customer_id=owner.pk,
            channel="note",
            text=f"第{minute}条。",
            by=shop.boss(),
            at=at + timedelta(minutes=minute),
        )
    client = sign_in()
    first = text(client.get(f"/customers/{owner.ref}?tab=talks"))
    cursor = first.split("cursor=")[1].split('"')[0]
    part = text(client.get(f"/customers/{owner.ref}?tab=talks&cursor={cursor}", headers=HTMX))
    assert "第29条。" in first and "第0条。" not in first
    assert "第0条。" in part and "第29条。" not in part and "<html" not in part


def test_a_shown_number_dials_through_the_shops_telephone(shop: Shop, sign_in: SignIn, settings: Any) -> None:
    settings.DIAL_URL = "http://127.0.0.1:8088/dial?to={number}"
    owner = make.customer(shop)
    shown = text(sign_in().post(f"/customers/{owner.ref}/reveal?what=phone", headers=HTMX))
    assert 'href="http://127.0.0.1:8088/dial?to=1' in shown


def test_the_telephone_opens_the_caller(shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    number = primary_phone(owner.pk).reveal()
    assert owner.name in text(sign_in().get(f"/calls/new?number={number}"))
    assert "13900001111" in text(sign_in().get("/calls/new?number=13900001111"))


def test_revealing_is_a_post_and_on_record(shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    client = sign_in()
    assert client.get(f"/customers/{owner.ref}/reveal?what=phone").status_code == 405
    answer = client.post(f"/customers/{owner.ref}/reveal?what=phone", headers=HTMX)
    assert "138 0011 6217" in text(answer)
    row = EventRow.objects.get(kind="customers.PersonalDataRevealed")
    assert (row.customer_id, row.actor_name) == (owner.pk, "林晓燕") and NUMBER not in str(row.payload)
    assert sign_in("customers.view").post(f"/customers/{owner.ref}/reveal?what=phone").status_code == 403


def test_a_new_customer_with_car(shop: Shop, sign_in: SignIn) -> None:
    answer = sign_in().post("/customers/new", new_customer(more_phones="010-64391234", tags="车友, 周末"))
    made = Customer.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/customers/{made.ref}"
    assert (made.phones.count(), made.tag_rows.count(), Vehicle.objects.get().plate_kind) == (2, 2, "green")
    assert Consent.objects.get().purpose == "service"


def test_wrong_entries_come_back_with_the_input_kept(shop: Shop, sign_in: SignIn) -> None:
    page = text(sign_in().post("/customers/new", new_customer(plate="京A8", phone="1861234")))
    assert "李思敏" in page and "位" in page and Customer.objects.count() == 0


def test_a_known_phone_is_shown_with_a_link_and_can_be_overridden(shop: Shop, sign_in: SignIn) -> None:
    known = make.customer(shop)
    client = sign_in()
    page = text(client.post("/customers/new", new_customer(phone=NUMBER)))
    assert f"/customers/{known.ref}" in page and "despite_duplicates" in page
    client.post("/customers/new", new_customer(phone=NUMBER, despite_duplicates="on"))
    assert Customer.objects.count() == 2


def test_checks_while_typing(shop: Shop, sign_in: SignIn) -> None:
    known = make.customer(shop)
    car = make.vehicle(shop, known, vin=make.VIN)
    page = text(
        sign_in().post("/customers/checks", new_customer(phone=NUMBER, plate="京A8K326", name="王健国", vin="LSV"))
    )
    assert known.ref in page and car.ref in page and "王建国" in page and "车架号应为 17 位" in page


def test_editing_in_the_drawer(shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop, wechat="wjg78")
    client = sign_in()
    drawer = text(client.get(f"/customers/{owner.ref}/edit", headers=HTMX))
    assert "<html" not in drawer and "wjg78" not in drawer
    form = {"kind": "person", "name": "王建华", "version": "1"}
    answer = client.post(f"/customers/{owner.ref}/edit", form, headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/customers/{owner.ref}")
    assert Customer.objects.get().wechat.reveal() == "wjg78"
    late = text(client.post(f"/customers/{owner.ref}/edit", form | {"name": "王建军"}))
    assert "林晓燕 刚修改过" in late and Customer.objects.get().name == "王建华"


def test_phones_days_tags_and_consent_by_form(shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    base, client = f"/customers/{owner.ref}", sign_in()
    assert "138****6217" in text(client.get(f"{base}/phones"))
    client.post(f"{base}/phones", {"number": "13912345678", "label": "司机"})
    second = CustomerPhone.objects.get(primary=False)
    client.post(f"{base}/phones/{second.ref}/primary")
    client.post(f"{base}/phones/{second.ref}/remove")
    client.post(f"{base}/dates", {"label": "结婚纪念日", "on": "2005-05-20", "yearly": "on"})
    client.post(f"{base}/tags", {"tag": "车友 周末"})
    client.post(f"{base}/tags", {"remove": "周末"})
    client.post(f"{base}/consent", {"purpose": "marketing", "granted": "1"})
    client.post(f"{base}/consent", {"purpose": "marketing", "granted": "0"})
    page = text(client.get(base))
    assert "结婚纪念日" in page and "车友" in page and "营销 未同意" in page
    client.post(f"{base}/dates/{owner.dates.get().ref}/remove")
    assert not owner.dates.exists()


def test_a_contact_with_next_step(shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    client = sign_in()
    assert "<html" not in text(client.get(f"/customers/{owner.ref}/contacts/new", headers=HTMX))
    empty = client.post(f"/customers/{owner.ref}/contacts/new", {"channel": "call_out"})
    assert empty.status_code == 200 and ContactLog.objects.count() == 0
    client.post(
        f"/customers/{owner.ref}/contacts/new", {"channel": "call_out", "text": "想换轮胎", "next_step": "报价"}
    )
    client.post(f"/customers/contacts/{ContactLog.objects.get().ref}/done")
    assert ContactLog.objects.get().next_done_at


def test_the_page_of_a_car_and_its_forms(shop: Shop, sign_in: SignIn) -> None:
    owner, other = make.customer(shop), make.customer(shop, "李思敏", ("18612340932",))
    client = sign_in()
    client.post(f"/vehicles/new?customer={owner.ref}", {"plate": "京A8K326", "make": "大众", "odometer": "60000"})
    car = Vehicle.objects.get()
    page = text(client.get(f"/vehicles/{car.ref}"))
    assert "8K326" in page and "60,000 km" in page and "王建国" in page
    client.post(f"/vehicles/{car.ref}/odometer", {"odometer": "600000"})
    assert "存疑" in text(client.get(f"/vehicles/{car.ref}"))
    form = {"plate": "京A8K326", "plate_kind": "", "series": "途观", "version": "1", "fuel": "petrol"}
    assert client.post(f"/vehicles/{car.ref}/edit", form).status_code == 302
    found = text(client.get(f"/vehicles/{car.ref}/people?q=lsm"))
    assert "李思敏" in found
    client.post(f"/vehicles/{car.ref}/people", {"customer": other.ref})
    client.post(f"/vehicles/{car.ref}/people?role=driver", {"customer": owner.ref})
    page = text(client.get(f"/vehicles/{car.ref}"))
    assert "驾驶人" in page and "途观" in page
    assert "车主 李思敏" in text(client.get(f"/customers/{owner.ref}"))
    assert client.get(f"/vehicles/{car.ref}/people?role=thief").status_code == 404


def test_the_search_panel_leads_to_pages_and_check_in(shop: Shop, sign_in: SignIn) -> None:
    car = make.vehicle(shop, make.customer(shop))
    groups = panel("326", shop.boss())
    row = groups[0]["rows"][0]
    assert (row["url"], row["checkin_url"]) == (f"/vehicles/{car.ref}", f"/reception/check-in?vehicle={car.ref}")
    assert panel("6217", shop.boss())[0]["rows"][0]["name"] == [("王建国", False)]
    assert panel("326", shop.actor()) == []


def test_strangers_are_kept_out(shop: Shop, other_shop: Shop, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    car = make.vehicle(shop, owner)
    pages = ["/customers", f"/customers/{owner.ref}", f"/vehicles/{car.ref}"]
    for page in pages:
        assert Client().get(page).status_code == 302
        assert sign_in("workshop.view").get(page).status_code == 403
    for page in (f"/customers/{owner.ref}/edit", "/customers/new", f"/customers/{owner.ref}/contacts/new"):
        assert sign_in("customers.view").get(page).status_code == 403
    assert sign_in("customers.view").get("/customers/exports/new").status_code == 403
    assert sign_in("customers.view").post(f"/customers/{owner.ref}/data").status_code == 403
    assert sign_in().get("/customers/cus_AAAAAAAA").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept", "lunar"),
    [
        ("1978年农历九月十一", "1978-10-12", True),
        ("1978-05-20", "1978-05-20", False),
        ("1978年5月20日", "1978-05-20", False),
    ],
)
def test_a_birthday_is_typed_in_either_calendar(
    shop: Shop, sign_in: SignIn, typed: str, kept: str, lunar: bool
) -> None:
    client = sign_in()
    client.post("/customers/new", new_customer(birthday=typed))
    made = Customer.objects.get()
    assert (str(made.birthday), made.birthday_lunar) == (kept, lunar)
    assert f'value="{kept}"' in text(client.get(f"/customers/{made.ref}/edit"))


def test_a_lunar_day_that_never_was_is_refused_at_its_field(shop: Shop, sign_in: SignIn) -> None:
    page = text(sign_in().post("/customers/new", new_customer(birthday="2026年闰六月初一")))
    assert "农历没有这一天" in page and "2026年闰六月初一" in page and not Customer.objects.exists()
