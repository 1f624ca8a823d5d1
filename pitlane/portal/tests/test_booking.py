"""The booking page: plain forms from the store to the appointment, and everything a phone may send instead."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from pitlane.appointments.models import Appointment, BookingDraft, DraftPhoto
from pitlane.appointments.tests import factories
from pitlane.appointments.tests.online import opened
from pitlane.catalog.tests import factories as catalog
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers.tests import factories as people
from pitlane.messaging.models import Message, PhoneCode

from .phones import PHONE, open_sms, sign_in

STORE = "/m/jc/book/S0"


@pytest.fixture
def place(shop: Shop) -> factories.Desk:
    """A store that takes bookings and can send codes."""
    cache.clear()
    open_sms(shop)
    made = factories.desk(shop)
    opened(made)
    return made


def day(hour: int, ahead: int = 3) -> datetime:
    """An open day to come."""
    found = timezone.localdate() + timedelta(days=ahead)
    return factories.moment(hour, day=found + timedelta(days=found.weekday() == 6))


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def begun(client: Client, **body: str) -> str:
    """The car is chosen; the address of the draft."""
    answer = client.post(STORE, body or {"plate": "京C55555"})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"]).removesuffix("/work")


def filled(client: Client, place: factories.Desk, start: datetime | None = None, **car: str) -> str:
    """Everything but the phone."""
    draft = begun(client, **car)
    body = {"services": [place.work.ref], "wish": "刹车异响 😵"}
    assert client.post(f"{draft}/work", body).headers["Location"] == f"{draft}/time"
    chosen = client.post(f"{draft}/time", {"start": (start or day(10)).isoformat()})
    assert chosen.headers["Location"] == f"{draft}/confirm", text_of(chosen)
    return draft


def known(client: Client, phone: str = "13911112222") -> None:
    sign_in(client, phone=phone)


AGREED = {"name": "赵先生", "consent": "1"}


def test_somebody_new_books_without_javascript(place: factories.Desk, client: Client) -> None:
    first = client.get("/m/jc/book/")
    assert (first.status_code, first.headers["Location"]) == (302, STORE)
    draft = filled(client, place)
    asked = client.get(f"{draft}/confirm")
    assert 'name="phone"' in text_of(asked) and Appointment.objects.count() == 0
    assert sign_in(client, phone="13911112222", back=f"{draft}/confirm") == f"{draft}/confirm"
    assert "139****2222" in text_of(client.get(f"{draft}/confirm"))
    done = client.post(f"{draft}/confirm", AGREED)
    row = Appointment.objects.get()
    assert (row.state, row.source, row.starts_at, row.to_verify) == ("confirmed", "portal", day(10), True)
    page = text_of(client.get(done.headers["Location"]))
    assert ("已约好" in page and "京C·55555" in page.replace("</b>", "·").replace("<b>", "")) or "55555" in page
    calendar = client.get(f"{done.headers['Location'].partition('?')[0]}visit.ics")
    assert calendar.headers["Content-Type"].startswith("text/calendar") and row.ref in text_of(calendar)
    told = Message.objects.get(template__code="appointment_confirmed")
    assert told.subject == row.ref and "/a/" in told.variables.reveal()
    again = client.post(f"{draft}/confirm", AGREED)
    assert again.status_code == 302 and Appointment.objects.count() == 1
    assert "已经提交" in text_of(client.get(f"{draft}/time"))
    assert client.get(again.headers["Location"]).status_code == 200


def test_the_store_is_chosen_where_there_are_several(place: factories.Desk, client: Client) -> None:
    from_other = {"store_id": place.shop.other_store_id}
    opened(factories.Desk(Shop(place.shop.org_id, from_other["store_id"], 0), place.work, place.owner, place.car))
    shown = text_of(client.get("/m/jc/book/"))
    assert shown.count("pb-store") == 2 and STORE in shown


def test_own_cars_are_offered_and_need_no_verifying(place: factories.Desk, client: Client) -> None:
    known(client, PHONE)
    shown = text_of(client.get(STORE))
    assert place.car.ref in shown
    draft = filled(client, place, car=place.car.ref)
    assert client.post(f"{draft}/confirm", {"consent": "1"}).status_code == 302
    row = Appointment.objects.get()
    assert (row.vehicle_id, row.customer_id, row.to_verify) == (place.car.pk, place.owner.pk, False)


def test_a_foreign_car_reveals_nothing(place: factories.Desk, client: Client) -> None:
    known(client)
    with nothing_changes():
        assert client.post(STORE, {"car": place.car.ref}).status_code == 404
    typed = begun(client, plate=place.car.plate)
    unknown = begun(client, plate="京C77777")
    pages = [
        re.sub(r"token.*?\"|[\w-]{43}|value=\"[\w]{64}\"", "", text_of(client.get(f"{one}/work")))
        for one in (typed, unknown)
    ]
    shown = [page.replace("A</b>8K326", "#").replace("C</b>77777", "#") for page in pages]
    for word in ("王建国", place.car.ref, "大众", "朗逸"):
        assert word not in shown[0]
    assert len(shown[0]) - len(shown[1]) in range(-3, 4)


def test_a_draft_with_somebodys_car_shows_it_to_nobody_else(place: factories.Desk, client: Client) -> None:
    known(client, PHONE)
    draft = filled(client, place, car=place.car.ref)
    stranger = Client()
    for step in ("car", "work", "photos", "time", "confirm"):
        page = text_of(stranger.get(f"{draft}/{step}")).replace("例如 京A8K326", "")
        assert place.car.ref not in page and "8K326" not in page


def test_somebody_else_cannot_finish_a_draft_with_a_car_that_is_not_theirs(
    place: factories.Desk, client: Client
) -> None:
    known(client, PHONE)
    draft = filled(client, place, car=place.car.ref)
    client.post("/m/jc/sign-out")
    known(client)
    with nothing_changes():
        refused = client.post(f"{draft}/confirm", AGREED)
    assert refused.status_code == 422 and not Appointment.objects.exists()
    shown = text_of(refused)
    assert "选的车不在这个手机号名下，请返回第一步重新填写车牌" in shown and "8K326" not in shown
    assert client.post(f"{draft}/car", {"plate": "京C55555"}).status_code == 302
    assert client.post(f"{draft}/confirm", AGREED).status_code == 302
    assert Appointment.objects.get().guest_plate.reveal() == "京C55555"


@pytest.mark.parametrize("token", ["x" * 43, "", "../..", "%00", "字"])
@pytest.mark.parametrize("step", ["car", "work", "photos", "time", "confirm"])
def test_a_made_up_draft_is_over(place: factories.Desk, client: Client, token: str, step: str) -> None:
    address = f"{STORE}/{token}/{step}"
    with nothing_changes():
        assert client.get(address).status_code in (302, 404)
        assert client.post(address, {"consent": "1"}).status_code in (302, 404)


def test_a_draft_belongs_to_its_organisation_and_store(place: factories.Desk, other_shop: Shop, client: Client) -> None:
    draft = filled(client, place)
    for other in (draft.replace("/S0/", "/S1/"), draft.replace("/jc/", "/nowhere/"), draft.replace("/jc/", "/other/")):
        assert client.get(f"{other}/work").status_code == 404
    assert client.get("/m/nowhere/book/").status_code == 404


def test_guessing_drafts_is_slow(place: factories.Desk, client: Client) -> None:
    draft = begun(client)
    answers = [client.get(f"{STORE}/{number:043d}/work").status_code for number in range(65)]
    assert answers[0] == 404 and answers[-1] == 429 and client.get(f"{draft}/work").status_code == 429


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "请填写车牌"),
        ({"plate": "京A1"}, "位"),
        ({"plate": "<b>x</b>"}, "&lt;b&gt;"),
        ({"plate": "A" * 30}, "20"),
    ],
)
def test_a_wrong_plate_is_said_at_the_field_and_kept(
    place: factories.Desk, client: Client, body: dict[str, str], says: str
) -> None:
    with nothing_changes():
        answer = client.post(STORE, body or {"plate": ""})
    page = text_of(answer)
    assert answer.status_code == 422 and "plate-error" in page and says in page


def test_work_keeps_what_was_typed(place: factories.Desk, client: Client) -> None:
    draft = begun(client)
    for body, says in (
        ({"wish": ""}, "请选择项目"),
        ({"services": [place.work.ref], "wish": "长" * 501}, "请删去 1 字"),
        ({"services": ["opn_x", "' OR 1=1"], "wish": "异响"}, "已下架"),
    ):
        with nothing_changes():
            answer = client.post(f"{draft}/work", body)
        assert answer.status_code == 422 and says in text_of(answer) and str(body["wish"]) in text_of(answer)
    assert client.post(f"{draft}/work", {"wish": "刹车异响 😵"}).status_code == 302
    assert "刹车异响 😵" in text_of(client.get(f"{draft}/work"))


def times(place: factories.Desk) -> list[tuple[dict[str, str], str]]:
    closed = timezone.localdate() + timedelta(days=7)
    closed += timedelta(days=(6 - closed.weekday()) % 7)
    return [
        ({"other": "2020-01-01T10:00"}, "已经过去"),
        ({"start": (day(10) + timedelta(days=300)).isoformat()}, "以内的预约"),
        ({"other": f"{closed}T10:00"}, "不营业"),
        ({"other": "tomorrow"}, "请选择日期和时间"),
        ({"start": "9999-99-99T00:00"}, "请选择日期和时间"),
        ({"start": "0001-01-01T00:00:00+00:00"}, "请选择日期和时间"),
        ({}, "请选择时间"),
        ({"other": "2020-01-01T10:00", "go": "wait"}, "已经过去"),
    ]


def test_an_impossible_time_is_explained_and_nothing_is_lost(place: factories.Desk, client: Client) -> None:
    draft = begun(client)
    client.post(f"{draft}/work", {"wish": "异响"})
    for body, says in times(place):
        with nothing_changes():
            answer = client.post(f"{draft}/time", body)
        assert answer.status_code == 422 and says in text_of(answer), body
        assert "推荐时间" in text_of(answer)
    assert client.get(f"{draft}/confirm").headers["Location"] == f"{draft}/time"


def test_a_taken_wish_gets_three_others_and_the_waiting_list(place: factories.Desk, client: Client) -> None:
    factories.booked(place, day(10), at=timezone.now())
    draft = begun(client)
    client.post(f"{draft}/work", {"services": [place.work.ref], "wish": ""})
    answer = client.post(f"{draft}/time", {"other": f"{day(10):%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 422 and len(answer.context["answer"].others) == 3 and "候补" in text_of(answer)
    waits = client.post(f"{draft}/time", {"start": day(10).isoformat(), "go": "wait"})
    assert waits.headers["Location"] == f"{draft}/confirm"
    known(client)
    done = client.post(f"{draft}/confirm", AGREED)
    assert Appointment.objects.get(guest_masked="139****2222").state == "waitlisted"
    page = text_of(client.get(done.headers["Location"]))
    assert "已加入候补" in page and "候补中" in page and "已到店" not in page


def test_of_two_at_the_last_slot_the_slower_keeps_everything(place: factories.Desk, client: Client) -> None:
    draft = filled(client, place)
    factories.booked(place, day(10), at=timezone.now())
    known(client)
    with nothing_changes():
        answer = client.post(f"{draft}/confirm", AGREED)
    page = text_of(answer)
    assert answer.status_code == 409 and "刚刚被别人约走" in page and len(answer.context["answer"].others) == 3
    assert "刹车异响 😵" in text_of(client.get(f"{draft}/work"))
    start = answer.context["answer"].others[0].isoformat()
    assert client.post(f"{draft}/time", {"start": start}).status_code == 302
    assert client.post(f"{draft}/confirm", AGREED).status_code == 302


def test_name_and_consent_are_asked_for_where_they_stand(place: factories.Desk, client: Client) -> None:
    draft = filled(client, place)
    known(client)
    for body, says in (({"name": "赵先生"}, "请先同意"), ({"consent": "1"}, "请填写姓名"), ({"name": "长" * 41}, "40")):
        with nothing_changes():
            answer = client.post(f"{draft}/confirm", body)
        assert answer.status_code == 422 and says in text_of(answer)
        assert body.get("name", "") in text_of(answer)


def test_nobody_books_without_a_proven_phone(place: factories.Desk, client: Client) -> None:
    draft = filled(client, place)
    with nothing_changes():
        assert 'name="phone"' in text_of(client.post(f"{draft}/confirm", AGREED | {"phone": "13911112222"}))
    client.post("/m/jc/sign-in", {"phone": "13911112222", "next": f"{draft}/confirm"})
    for code in ("000000", "12", "字" * 6):
        assert client.post("/m/jc/sign-in/code", {"code": code, "next": ""}).status_code == 422
    PhoneCode.objects.update(expires_at=timezone.now())
    assert client.post("/m/jc/sign-in/code", {"code": "123456"}).status_code == 422
    assert Appointment.objects.count() == 0


def test_limits_are_said_before_anything_is_booked(place: factories.Desk, client: Client) -> None:
    opened(place, most_open=1)
    known(client)
    client.post(f"{filled(client, place)}/confirm", AGREED)
    second = filled(client, place, day(14), plate="京C66666")
    with nothing_changes():
        assert "已有 1 个未完成的预约" in text_of(client.post(f"{second}/confirm", AGREED))
    opened(place, most_open=9)
    same = filled(client, place, day(15))
    with nothing_changes():
        assert "当天 10:00 已有预约" in text_of(client.post(f"{same}/confirm", AGREED))


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12, 9), "red").save(out, "PNG")
    return out.getvalue()


def upload(content: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def test_photos_are_checked_staged_and_shown_only_here(place: factories.Desk, client: Client) -> None:
    draft, other = begun(client), begun(client, plate="京C66666")
    assert client.post(f"{draft}/work", {"wish": "异响", "go": "photos"}).headers["Location"] == f"{draft}/photos"
    mixed = client.post(f"{draft}/photos", {"photos": [upload(picture()), upload(b"<script>", "b.png")]})
    assert mixed.status_code == 422 and "b.png：这不是可以识别的图片" in text_of(mixed)
    stored = DraftPhoto.objects.get().file
    shown = client.get(f"{draft}/photos/{stored.ref}")
    assert shown.headers["Content-Type"] == "image/png" and shown.getvalue()
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert client.get(f"{other}/photos/{stored.ref}").status_code == 404
    full = client.post(f"{draft}/photos", {"photos": [upload(picture()) for _n in range(6)]})
    assert full.status_code == 422 and "最多 6 张照片" in text_of(full) and DraftPhoto.objects.count() == 6
    client.post(f"{other}/photos", {"remove": stored.ref})
    assert DraftPhoto.objects.count() == 6
    assert client.post(f"{draft}/photos", {"remove": stored.ref}).status_code == 302
    assert client.post(f"{draft}/photos", {"remove": "fil_nonsense"}).status_code == 404
    assert DraftPhoto.objects.count() == 5


def test_a_shop_that_is_closed_online_names_its_telephone(place: factories.Desk, client: Client) -> None:
    opened(place, online=False)
    for address in ("/m/jc/book/", STORE, "/m/jc/book/NO"):
        assert "暂未开放网上预约" in text_of(client.get(address))
    with nothing_changes():
        client.post(STORE, {"plate": "京C55555"})
    assert BookingDraft.objects.count() == 0


def test_too_many_drafts_of_one_address_are_refused(place: factories.Desk, client: Client) -> None:
    answers = [client.post(STORE, {"plate": "京C55555"}).status_code for _n in range(32)]
    assert answers.count(302) == 30 and answers[-1] == 429


@pytest.mark.parametrize("step", ["work", "time", "confirm"])
def test_pages_read_the_same_for_any_number(place: factories.Desk, client: Client, step: str) -> None:
    draft = filled(client, place)
    known(client, PHONE)
    catalog.package(place.shop, "PK-9", "套餐", price=Money(9900), online=True)

    def reads() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{draft}/{step}").status_code == 200
        return len(seen)

    few = reads()
    for number in range(4):
        catalog.package(place.shop, f"PK-{number}", f"套餐{number}", price=Money(9900), online=True)
        people.vehicle(place.shop, place.owner, plate=f"京B{number}0000")
        factories.booked(place, day(11 + number, 5), at=timezone.now())
    assert reads() == few


def test_the_first_view_is_light(place: factories.Desk, client: Client) -> None:
    """Page, styles and script together, compressed as they travel: a slow phone sees it at once."""
    for number in range(30):
        catalog.package(place.shop, f"PK-{number}", f"很长名字的套餐第 {number} 号", price=Money(9900), online=True)
    draft = filled(client, place)
    heaviest = 0
    for address in (STORE, f"{draft}/work", f"{draft}/time", f"{draft}/confirm"):
        page = client.get(address).content
        names = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode()))
        names |= {"core/js/plate-input.js", "core/js/dom.js"} if "portal/book.js" in names else set()
        parts = [page, *(open_static(name) for name in names)]
        heaviest = max(heaviest, sum(len(gzip.compress(part)) for part in parts))
    assert heaviest < 100_000


def open_static(name: str) -> bytes:
    path = find(name)
    assert isinstance(path, str), name
    with open(path, "rb") as file:
        return file.read()


STEPS: dict[str, Callable[[Client, str], Any]] = {
    "get": lambda client, address: client.get(address),
    "put": lambda client, address: client.put(address),
    "delete": lambda client, address: client.delete(address),
}


@pytest.mark.parametrize("verb", ["put", "delete"])
def test_other_verbs_do_nothing(place: factories.Desk, client: Client, verb: str) -> None:
    draft = begun(client)
    with nothing_changes():
        for step in ("car", "work", "photos", "time", "confirm"):
            assert STEPS[verb](client, f"{draft}/{step}").status_code == 405


def test_strangers_sites_cannot_post(place: factories.Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    with nothing_changes():
        assert client.post(STORE, {"plate": "京C55555"}).status_code == 403
