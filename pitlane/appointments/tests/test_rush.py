"""Two hundred people book twenty slots at once: real threads, and exactly twenty appointments."""

from __future__ import annotations

from collections import Counter
from datetime import time

import pytest

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment
from pitlane.core import doctor
from pitlane.core.errors import Conflict
from pitlane.core.testing import NOON, Shop
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling.models import Claim
from pitlane.scheduling.tests.test_rush import together

from . import factories

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

    answers = together(shop, AT_ONCE, lambda n: [attempt(n, m) for m in range(EACH)])
    assert all(isinstance(answer, list) for answer in answers), answers
    outcome = Counter(word for answer in answers for word in answer)  # type: ignore[attr-defined]
    assert outcome == {"made": 20, "taken": AT_ONCE * EACH - 20}
    assert (Appointment.objects.count(), Claim.objects.count()) == (20, 20)
    assert doctor.examine(["appointments"]) == []
