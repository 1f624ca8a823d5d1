"""Booking, moving, cancelling, arriving, waiting: exact states, promises, events, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment, BookedService
from pitlane.core import doctor
from pitlane.core.access import customer
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers.tests import factories as people
from pitlane.scheduling.models import Claim

from .factories import TOKEN, Desk, booked, desk, guest, moment


@pytest.fixture
def place(shop: Shop) -> Desk:
    return desk(shop)


def kinds() -> list[str]:
    rows = EventRow.objects.filter(kind__startswith="appointments.").order_by("seq").values_list("kind", flat=True)
    return [kind.partition(".")[2] for kind in rows]


def again(row: Appointment) -> Appointment:
    return Appointment.objects.get(pk=row.pk)


def test_a_booking_holds_bay_and_person_for_its_time(place: Desk) -> None:
    row = again(booked(place))
    assert (row.state, row.customer_id, row.ends_at - row.starts_at) == (
        "confirmed",
        place.owner.pk,
        timedelta(hours=1),
    )
    service = BookedService.objects.get()
    assert (service.name, service.minutes, service.price) == (place.work.name, 60, Money(30000))
    claim = Claim.objects.get()
    assert (claim.subject, claim.starts_at, claim.ends_at) == (row.ref, row.starts_at, row.ends_at)
    assert kinds() == ["AppointmentBooked"] and doctor.examine(["appointments"]) == []


def test_a_taken_time_names_three_others(place: Desk) -> None:
    booked(place)
    with nothing_changes(), pytest.raises(Conflict, match="可改约：") as refused:
        booked(place)
    assert refused.value.code == "taken" and len(refused.value.facts["alternatives"].split(",")) == 3


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (moment(8, day=date(2026, 11, 23)), "past"),
        (moment(9, day=date(2027, 3, 1)), "horizon"),
        (moment(9, day=date(2026, 11, 29)), "closed"),
        (moment(17, 30), "too_late"),
        (moment(9, 5), "grid"),
    ],
)
def test_impossible_times_are_refused_with_the_reason(place: Desk, start: Any, code: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        booked(place, start)
    assert refused.value.code == code and refused.value.field == "start"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"services": []}, "services"),
        ({"vehicle_id": None}, "name"),
        ({"vehicle_id": None, "guest": guest(phone="123")}, "phone"),
        ({"source": "pigeon"}, "source"),
    ],
)
def test_what_is_missing_is_said_at_its_field(place: Desk, facts: dict[str, Any], field: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        booked(place, **facts)
    assert refused.value.field == field


def test_nobody_books_the_car_of_someone_else(place: Desk) -> None:
    other = people.customer(place.shop, name="李四", phones=("13811110000",))
    for by in (place.shop.boss(), customer(place.shop.org_id, other.pk, "李四")):
        with nothing_changes(), pytest.raises(Refused) as refused:
            booked(place, customer_id=other.pk, by=by)
        assert refused.value.code == "foreign_car"
    with nothing_changes(), pytest.raises(Forbidden):
        booked(place, customer_id=place.owner.pk, by=customer(place.shop.org_id, other.pk, "李四"))
    mine = booked(place, customer_id=place.owner.pk, by=customer(place.shop.org_id, place.owner.pk, "王建国"))
    with nothing_changes(), pytest.raises(Forbidden):
        commands.cancel(appointment_id=mine.pk, reason="x", by=customer(place.shop.org_id, other.pk, "李四"), at=NOON)


def test_somebody_new_is_kept_sealed_until_the_car_is_here(place: Desk) -> None:
    row = again(booked(place, vehicle_id=None, guest=guest(), wish="刹车有异响", services=[]))
    assert (row.guest_masked, str(row.guest_name), row.wish.reveal()) == ("139****2222", "••••", "刹车有异响")
    assert BookedService.objects.get().minutes == 30
    commands.arrive(appointment_id=row.pk, by=place.shop.boss(), at=moment(9, 20))
    commands.convert(
        appointment_id=row.pk, order_id=7, customer_id=place.owner.pk, vehicle_id=place.car.pk,
        by=place.shop.boss(), at=moment(9, 30),
    )  # fmt: skip
    row = again(row)
    assert (row.state, row.order_id, bool(row.guest_phone), Claim.objects.count()) == ("converted", 7, False, 0)
    assert kinds() == ["AppointmentBooked", "AppointmentArrived", "AppointmentConverted"]


def test_moving_gives_the_old_time_back_and_moving_again_is_refused(place: Desk) -> None:
    row = booked(place)
    moved = commands.move(appointment_id=row.pk, start=moment(14), version=1, by=place.shop.boss(), at=NOON)
    assert (moved.state, moved.starts_at, moved.moved) == ("rescheduled", moment(14), 1)
    for start, version, error in ((moment(14), None, "same_time"), (moment(15), 1, "changed")):
        with nothing_changes(), pytest.raises((Refused, Conflict)) as refused:
            commands.move(appointment_id=row.pk, start=start, version=version, by=place.shop.boss(), at=NOON)
        assert refused.value.code == error
    booked(place)
    with nothing_changes(), pytest.raises(Conflict, match="可改约"):
        commands.move(appointment_id=row.pk, start=moment(9), by=place.shop.boss(), at=NOON)
    assert again(row).starts_at == moment(14) and doctor.examine(["appointments"]) == []
    assert kinds() == ["AppointmentBooked", "AppointmentMoved", "AppointmentBooked"]


def test_cancelling_frees_the_time_and_says_who(place: Desk) -> None:
    row = booked(place)
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel(appointment_id=row.pk, reason=" ", by=place.shop.boss(), at=NOON)
    by = customer(place.shop.org_id, place.owner.pk, "王建国")
    gone = commands.cancel(appointment_id=row.pk, reason="临时有事", by=by, at=NOON)
    assert (gone.state, gone.cancelled_by, Claim.objects.count()) == ("cancelled", "customer", 0)
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel(appointment_id=row.pk, reason="再取消", by=by, at=NOON)
    booked(place)


def test_who_did_not_come_is_marked_and_may_still_come(place: Desk) -> None:
    row = booked(place)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.mark_no_show(appointment_id=row.pk, by=place.shop.boss(), at=NOON)
    assert refused.value.code == "too_early"
    missed = commands.mark_no_show(appointment_id=row.pk, by=place.shop.boss(), at=moment(10))
    assert (missed.state, Claim.objects.count()) == ("no_show", 0)
    came = commands.arrive(appointment_id=row.pk, by=place.shop.boss(), at=moment(11))
    assert came.state == "arrived" and doctor.examine(["appointments"]) == []


def test_the_waiting_list_is_offered_what_comes_free(place: Desk) -> None:
    first = booked(place)
    waiting = commands.join_waiting_list(
        store_id=place.shop.store_id, start=moment(9), services=[place.work.ref], guest=guest(), by=place.shop.boss(),
        at=NOON,
    )  # fmt: skip
    assert (waiting.state, Claim.objects.count()) == ("waitlisted", 1)
    with nothing_changes(), pytest.raises(Conflict):
        commands.offer_waiting(appointment_id=waiting.pk, start=moment(9), by=place.shop.boss(), at=NOON)
    commands.cancel(appointment_id=first.pk, reason="改天", by=place.shop.boss(), at=NOON)
    offered = commands.offer_waiting(appointment_id=waiting.pk, start=moment(9), by=place.shop.boss(), at=NOON)
    assert (offered.state, offered.offer_until) == ("requested", NOON + timedelta(minutes=60))
    back = commands.withdraw_offer(appointment_id=waiting.pk, by=place.shop.boss(), at=NOON)
    assert (back.state, Claim.objects.count()) == ("waitlisted", 0)
    commands.offer_waiting(appointment_id=waiting.pk, start=moment(9), by=place.shop.boss(), at=NOON)
    taken = commands.confirm(appointment_id=waiting.pk, by=place.shop.boss(), at=NOON)
    assert (taken.state, taken.offer_until) == ("confirmed", None)


def test_the_car_converts_once(place: Desk) -> None:
    row, boss = booked(place), place.shop.boss()
    ids = {"customer_id": place.owner.pk, "vehicle_id": place.car.pk}
    for _twice in range(2):
        commands.convert(appointment_id=row.pk, order_id=5, **ids, by=boss, at=moment(9))
    with nothing_changes(), pytest.raises(Conflict):
        commands.convert(appointment_id=row.pk, order_id=6, **ids, by=boss, at=moment(9))


def test_reminders_go_out_once_each_at_their_time(place: Desk) -> None:
    row, boss = booked(place, moment(16)), place.shop.boss()
    assert commands.remind(appointment_id=row.pk, token=TOKEN, by=boss, at=moment(16) - timedelta(hours=25)) is None
    for hours in (20, 19, 2, 1):
        commands.remind(appointment_id=row.pk, token=f"{hours}{TOKEN}", by=boss, at=moment(16) - timedelta(hours=hours))
    assert again(row).reminders == [1440, 120]


def test_forgetting_a_person_cancels_what_is_to_come(place: Desk) -> None:
    row = booked(place, wish="异响")
    commands.forget_person(customer_id=place.owner.pk, by=place.shop.boss(), at=NOON)
    assert (again(row).state, bool(again(row).wish), Claim.objects.count()) == ("cancelled", False, 0)


def test_the_plan_and_calendars_of_a_store(place: Desk) -> None:
    boss, store = place.shop.boss(), place.shop.store_id
    facts: dict[str, Any] = {"store_id": store, "late_minutes": 45, "offer_minutes": 30, "risky_percent": 20}
    with nothing_changes(), pytest.raises(Missing):
        commands.set_plan(reminders=[60], **{**facts, "store_id": 10**9}, by=boss, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.set_plan(reminders=[5], **facts, by=boss, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.set_plan(reminders=[60], **{**facts, "late_minutes": 1}, by=boss, at=NOON)
    assert commands.set_plan(reminders=[60, 2880], **facts, by=boss, at=NOON).reminders == [2880, 60]
    feed = commands.issue_feed(store_id=store, staff_id=None, token=TOKEN, by=boss, at=NOON)
    assert commands.end_feed(feed_id=feed.pk, by=boss, at=NOON).ended_at == NOON
    assert commands.end_feed(feed_id=feed.pk, by=boss, at=moment(9)).ended_at == NOON


REFUSED: dict[str, Callable[[Desk, Appointment, Any], object]] = {
    "book": lambda d, row, by: booked(d, moment(11), by=by),
    "keep_photo": lambda d, row, by: commands.keep_photo(
        content=b"x", name="x.jpg", store_id=d.shop.store_id, by=by, at=NOON
    ),
    "confirm": lambda d, row, by: commands.confirm(appointment_id=row.pk, by=by, at=NOON),
    "move": lambda d, row, by: commands.move(appointment_id=row.pk, start=moment(14), by=by, at=NOON),
    "change_services": lambda d, row, by: commands.change_services(
        appointment_id=row.pk, services=[d.work.ref], by=by, at=NOON
    ),
    "cancel": lambda d, row, by: commands.cancel(appointment_id=row.pk, reason="x", by=by, at=NOON),
    "arrive": lambda d, row, by: commands.arrive(appointment_id=row.pk, by=by, at=moment(9)),
    "convert": lambda d, row, by: commands.convert(
        appointment_id=row.pk, order_id=1, customer_id=1, vehicle_id=1, by=by, at=moment(9)
    ),
    "mark_no_show": lambda d, row, by: commands.mark_no_show(appointment_id=row.pk, by=by, at=moment(10)),
    "join_waiting_list": lambda d, row, by: commands.join_waiting_list(
        store_id=d.shop.store_id, start=moment(9), services=[d.work.ref], guest=guest(), by=by, at=NOON
    ),
    "offer_waiting": lambda d, row, by: commands.offer_waiting(appointment_id=row.pk, start=moment(9), by=by, at=NOON),
    "withdraw_offer": lambda d, row, by: commands.withdraw_offer(appointment_id=row.pk, by=by, at=NOON),
    "remind": lambda d, row, by: commands.remind(appointment_id=row.pk, token=TOKEN, by=by, at=moment(8)),
    "set_plan": lambda d, row, by: commands.set_plan(
        store_id=d.shop.store_id, reminders=[60], late_minutes=60, offer_minutes=60, risky_percent=30, by=by, at=NOON
    ),
    "issue_feed": lambda d, row, by: commands.issue_feed(
        store_id=d.shop.store_id, staff_id=None, token=TOKEN, by=by, at=NOON
    ),
    "forget_person": lambda d, row, by: commands.forget_person(customer_id=d.owner.pk, by=by, at=NOON),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_who_may_not_is_refused(place: Desk, name: str) -> None:
    row = booked(place)
    with nothing_changes(), pytest.raises(Forbidden):
        REFUSED[name](place, row, place.shop.actor("appointments.view"))


def test_a_stranger_ends_no_calendar(place: Desk) -> None:
    feed = commands.issue_feed(store_id=place.shop.store_id, staff_id=None, token=TOKEN, by=place.shop.boss(), at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.end_feed(feed_id=feed.pk, by=place.shop.actor("appointments.view"), at=NOON)


def test_another_organisation_finds_nothing(place: Desk, other_shop: Shop) -> None:
    booked(place)
    with pytest.raises(Missing):
        commands.cancel(appointment_id=10**9, reason="x", by=place.shop.boss(), at=NOON)
