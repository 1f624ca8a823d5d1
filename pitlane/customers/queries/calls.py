"""Who is calling, who waits to be called back, and what an unknown caller said before there was a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from pitlane.core import search
from pitlane.core.access import Actor, here
from pitlane.core.errors import Missing
from pitlane.core.phones import phone_problem

from ..entries import phone_index
from ..models import Call, ContactLog
from .cards import CustomerCard, customer_cards, find_by_phone, masked_phones
from .overview import checkin_url

SHORTEST_TAIL = 4
MOST_CALLERS = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be on the phone, with the way to their page and to the counter."""

    customer: CustomerCard
    detail: str
    checkin_url: str


@dataclass(frozen=True, slots=True)
class Callers:
    """What a number, or its last digits, tell: known people, an open call, or somebody new."""

    asked: bool
    whole: bool
    people: list[Caller]
    waiting: Call | None = None

    @property
    def only(self) -> CustomerCard | None:
        """The one person whose number this is; None when there are several or none."""
        return self.people[0].customer if self.whole and len(self.people) == 1 else None


def callers(number: str, *, by: Actor) -> Callers:
    """Who it is while the number is being typed; four last digits are enough for a guess."""
    digits = "".join(char for char in number if char.isdigit())
    if len(digits) < SHORTEST_TAIL:
        return Callers(False, False, [])
    if phone_problem(number) is None and (people := _reached(find_by_phone(number), by)):
        return Callers(True, True, [_caller(card, "") for card in people[:MOST_CALLERS]])
    whole = phone_problem(number) is None
    found = search.find(digits, by=by, kinds=["customer"], limit=MOST_CALLERS)["customer"] if not whole else []
    cards = customer_cards([doc.object_id for doc in found])
    people_found = [_caller(cards[doc.object_id], doc.detail) for doc in found if doc.object_id in cards]
    open_calls = Call.objects.filter(closed_at=None, number_index=phone_index(number)) if whole else Call.objects.none()
    return Callers(True, whole, people_found, open_calls.order_by("-pk").first())


def _reached(cards: list[CustomerCard], by: Actor) -> list[CustomerCard]:
    return [card for card in cards if not by.own_only or card.advisor_id == by.id]


def _caller(card: CustomerCard, detail: str) -> Caller:
    return Caller(card, detail, checkin_url(customer_ref=card.ref))


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody whom we promised to call: a customer by the contact log, or a caller without a card."""

    ref: str
    known: bool
    name: str
    masked: str
    plate: str
    text: str
    on: date | None
    url: str


def call_backs(*, by: Actor, at: datetime, limit: int = 8) -> list[CallBack]:
    """Whom to call today or since longer, in the chosen store or all of mine; callers without a card first,
    nothing else shows them, then the latest promises."""
    today = timezone.localdate(at)
    rows = Call.objects.filter(here(by), closed_at=None).exclude(next_on__gt=today)
    unknown = [_of_call(row) for row in rows.order_by("next_on", "pk")[:limit]]
    due = ContactLog.objects.filter(here(by, "customer__home_store_id"), next_done_at=None, next_on__lte=today)
    due = due.filter(customer__advisor_id=by.id) if by.own_only else due
    talks = list(due.exclude(next_step="").select_related("customer").order_by("-next_on", "-pk")[:limit])
    phones = masked_phones([talk.customer_id for talk in talks])
    return [*unknown, *(_of_talk(talk, phones.get(talk.customer_id, "")) for talk in talks)][:limit]


def _door(row: Call) -> str:
    """The counter with what the caller said; a car we do not know opens the form for a new one."""
    return f"/reception/check-in?call={row.ref}" + (f"&plate={quote(row.plate)}" if row.plate else "&new=1")


def _of_call(row: Call) -> CallBack:
    words = row.next_step or row.text
    return CallBack(row.ref, False, row.name, row.masked, row.plate, words, row.next_on, _door(row))


def _of_talk(talk: Any, masked: str) -> CallBack:
    customer = talk.customer
    url = f"/customers/{customer.ref}"
    return CallBack(talk.ref, True, customer.name, masked, "", talk.next_step, talk.next_on, url)


def open_calls(*, by: Actor, limit: int = 100) -> list[Call]:
    """All callers without a card who wait, the earliest promise first."""
    rows = Call.objects.filter(here(by), closed_at=None)
    return list(rows.order_by("next_on", "pk")[:limit])


def open_call(ref_id: int) -> Call:
    """A call that waits; ``Missing`` when it is closed."""
    found: Call | None = Call.objects.filter(pk=ref_id, closed_at=None).first()
    if found is None:
        raise Missing()
    return found


def call_facts(ref_id: int) -> dict[str, str]:
    """What a waiting caller said, for the forms of customer and check-in; the number stays sealed and masked."""
    call = open_call(ref_id)
    return {"name": call.name, "plate": call.plate, "concern": call.text, "masked": call.masked}


def call_number(ref_id: int) -> str:
    """The number of a waiting call, for the command that opens the caller's card; never for showing."""
    number: str = open_call(ref_id).number.reveal()
    return number
