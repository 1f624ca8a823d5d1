"""Two hundred people book twenty slots at once: real threads, and exactly twenty appointments."""

from __future__ import annotations

from collections import Counter
from datetime import time
from functools import partial

import pytest

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment
from pitlane.core import doctor
from pitlane.core.errors import Conflict, Refused
from pitlane.core.testing import NOON, Shop, together
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling.models import Claim

from . import factories, online

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, EACH = 50, 4


def test_two_hundred_book_twenty_slots(shop: Shop) -> None:
    place = factories.desk(shop, lifts=4)
    span = [(time(9), time(14))]
    day = {"store_id": shop.store_id, "day": factories.TUESDAY, "kind": "special", "hours": span}
    scheduling.save_day(**day, by=shop.boss(), at=NOON)

    def attempt(n: int, m: int) -> str:
        start = factories.moment(9 + (n + m) % 5)
        who = commands.Guest(f"客户{n}", f"139{n:04d}{m:04d}", "")
        try:
            commands.book(
                store_id=shop.store_id, start=start, services=[place.work.ref], guest=who, by=shop.boss(), at=NOON
            )
        except Conflict as refused:
            return refused.code
        return "made"

    def tries(n: int) -> list[str]:
        return [attempt(n, m) for m in range(EACH)]

    answers = together(shop.org_id, [partial(tries, n) for n in range(AT_ONCE)])
    assert [answer for answer in answers if not isinstance(answer, list)] == []
    outcome = Counter(word for answer in answers for word in answer)  # type: ignore[attr-defined]
    assert outcome == {"made": 20, "taken": AT_ONCE * EACH - 20}
    assert (Appointment.objects.count(), Claim.objects.count()) == (20, 20)
    assert doctor.examine(["appointments"]) == []


def test_forty_customers_press_the_last_four_slots(shop: Shop) -> None:
    """Through the booking page's own command, each pressing twice: four are booked, once each."""
    place = factories.desk(shop, lifts=1)
    page = online.opened(place)
    drafts = [page.draft(factories.moment(9 + n % 4), plate=f"京C{n:05d}") for n in range(40)]

    def press(n: int) -> list[str]:
        answers = []
        for again in range(2):
            facts = {"phone": f"139{n:08d}", "name": f"客户{n}", "link": f"{n:02d}{again}" * 20}
            try:
                answers.append(page.book(drafts[n], **facts).ref)
            except Conflict as refused:
                answers.append(refused.code)
        return answers

    answers = together(shop.org_id, [partial(press, n) for n in range(len(drafts))])
    assert all(isinstance(answer, list) for answer in answers), answers
    first, second = zip(*answers, strict=True)  # type: ignore[call-overload]
    assert first == second and first.count("taken") == 36 and len(set(first)) == 5
    assert (Appointment.objects.count(), Claim.objects.count()) == (4, 4)
    assert doctor.examine(["appointments"]) == []


def test_one_phone_at_once_keeps_its_limit(shop: Shop) -> None:
    place = factories.desk(shop, lifts=4)
    page = online.opened(place, most_open=2)
    drafts = [page.draft(factories.moment(9 + n), plate=f"京C{n:05d}") for n in range(8)]

    def press(n: int) -> str:
        try:
            return page.book(drafts[n], link=f"{n:02d}" * 20).state
        except Refused as refused:
            return refused.code

    answers = together(shop.org_id, [partial(press, n) for n in range(len(drafts))])
    assert Counter(map(str, answers)) == {"confirmed": 2, "too_many": 6}
