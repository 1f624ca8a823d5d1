"""My pages: what belongs to whoever holds the phone is there, and nothing of anybody else, by whatever address."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Approval
from pitlane.appointments.models import Appointment
from pitlane.appointments.tests import factories as booking
from pitlane.catalog.models import Operation
from pitlane.core.access import customer, system
from pitlane.core.errors import Forbidden
from pitlane.core.ids import public_id
from pitlane.core.models import EventRow, Tally
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands as people
from pitlane.customers.models import Consent, Customer, CustomerPhone, Ownership, Vehicle
from pitlane.customers.tests import factories as persons
from pitlane.messaging.models import Preference
from pitlane.reception import commands as reception
from pitlane.reception.models import Estimate
from pitlane.reception.tests.factories import TOKEN, World, png, world
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as workshop_queries
from pitlane.workshop.models import ArchiveEntry, RepairOrder
from pitlane.workshop.tests import factories as bench

from .. import commands, my_views
from ..models import PhoneSession
from ..record_paper import facts_of
from .phones import PHONE, last_code, open_sms, sign_in

HOME = "/m/jc/"
Delivered = tuple[Any, RepairOrder]


@pytest.fixture
def made(shop: Shop) -> World:
    open_sms(shop)
    return world(shop)


@pytest.fixture
def owner(made: World) -> Customer:
    """The customer of the world holds our phone, and nobody else does."""
    CustomerPhone.objects.all().delete()
    people.add_phone(customer_id=made.owner.pk, number=PHONE, by=system(made.shop.org_id), at=timezone.now())
    return Customer.objects.get(pk=made.owner.pk)


@pytest.fixture
def quoted(made: World, owner: Customer) -> Estimate:
    order, _keys = made.quoted()
    return reception.send_estimate(order_id=order.pk, token=TOKEN, by=made.shop.boss(), at=timezone.now())


@pytest.fixture
def phone(client: Client, owner: Customer) -> Client:
    sign_in(client)
    return client


def order_page(order_id: int, more: str = "") -> str:
    return f"{HOME}orders/{public_id('ord', order_id)}/{more}"


def test_home_says_what_waits_first(phone: Client, quoted: Estimate, owner: Customer) -> None:
    page = phone.get(HOME)
    text = page.content.decode()
    assert "有 1 份报价等您确认" in text and order_page(quoted.order_id) in text
    assert len(page.context["page"].cars) == 1 and PHONE not in text


def test_the_quote_is_answered_once(phone: Client, quoted: Estimate) -> None:
    jobs = {f"decision:{line['key']}": "approve" for line in quoted.lines if not line["parent"]}
    assert phone.get(order_page(quoted.order_id)).status_code == 200
    with nothing_changes():
        assert phone.post(order_page(quoted.order_id, "answer"), jobs).status_code == 422
    said = phone.post(order_page(quoted.order_id, "answer"), {**jobs, "signature_typed": "王建国"})
    assert said.headers["Location"] == order_page(quoted.order_id, "?answered=now")
    with nothing_changes():
        again = phone.post(order_page(quoted.order_id, "answer"), {**jobs, "signature_typed": "王建国"})
    assert again.headers["Location"].endswith("answered=before")
    quoted.refresh_from_db()
    assert (quoted.state, quoted.decided_via) == ("decided", "link")
    assert EventRow.objects.filter(kind="reception.EstimateDecided", actor_kind="customer").count() == 1


def test_answers_need_the_token_of_the_page(made: World, quoted: Estimate) -> None:
    strict = Client(enforce_csrf_checks=True)
    plain = Client()
    sign_in(plain)
    strict.cookies = plain.cookies
    with nothing_changes():
        answer = strict.post(order_page(quoted.order_id, "answer"), {"signature_typed": "王建国"})
    assert answer.status_code == 403
    assert "csrfmiddlewaretoken" in strict.get(order_page(quoted.order_id)).content.decode()


@pytest.fixture
def handed_over(shop: Shop) -> Delivered:
    """A paid and delivered visit with its record."""
    open_sms(shop)
    b = bench.bench(shop)
    order = bench.settled(b, at=timezone.now() - timedelta(days=2))
    workshop.make_archive(order_id=order.pk, by=system(shop.org_id), at=timezone.now())
    RepairOrder.objects.filter(pk=order.pk).update(state="delivered", delivered_at=timezone.now())
    CustomerPhone.objects.all().delete()
    people.add_phone(customer_id=b.customer_id, number=PHONE, by=system(shop.org_id), at=timezone.now())
    return b, order


def car_page(vehicle_id: int) -> str:
    return f"{HOME}cars/{public_id('veh', vehicle_id)}/"


def test_the_car_shows_its_past_and_the_bill_opens(client: Client, handed_over: Delivered) -> None:
    b, order = handed_over
    sign_in(client)
    visits = client.get(car_page(b.vehicle_id)).context["page"].visits
    assert [(visit.own, visit.record) for visit in visits] == [(True, True)]
    assert client.get(order_page(order.pk, "bill/")).status_code == 200


def test_the_record_is_a_real_paper(client: Client, handed_over: Delivered) -> None:
    _bench, order = handed_over
    entry = ArchiveEntry.objects.get(order=order)
    entry.snapshot["concern"] = '#panic("no") *异响* ]'
    entry.save()
    sign_in(client)
    answer = client.get(order_page(order.pk, "record.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content[:5] == b"%PDF-"
    assert len(answer.content) < 100_000 and b"FontFile" in answer.content
    facts = facts_of(workshop_queries.record_of(order.pk), "jc")
    assert facts["items"] and facts["digest"].endswith(entry.digest)
    assert "王建国" not in json.dumps(facts, ensure_ascii=False)
    Tally.objects.update(count=my_views.MOST_RECORDS)
    refused = client.get(order_page(order.pk, "record.pdf"))
    assert refused.status_code == 429 and refused["Retry-After"]


def test_a_buyer_sees_nothing_of_the_former_owner(shop: Shop, client: Client, handed_over: Delivered) -> None:
    b, order = handed_over
    Customer.objects.filter(pk=b.customer_id).update(name="旧主人")
    buyer = persons.customer(shop, name="李梅", phones=("13900139000",))
    facts: dict[str, Any] = {"on": timezone.localdate(), "by": system(shop.org_id), "at": timezone.now()}
    people.transfer_vehicle(vehicle_id=b.vehicle_id, customer_id=buyer.pk, **facts)
    sign_in(client, phone="13900139000")
    page = client.get(car_page(b.vehicle_id))
    assert page.status_code == 200 and page.context["page"].visits == []
    assert "旧主人" not in page.content.decode() and PHONE[-4:] not in page.content.decode()
    for more in ("", "bill/", "record.pdf"):
        assert client.get(order_page(order.pk, more)).status_code == 404
    seller = Client()
    sign_in(seller)
    assert seller.get(car_page(b.vehicle_id)).status_code == 404
    assert seller.get(order_page(order.pk)).status_code == 200


def test_an_owner_sees_what_others_had_done_in_his_time(
    shop: Shop, client: Client, handed_over: tuple[Any, Any]
) -> None:
    b, order = handed_over
    driver = persons.customer(shop, name="司机", phones=("13900139000",))
    RepairOrder.objects.filter(pk=order.pk).update(customer_id=driver.pk)
    Ownership.objects.filter(vehicle_id=b.vehicle_id).update(since=timezone.localdate() - timedelta(days=30))
    sign_in(client)
    visits = client.get(car_page(b.vehicle_id)).context["page"].visits
    assert [(visit.own, visit.record) for visit in visits] == [(False, True)]
    assert client.get(order_page(order.pk)).status_code == 404


@pytest.fixture
def booked(shop: Shop, owner: Customer) -> Appointment:
    Operation.objects.update(code=Concat("code", Value("-1")))  # both factories call their work the same
    CustomerPhone.objects.all().delete()
    Vehicle.objects.update(plate="", plate_kind="none", vin="")
    place = booking.desk(shop)
    CustomerPhone.objects.all().delete()
    people.add_phone(customer_id=owner.pk, number=PHONE, by=system(shop.org_id), at=timezone.now())
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    row = booking.booked(place, booking.moment(10, day=day), at=timezone.now())
    Appointment.objects.filter(pk=row.pk).update(customer_id=owner.pk)
    row.refresh_from_db()
    return row


def visit_page(row: Appointment, more: str = "") -> str:
    return f"{HOME}visits/{row.ref}/{more}"


def test_a_booking_is_confirmed_moved_and_cancelled(phone: Client, booked: Appointment) -> None:
    assert visit_page(booked) in phone.get(HOME).content.decode()
    assert phone.post(visit_page(booked, "come")).headers["Location"] == visit_page(booked, "?done=come")
    page = phone.get(visit_page(booked)).context["page"]
    wish = {"start": page.offers[0].start.isoformat(), "version": page.card.version}
    assert phone.post(visit_page(booked, "move"), wish).status_code == 302
    with nothing_changes():
        assert phone.post(visit_page(booked, "move"), wish).status_code == 409
        assert phone.post(visit_page(booked, "cancel"), {"reason": ""}).status_code == 422
    assert "预约已取消" in phone.post(visit_page(booked, "cancel"), {"reason": "出差"}).content.decode()
    booked.refresh_from_db()
    assert (booked.state, booked.cancelled_by) == ("cancelled", "customer")


def addresses(made: World, quoted: Estimate, booked: Appointment, owner: Customer) -> list[tuple[str, str]]:
    """Every page of my pages that names something, with the method that opens it."""
    facts = {"name": "a", "kind": "walkaround", "by": made.shop.boss(), "at": timezone.now()}
    photo = workshop.add_photo(order_id=quoted.order_id, content=png("red"), **facts)
    picture = order_page(quoted.order_id, f"photos/{photo.file.ref}")
    data = f"{HOME}data/{owner.ref}/"
    return [
        ("get", car_page(made.car.pk)),
        ("get", order_page(quoted.order_id)),
        ("post", order_page(quoted.order_id, "answer")),
        ("get", order_page(quoted.order_id, "bill/")),
        ("get", order_page(quoted.order_id, "record.pdf")),
        ("get", picture),
        ("get", visit_page(booked)),
        *(("post", visit_page(booked, verb)) for verb in ("come", "move", "cancel")),
        ("get", data),
        *(("post", f"{data}{verb}") for verb in ("", "code", "copy", "erase")),
    ]


BODY = {"signature_typed": "x", "reason": "x", "code": "000000", "start": "2026-12-01T10:00:00+08:00"}


@pytest.mark.parametrize("who", ["another", "unknown", "organisation", "nobody", "expired"])
def test_nobody_else_gets_anywhere(
    shop: Shop, other_shop: Shop, made: World, quoted: Estimate, booked: Appointment, owner: Customer, who: str
) -> None:
    client, code, phone = Client(), "jc", "13900139000"
    if who == "another":
        persons.customer(shop, name="李梅", phones=(phone,))
    if who == "organisation":
        code = "other"
        with scope(other_shop.org_id):
            open_sms(other_shop)
            persons.customer(other_shop, name="王建国", phones=(PHONE,))
            sign_in(client, code=code, phone=PHONE)
    elif who == "expired":
        sign_in(client, phone=PHONE)
        PhoneSession.objects.update(started_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())
    elif who != "nobody":
        sign_in(client, phone=phone)
    found, every = [], addresses(made, quoted, booked, owner)
    with nothing_changes():
        for method, address in every:
            answer = getattr(client, method)(address.replace("/m/jc/", f"/m/{code}/"), BODY if method == "post" else {})
            turned = answer.status_code == 302 and answer.headers["Location"].startswith(f"/m/{code}/sign-in")
            fine = turned if who in ("nobody", "expired") else answer.status_code == 404
            found += [] if fine else [(method, address, answer.status_code)]
    assert not found


def test_the_owner_gets_everywhere(
    phone: Client, made: World, quoted: Estimate, booked: Appointment, owner: Customer
) -> None:
    gets = [address for method, address in addresses(made, quoted, booked, owner) if method == "get"]
    opened = {}
    for address in gets:
        answer = phone.get(address)
        b"".join(answer.streaming_content if answer.streaming else [])
        opened[address] = answer.status_code
    not_yet = {order_page(quoted.order_id, "bill/"), order_page(quoted.order_id, "record.pdf")}
    assert {address for address, status in opened.items() if status != 200} == not_yet


def test_wishes_and_consents_are_recorded_as_given_here(phone: Client, owner: Customer) -> None:
    data = f"{HOME}data/{owner.ref}/"
    wish = {"channels": "wechat", "language": "en", "quiet_from": "22:00", "quiet_to": "07:30", "consents": ["service"]}
    assert phone.post(data, wish).status_code == 302
    row = Preference.objects.get(customer_id=owner.pk)
    assert (row.channels, row.language, f"{row.quiet_from:%H:%M}") == (["wechat"], "en", "22:00")
    said = {consent.purpose: (consent.granted, consent.via) for consent in Consent.objects.filter(customer=owner)}
    assert said["service"] == (True, "portal") and said["marketing"] == (False, "portal")
    with nothing_changes():
        phone.post(data, wish)
    page = phone.get(f"{data}?done=saved").content.decode()
    assert 'value="22:00"' in page and "已保存" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"quiet_from": "22:00"}, "同时填写"), ({"quiet_from": "25"}, "21:30"), ({"channels": "fax"}, "fax")],
)
def test_wrong_wishes_are_explained(phone: Client, owner: Customer, wrong: dict[str, str], said: str) -> None:
    with nothing_changes():
        answer = phone.post(f"{HOME}data/{owner.ref}/", wrong)
    assert answer.status_code == 422 and (said in answer.content.decode() or answer.context["form"].errors)


def test_a_copy_needs_a_fresh_code_and_is_recorded(phone: Client, owner: Customer) -> None:
    data = f"{HOME}data/{owner.ref}/"
    with nothing_changes():
        assert phone.post(f"{data}copy", {"code": last_code()}).status_code == 422
    assert phone.post(f"{data}code").status_code == 302
    code = last_code()
    answer = phone.post(f"{data}copy", {"code": code, "format": "json"})
    kept = json.loads(answer.content)
    assert answer.headers["Content-Disposition"].startswith("attachment") and PHONE in answer.content.decode()
    assert any("经过" in section for section in kept)
    assert EventRow.objects.get(kind="customers.SubjectAccessGiven").actor_kind == "customer"
    assert phone.post(f"{data}copy", {"code": code}).status_code == 422
    phone.post(f"{data}code")
    assert phone.post(f"{data}copy", {"code": last_code()}).content[:2] == b"PK"


def test_erasure_is_asked_for_and_decided_by_people(shop: Shop, phone: Client, owner: Customer) -> None:
    data = f"{HOME}data/{owner.ref}/"
    assert phone.post(f"{data}erase", {"reason": ""}).status_code == 422
    assert phone.post(f"{data}erase", {"reason": "不再来了"}).status_code == 302
    phone.post(f"{data}erase", {"reason": "不再来了"})
    approval = Approval.objects.get(kind="erasure")
    assert approval.permission == "customers.erase" and "等门店处理" in phone.get(data).content.decode()
    accounts.decide_approval(approval_id=approval.pk, approve=False, note="请先取车", by=shop.boss(), at=timezone.now())
    assert "请先取车" in phone.get(data).content.decode()
    phone.post(f"{data}erase", {"reason": "不再来了"})
    second = Approval.objects.latest("pk")
    facts = {"approval_id": second.pk, "customer_id": owner.pk, "by": system(shop.org_id), "at": timezone.now()}
    assert commands.carry_out_erasure(**facts) is False
    accounts.decide_approval(approval_id=second.pk, approve=True, by=shop.boss(), at=timezone.now())
    assert [commands.carry_out_erasure(**facts) for _twice in range(2)] == [True, False]
    owner.refresh_from_db()
    assert owner.status == "erased" and phone.get(data).status_code == 404
    assert "还没有您的资料" in phone.get(HOME).content.decode()


def test_erasure_waits_for_what_is_open(shop: Shop, phone: Client, owner: Customer, quoted: Estimate) -> None:
    answer = phone.post(f"{HOME}data/{owner.ref}/erase", {"reason": "x"})
    assert answer.status_code == 422 and "还有没交车的工单" in answer.content.decode()
    assert not Approval.objects.exists()


def test_what_comes_in_the_way_later_is_told_to_the_desk(
    shop: Shop, phone: Client, owner: Customer, made: World
) -> None:
    phone.post(f"{HOME}data/{owner.ref}/erase", {"reason": "x"})
    approval = Approval.objects.get()
    made.quoted()
    accounts.decide_approval(approval_id=approval.pk, approve=True, by=shop.boss(), at=timezone.now())
    facts = {"approval_id": approval.pk, "customer_id": owner.pk, "by": system(shop.org_id), "at": timezone.now()}
    assert commands.carry_out_erasure(**facts) is False
    owner.refresh_from_db()
    assert owner.status == "active" and owner.contacts.get().next_step == "处理后删除个人信息"


@pytest.mark.parametrize("kind", ["staff", "another"])
def test_only_oneself_asks(shop: Shop, owner: Customer, kind: str) -> None:
    by = shop.boss() if kind == "staff" else customer(shop.org_id, owner.pk + 1, "x")
    facts: dict[str, Any] = {"customer_id": owner.pk, "by": by, "at": timezone.now()}
    with nothing_changes():
        with pytest.raises(Forbidden):
            commands.request_erasure(**facts, reason="x")
        with pytest.raises(Forbidden):
            commands.save_wishes(**facts, consents={})
        with pytest.raises(Forbidden):
            commands.carry_out_erasure(approval_id=1, **facts)


def test_home_costs_the_same_for_any_number_of_visits(phone: Client, made: World, quoted: Estimate) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert phone.get(HOME).status_code == 200
        return len(seen)

    before = cost()
    order = RepairOrder.objects.get(pk=quoted.order_id)
    for number in range(4):
        order.pk, order.number = None, f"X-{number}"
        order.save()
    assert cost() == before
