"""Booking by the customer's own hand: a draft, a proven phone, one appointment; and what stands against it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image

from pitlane.appointments import commands, queries
from pitlane.appointments.models import Appointment, BookingDraft, DraftPhoto
from pitlane.appointments.rules import Wont, usual
from pitlane.catalog.tests import factories as catalog
from pitlane.core import links
from pitlane.core.access import system
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow, PrivateLink, StoredFile
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.scheduling.models import Claim

from .factories import booked, desk, moment
from .online import PHONE, Page, opened


@pytest.fixture
def page(shop: Shop) -> Page:
    return opened(desk(shop, lifts=1))


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12, 9), colour).save(out, "PNG")
    return out.getvalue()


def test_somebody_new_books_once_and_gets_a_private_page(page: Page) -> None:
    draft = page.draft(wish="刹车异响 😵")
    row = page.book(draft)
    assert (row.state, row.source, row.to_verify, row.customer_id) == ("confirmed", "portal", True, None)
    assert (row.guest_name.reveal(), row.guest_plate.reveal(), row.wish.reveal()) == (
        "赵先生",
        "京C55555",
        "刹车异响 😵",
    )
    assert links.find_link("l" * 43, at=NOON).subject_id == row.pk
    with_twice = page.book(draft, link="k" * 43, name="", consent=False)
    assert with_twice.pk == row.pk and Appointment.objects.count() == Claim.objects.count() == 1
    assert PrivateLink.objects.count() == 2
    kept = BookingDraft.objects.get()
    assert (kept.plate.reveal(), kept.wish.reveal()) == ("", "")
    with nothing_changes(), pytest.raises(Missing):
        page.book(draft, phone="13700000000", link="m" * 43)
    with nothing_changes(), pytest.raises(Refused):
        commands.choose_time(draft_id=draft.pk, start=moment(10), by=page.by, at=NOON)


def test_a_known_phone_books_its_own_car_and_nothing_is_to_be_verified(page: Page) -> None:
    place = page.place
    phone, mine = "13800116217", {"vehicle_id": place.car.pk, "customer_ids": [place.owner.pk]}
    row = page.book(page.draft(**mine), phone=phone, name="")
    assert (row.customer_id, row.vehicle_id, row.to_verify) == (place.owner.pk, place.car.pk, False)
    again = page.book(page.draft(moment(11), plate="京C12345"), phone=phone, name="", link="k" * 43)
    assert (again.customer_id, again.vehicle_id, again.to_verify) == (place.owner.pk, None, True)
    assert again.guest_plate.reveal() == "京C12345"


def test_a_foreign_car_is_a_plate_as_it_was_said(page: Page) -> None:
    with nothing_changes(), pytest.raises(Missing):
        page.draft(vehicle_id=page.place.car.pk)
    typed = page.book(page.draft(plate=page.place.car.plate))
    assert (typed.vehicle_id, typed.customer_id, typed.to_verify) == (None, None, True)
    mine = {"vehicle_id": page.place.car.pk, "customer_ids": [page.place.owner.pk]}
    handed_on = page.draft(moment(14), **mine)
    with nothing_changes(), pytest.raises(Refused) as refused:
        page.book(handed_on, phone="13700000000", link="k" * 43)
    assert refused.value.code == "not_yours"


def test_the_last_slot_is_given_once_and_the_other_gets_three_and_a_place_in_the_queue(page: Page) -> None:
    first, second = page.draft(), page.draft(plate="京C66666")
    page.book(first)
    with nothing_changes(), pytest.raises(Conflict) as taken:
        page.book(second, phone="13700000000", link="k" * 43)
    assert taken.value.code == "taken" and len(taken.value.facts["alternatives"].split(",")) == 3
    assert BookingDraft.objects.get(pk=second.pk).start == moment(9)
    commands.choose_time(draft_id=second.pk, start=moment(9), waiting=True, by=page.by, at=NOON)
    waits = page.book(second, phone="13700000000", link="k" * 43)
    assert (waits.state, waits.source, waits.to_verify) == ("waitlisted", "portal", True)
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (moment(9) - timedelta(days=10), "已经过去"),
        (moment(9) + timedelta(days=200), "以内的预约"),
        (moment(9) + timedelta(days=5), "不营业"),
        (moment(23), "营业"),
        (moment(9, 7), "整刻钟"),
    ],
)
@pytest.mark.parametrize("waiting", [False, True])
def test_a_time_that_no_shop_could_keep_is_refused_in_words(
    page: Page, start: datetime, says: str, waiting: bool
) -> None:
    draft = page.draft()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.choose_time(draft_id=draft.pk, start=start, waiting=waiting, by=page.by, at=NOON)
    assert refused.value.field == "start" and says in str(refused.value)


def test_nobody_waits_for_a_free_time(page: Page) -> None:
    with pytest.raises(Refused, match="可以直接预约"):
        commands.choose_time(draft_id=page.draft().pk, start=moment(10), waiting=True, by=page.by, at=NOON)


@pytest.mark.parametrize(
    ("facts", "field", "says"),
    [
        ({"consent": False}, "consent", "请先同意"),
        ({"name": " "}, "name", "请填写姓名"),
        ({"phone": "1380"}, "phone", "位数太少"),
    ],
)
def test_what_is_missing_is_said_at_its_field(page: Page, facts: dict[str, Any], field: str, says: str) -> None:
    draft = page.draft()
    with nothing_changes(), pytest.raises(Refused) as refused:
        page.book(draft, **facts)
    assert refused.value.field == field and says in str(refused.value)


def test_a_phone_has_a_limit_a_car_one_booking_a_day_and_the_desk_the_last_word(page: Page) -> None:
    row = page.book(page.draft())
    same_car = page.draft(moment(14))
    with nothing_changes(), pytest.raises(Refused, match="当天 09:00 已有预约"):
        page.book(same_car, link="k" * 43)
    other = page.draft(moment(14), plate="京C66666")
    opened(page.place, most_open=1)
    with nothing_changes(), pytest.raises(Refused, match="已有 1 个未完成"):
        page.book(other, link="k" * 43)
    opened(page.place, most_open=5)
    boss = page.place.shop.boss()
    with nothing_changes(), pytest.raises(Refused, match="请写明原因"):
        commands.block_online(appointment_id=row.pk, reason="", by=boss, at=NOON)
    commands.block_online(appointment_id=row.pk, reason="多次爽约", by=boss, at=NOON)
    assert queries.is_blocked(row)
    with nothing_changes(), pytest.raises(Refused, match="不能在网上预约"):
        page.book(other, link="k" * 43)
    commands.allow_online(appointment_id=row.pk, by=boss, at=NOON)
    commands.allow_online(appointment_id=row.pk, by=boss, at=NOON)
    assert not queries.is_blocked(row) and page.book(other, link="k" * 43).state == "confirmed"
    kinds = EventRow.objects.values_list("kind", flat=True)
    assert sum("OnlineBookingAllowed" in kind for kind in kinds) == 1
    by_phone = booked(page.place, moment(16))
    with nothing_changes(), pytest.raises(Refused):
        commands.block_online(appointment_id=by_phone.pk, reason="x", by=boss, at=NOON)


def test_only_the_phones_own_bookings_are_told(page: Page) -> None:
    page.book(page.draft())
    assert page.book(page.draft(moment(14)), phone="13700000000", link="k" * 43).state == "confirmed"


def test_a_shop_that_takes_no_bookings_says_so(page: Page) -> None:
    draft = page.draft()
    opened(page.place)
    commands.set_plan(
        store_id=page.place.shop.store_id, reminders=[60], late_minutes=60, offer_minutes=60, risky_percent=30,
        online=False, by=page.place.shop.boss(), at=NOON,
    )  # fmt: skip
    with nothing_changes():
        for act in (lambda: page.book(draft), page.draft):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == "offline"
    assert queries.online_stores() == [] and not queries.is_online(page.place.shop.store_id)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"services": []}, "请选择项目"),
        ({"services": ["opn_nowhere"]}, "已下架"),
        ({"services": [], "wish": "字" * 501}, "请删去 1 字"),
    ],
)
def test_work_is_on_the_menu_or_said_in_words(page: Page, facts: dict[str, Any], says: str) -> None:
    draft = page.draft()
    with nothing_changes(), pytest.raises(Refused, match=says):
        commands.choose_work(draft_id=draft.pk, **({"wish": ""} | facts), by=page.by, at=NOON)


def test_a_plate_that_cannot_be_is_refused_and_a_new_car_has_none(page: Page) -> None:
    draft = page.draft()
    for typed in ("京A1", "<script>", "A" * 400):
        with nothing_changes(), pytest.raises(Refused) as refused:
            commands.choose_car(draft_id=draft.pk, plate=typed, by=page.by, at=NOON)
        assert refused.value.field == "plate"
    assert commands.choose_car(draft_id=draft.pk, plate="", by=page.by, at=NOON).plate == ""


def test_pictures_wait_for_their_booking_and_go_with_it(page: Page) -> None:
    draft, facts = page.draft(), {"by": page.by, "at": NOON}
    kept = [commands.stage_photo(draft_id=draft.pk, content=picture(), name="a.png", **facts) for _n in range(6)]
    for content in (b"not an image", picture()):
        with nothing_changes(), pytest.raises(Refused):
            commands.stage_photo(draft_id=draft.pk, content=content, name="a.png", **facts)
    commands.drop_photo(draft_id=draft.pk, file_id=kept[0].pk, **facts)
    commands.drop_photo(draft_id=draft.pk, file_id=kept[0].pk, **facts)
    left = page.draft(moment(15))
    commands.stage_photo(draft_id=left.pk, content=picture("blue"), name="b.png", **facts)
    row = page.book(draft)
    assert row.photos.count() == 5 and DraftPhoto.objects.filter(draft=draft).count() == 0
    clock = system(page.place.shop.org_id)
    assert commands.forget_drafts(by=clock, at=NOON) == 0
    assert commands.forget_drafts(by=clock, at=NOON + timedelta(days=1)) == 2
    gone = StoredFile.objects.exclude(removed_at=None)
    assert set(gone.values_list("pk", flat=True)) == {
        kept[0].pk,
        *StoredFile.objects.filter(name="b.png").values_list("pk", flat=True),
    }
    assert row.photos.filter(file__removed_at=None).count() == 5 and BookingDraft.objects.count() == 0


def test_the_desk_verifies_once(page: Page) -> None:
    row, boss = page.book(page.draft()), page.place.shop.boss()
    assert queries.appointment_for(row.pk, boss, NOON).to_verify
    commands.verify_visit(appointment_id=row.pk, by=boss, at=NOON)
    with nothing_changes():
        assert not commands.verify_visit(appointment_id=row.pk, by=boss, at=NOON).to_verify


def test_each_hand_does_only_its_own_work(page: Page) -> None:
    row, draft = page.book(page.draft()), page.draft(moment(14))
    staff = page.place.shop.actor("appointments.view")
    mine = {"draft_id": draft.pk, "by": page.place.shop.boss(), "at": NOON}
    theirs = {"appointment_id": row.pk, "by": staff, "at": NOON}
    acts: list[tuple[Any, dict[str, Any]]] = [
        (commands.begin_draft, {"store_id": page.place.shop.store_id, "token": "z" * 43, "by": staff, "at": NOON}),
        (commands.choose_car, mine),
        (commands.choose_work, mine | {"services": (), "wish": "x"}),
        (commands.choose_time, mine | {"start": moment(9)}),
        (commands.stage_photo, mine | {"content": picture(), "name": "a.png"}),
        (commands.drop_photo, mine | {"file_id": 1}),
        (commands.book_draft, mine | {"phone": PHONE, "consent": True, "link": "l" * 43, "token": ""}),
        (commands.forget_drafts, {"by": page.by, "at": NOON}),
        (commands.verify_visit, theirs),
        (commands.block_online, theirs | {"reason": "x"}),
        (commands.allow_online, theirs),
        (commands.verify_visit, theirs | {"by": page.by}),
    ]
    for act, facts in acts:
        with nothing_changes(), pytest.raises(Forbidden):
            act(**facts)


def test_a_draft_is_found_by_its_secret_in_its_store_until_it_is_over(page: Page) -> None:
    draft, shop = page.draft(), page.place.shop
    found = {"store_id": shop.store_id, "at": NOON}
    assert queries.draft_by_token("1" * 43, **found) == draft
    for token, facts in (
        ("2" * 43, found),
        ("1" * 43, found | {"store_id": shop.other_store_id}),
        ("1" * 43, found | {"at": NOON + timedelta(days=1)}),
    ):
        with pytest.raises(Missing):
            queries.draft_by_token(token, **facts)


def test_the_menu_says_time_and_price_and_what_depends_on_the_car(page: Page) -> None:
    shop = page.place.shop
    catalog.rate(shop, 50000, vehicle_class="luxury")
    catalog.package(shop, "PK-1", "全车检查", price=Money(9900), online=True)
    found = queries.menu(shop.store_id, car=None, chosen=[page.place.work.ref], at=NOON)
    (package,), (work,) = found.packages, found.operations
    assert (package.name, package.minutes, package.price, package.differs) == ("全车检查", 30, Money(9900), False)
    assert (work.minutes, work.price, work.differs, work.labour, work.chosen) == (60, Money(30000), True, True, True)
    with CaptureQueriesContext(connection) as few:
        queries.menu(shop.store_id, car=None, chosen=[], at=NOON)
    for number in range(5):
        catalog.package(shop, f"PK-{number + 2}", f"套餐{number}", online=True)
    with CaptureQueriesContext(connection) as many:
        assert len(queries.menu(shop.store_id, car=None, chosen=[], at=NOON).packages) == 6
    assert len(few) == len(many)


def test_recommended_times_give_their_reason(page: Page) -> None:
    place, lines = (
        page.place,
        queries.lines_of([page.place.work.ref], store_id=page.place.shop.store_id, vehicle_class="", on=NOON.date()),
    )
    plain = queries.times(place.shop.store_id, lines, customer_id=None, at=NOON)
    assert len(plain.best) == 4 and plain.best[0].why == "最早可约" and "这天空闲" in {one.why for one in plain.best}
    for week in (1, 2, 3):
        past = booked(place, moment(14), at=NOON)
        when = moment(15) - timedelta(days=7 * week)
        Appointment.objects.filter(pk=past.pk).update(state="converted", order_id=week, starts_at=when)
        Claim.objects.all().delete()
    used = queries.times(place.shop.store_id, lines, customer_id=place.owner.pk, at=NOON)
    assert "您通常周二下午来" in {one.why for one in used.best}
    assert all(start.minute in (0, 30) for day in used.days for start in day.times)
    assert NOON.date() + timedelta(days=6) not in {day.day for day in used.days}


@pytest.mark.parametrize(
    ("habits", "day", "hour"),
    [([], False, False), ([(1, 9)], False, False), ([(1, 9), (1, 15)], True, False), ([(1, 9), (2, 10)], False, True)],
)
def test_a_habit_is_more_than_one_visit(habits: list[tuple[int, int]], day: bool, hour: bool) -> None:
    found = usual(Wont(1, 9), [Wont(*one) for one in habits])
    assert (found.day, found.hour) == (day, hour)


def test_a_wish_is_answered_with_reasons_and_three_others(page: Page) -> None:
    store_id, lines = page.place.shop.store_id, [queries.look()]
    assert queries.wish_answer(store_id, lines, moment(9), at=NOON).reasons == []
    closed = queries.wish_answer(store_id, lines, moment(9) + timedelta(days=5), at=NOON)
    assert len(closed.others) == 3 and closed.reasons and not closed.may_wait


def test_the_menu_is_read_in_the_customers_language(page: Page) -> None:
    catalog.package(page.place.shop, "PK-1", "全车检查", name_en="Full check", online=True)
    with translation.override("en"):
        found = queries.menu(page.place.shop.store_id, car=None, chosen=[], at=NOON)
    assert [item.name for item in found.packages] == ["Full check"]


def test_pictures_of_bookings_that_nobody_finishes_do_not_fill_the_disk(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, other = page.draft(), page.draft(plate="京C66666")
    facts: dict[str, Any] = {"content": picture(), "name": "a.png", "by": page.by, "at": NOON}
    commands.stage_photo(draft_id=draft.pk, **facts)
    monkeypatch.setattr("pitlane.appointments.commands.online.MOST_WAITING_BYTES", 2 * len(picture()) - 1)
    StoredFile.objects.update(size=len(picture()))
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.stage_photo(draft_id=other.pk, **facts)
    assert refused.value.code == "photos_full"
