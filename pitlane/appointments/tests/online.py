"""A store that may be booked online, and somebody who does, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment, BookingDraft
from pitlane.core.access import Actor, customer
from pitlane.core.testing import NOON

from .factories import Desk, moment

PHONE = "13911112222"


@dataclass(slots=True)
class Page:
    """A store that may be booked online, and somebody who does."""

    place: Desk
    by: Actor
    made: int = 0

    def draft(self, start: datetime | None = None, **facts: Any) -> BookingDraft:
        """A draft that waits for the phone."""
        self.made += 1
        car = {name: facts.pop(name) for name in ("plate", "vehicle_id", "customer_ids") if name in facts}
        mine = {"customer_ids": car.get("customer_ids", ()), "by": self.by, "at": facts.pop("at", NOON)}
        given = {"plate": "" if "vehicle_id" in car else "京C55555"} | car | mine
        store_id = facts.pop("store_id", self.place.shop.store_id)
        row = commands.begin_draft(store_id=store_id, token=f"{self.made}" * 43, **given)
        work = {"services": [self.place.work.ref], "wish": ""} | facts
        commands.choose_work(draft_id=row.pk, **work, **mine)
        return commands.choose_time(draft_id=row.pk, start=start or moment(9), **mine)

    def book(self, draft: BookingDraft, **facts: Any) -> Appointment:
        values: dict[str, Any] = {"phone": PHONE, "name": "赵先生", "consent": True, "link": "l" * 43, "token": ""}
        values |= {"by": self.by, "at": NOON} | facts
        return commands.book_draft(draft_id=draft.pk, **values)


def opened(place: Desk, **facts: Any) -> Page:
    """Let customers book in this store, and put its work on the menu."""
    plan: dict[str, Any] = {"reminders": [1440], "late_minutes": 60, "offer_minutes": 60, "risky_percent": 30}
    plan |= {"online": True}
    commands.set_plan(store_id=place.shop.store_id, **(plan | facts), by=place.shop.boss(), at=NOON)
    type(place.work).objects.filter(pk=place.work.pk).update(online=True)
    return Page(place, customer(place.shop.org_id, 0, "车主"))
