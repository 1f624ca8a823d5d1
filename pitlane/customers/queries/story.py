"""The one time line of a customer, built from the stored facts of all domains."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.core.access import Actor, visible
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.events import KINDS
from pitlane.core.models import EventRow, SearchDoc
from pitlane.core.money import Money
from pitlane.core.search import KINDS as SEARCHED
from pitlane.core.states import Label
from pitlane.core.templatetags.wording import day_text, local

from ..models import ContactLog, Vehicle
from ..names import CHANNEL_ICONS, OUTCOMES

log = logging.getLogger("pitlane.customers")
PAGE = 25
PAGE_OF_VISITS = 200
VISIT = ("orders", "money")
STEPS_TOLD = 8
MOST_COUNTED = 2000
TALKS = ("customers.ContactLogged", "customers.NextStepFinished")
TABS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "orders": (gettext_lazy("工单"), ("workshop", "reception")),
    "talks": (gettext_lazy("沟通"), ("messaging",)),
    "money": (gettext_lazy("付款"), ("billing", "loyalty")),
    "appointments": (gettext_lazy("预约"), ("appointments",)),
    "complaints": (gettext_lazy("客诉"), ("servicedesk", "surveys")),
    "marketing": (gettext_lazy("营销"), ("marketing", "care")),
    "profile": (gettext_lazy("资料"), ("customers",)),
}
ORDER = "order"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the time line, as the kit draws it."""

    at: datetime
    icon: str
    family: str
    title: str
    text: str = ""
    detail: str = ""
    url: str = ""
    number: str = ""
    state: Label | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order as the workshop registered it for the search box: where it is, what it is called, how far it is."""

    url: str
    number: str
    about: str
    state: Label | None


NO_ORDER = OrderLink("", "", "", None)


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter over the time line with the number of its entries."""

    key: str
    label: Text
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the time line by days; ``next`` leads to older entries."""

    days: list[dict[str, Any]]
    next: str | None
    tabs: list[Tab]


def contacts_of(customer_id: int, *, cursor: str | None, limit: int) -> tuple[list[ContactLog], str | None]:
    """The contact log alone, newest first, for programs."""
    rows = ContactLog.objects.filter(customer_id=customer_id).select_related("by_staff")
    return keyset(rows, cursor, limit, ("at", "id"))


def tab_of(kind: str) -> str:
    """Which tab an event belongs to: its domain decides."""
    if kind in TALKS:
        return "talks"
    domain = kind.split(".")[0]
    return next((key for key, (_label, domains) in TABS.items() if domain in domains), "")


def kinds_of(tab: str) -> list[str]:
    """The event kinds of a tab; the silent ones (who looked at a number) stand under 资料 only."""
    if not tab:
        return [kind for kind, event in KINDS.items() if not event.timeline]
    return [kind for kind, event in KINDS.items() if tab_of(kind) == tab and (event.timeline or tab == "profile")]


def events_of(customer_id: int, tab: str, *, by: Actor) -> QuerySet[EventRow]:
    """The facts of a customer that the actor's stores may see. Nothing else narrows, so one index serves."""
    seen = Q() if by.stores is None else Q(store_id=None) | visible(by)
    rows = EventRow.objects.filter(seen, customer_id=customer_id)
    return rows.filter(kind__in=kinds_of(tab)) if tab else rows.exclude(kind__in=kinds_of(""))


def story(customer_id: int, *, by: Actor, at: datetime, tab: str = "", cursor: str | None = None) -> Story:
    """One page of the time line, newest first. A visit is one entry with its steps, however many facts it left."""
    by_visit = tab in ("", "orders")
    size = PAGE_OF_VISITS if by_visit else PAGE
    page, following = keyset(events_of(customer_id, tab, by=by), cursor, size, ("at", "id"))
    return Story(_days(_moments(page, by, by_visit), at), following, [] if cursor else _tabs(customer_id, tab, by))


def facts(customer_id: int, *, by: Actor, tab: str = "", cursor: str | None = None) -> tuple[list[Moment], str | None]:
    """The same time line fact by fact, for programs."""
    page, following = keyset(events_of(customer_id, tab, by=by), cursor, PAGE, ("at", "id"))
    return _moments(page, by, False), following


def _tabs(customer_id: int, tab: str, by: Actor) -> list[Tab]:
    told = events_of(customer_id, "", by=by).order_by("-at").values_list("kind", "order_id", "pk")[:MOST_COUNTED]
    things = {(tab_of(kind), order_id if tab_of(kind) == "orders" and order_id else -pk) for kind, order_id, pk in told}
    counts = Counter(key for key, _thing in things)
    named = [(key, label) for key, (label, _domains) in TABS.items() if key in counts or key == tab]
    return [
        Tab("", _("全部"), None, not tab),
        *(Tab(key, label, counts.get(key, 0), key == tab) for key, label in named),
    ]


def _moments(rows: list[EventRow], by: Actor, by_visit: bool) -> list[Moment]:
    talks, cars = _talks(rows), _plates({row.vehicle_id for row in rows if row.vehicle_id})
    orders = _orders({row.order_id for row in rows if row.order_id}, by)
    moments = []
    for group in _groups(rows, by_visit):
        newest = group[0]
        link = orders.get(newest.order_id or 0, NO_ORDER)
        plate = cars.get(newest.vehicle_id or 0, "")
        if len(group) > 1:
            moments.append(_visit(group, link, plate))
            continue
        moment = _moment(newest, talks.get(newest.payload.get("contact_id", 0)), link)
        moments.append(replace(moment, text=" · ".join(filter(None, [plate, moment.text]))) if plate else moment)
    return moments


def _groups(rows: list[EventRow], by_visit: bool) -> list[list[EventRow]]:
    """The facts of one order together where its newest one stands; everything else alone."""
    groups: dict[int, list[EventRow]] = {}
    for row in rows:
        together = by_visit and tab_of(row.kind) in VISIT
        groups.setdefault((together and row.order_id) or -row.pk, []).append(row)
    return list(groups.values())


def _visit(group: list[EventRow], link: OrderLink, plate: str) -> Moment:
    """One visit: what it was about, where it stands, its steps in the order in which they happened."""
    newest = group[0]
    event = KINDS.get(newest.kind)
    work = [row for row in reversed(group) if tab_of(row.kind) == "orders"] or group[::-1]
    steps = list(dict.fromkeys(map(sentence_of, work)))
    if len(steps) > STEPS_TOLD:
        steps = [*steps[: STEPS_TOLD // 2], "…", *steps[-STEPS_TOLD // 2 :]]
    fen = next((row.payload["total_fen"] for row in group if "total_fen" in row.payload), None)
    return Moment(
        at=newest.at,
        icon=event.icon if event else "point",
        family=event.family if event else "idle",
        title=link.about or sentence_of(newest),
        text=plate,
        detail=" → ".join(steps),
        url=link.url,
        number=link.number,
        state=link.state,
        amount=None if fen is None else Money(fen),
    )


def _plates(ids: set[int]) -> dict[int, str]:
    return dict(Vehicle.objects.filter(pk__in=ids).values_list("pk", "plate")) if ids else {}


def _moment(row: EventRow, talk: ContactLog | None, link: OrderLink) -> Moment:
    event = KINDS.get(row.kind)
    title = sentence_of(row)
    icon, family = (event.icon, event.family) if event else ("point", "idle")
    text = row.actor_name
    detail = ""
    if talk is not None and row.kind == TALKS[0]:
        icon, title, text, detail = _talk(talk, row.actor_name)
    elif talk is not None:
        detail = talk.next_step
    return Moment(row.at, icon, family, title, text, detail, link.url, link.number)


def sentence_of(row: EventRow) -> str:
    """A fact in words. One of long ago that cannot be told any more must not hide the whole time line."""
    try:
        return str(KINDS[row.kind](**row.payload).sentence())
    except (KeyError, TypeError, ValueError, AttributeError):
        log.exception("event %s of kind %s has no sentence", row.seq, row.kind)
        return row.kind


def _talk(talk: ContactLog, actor: str) -> tuple[str, str, str, str]:
    """A contact as it is told: channel, result and who; what was said and promised below."""
    outcome = str(OUTCOMES.get(talk.outcome, talk.outcome))
    text = " · ".join(filter(None, [actor, outcome]))
    promise = _("下一步：%(step)s") % {"step": talk.next_step} if talk.next_step else ""
    when = f"（{talk.next_on:%m-%d}）" if talk.next_step and talk.next_on else ""
    title = str(ContactLog.Channel(talk.channel).label)
    return CHANNEL_ICONS[talk.channel], title, text, " · ".join(filter(None, [talk.text, promise + when]))


def _talks(rows: Iterable[EventRow]) -> dict[int, ContactLog]:
    ids = [row.payload["contact_id"] for row in rows if row.kind in TALKS]
    return ContactLog.objects.in_bulk(ids) if ids else {}


def _orders(ids: set[int], by: Actor) -> dict[int, OrderLink]:
    """The orders named, as the workshop registered them for the search box."""
    kind = SEARCHED.get(ORDER)
    if kind is None or not ids or (kind.permission and not by.may(kind.permission)):
        return {}
    badges = kind.badges(list(ids), by) if kind.badges else {}
    docs = SearchDoc.objects.filter(kind=ORDER, object_id__in=ids).values_list("object_id", "title", "detail")
    return {
        pk: OrderLink(kind.url(pk), title.split(" ")[0], detail.rpartition(" · ")[2], badges.get(pk))
        for pk, title, detail in docs
    }


def _days(moments: list[Moment], at: datetime) -> list[dict[str, Any]]:
    today = local(at).date()
    days: list[dict[str, Any]] = []
    for moment in moments:
        label = day_text(local(moment.at).date(), today)
        if not days or days[-1]["label"] != label:
            days.append({"label": label, "items": []})
        days[-1]["items"].append(moment)
    return days
