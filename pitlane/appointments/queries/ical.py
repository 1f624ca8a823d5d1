"""Calendars for other programs: who comes when, without names and numbers of customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.links import token_hash

from ..models import Appointment, Feed
from ..states import EXPECTED
from .cards import AppointmentCard, cards_of, with_facts

BEHIND, AHEAD = timedelta(days=14), timedelta(days=92)
FOLD = 72


def feed_by_token(token: str) -> Feed | None:
    """The calendar behind a secret, in whichever organisation; None when unknown or ended."""
    return Feed.unscoped.filter(token_hash=token_hash(token), ended_at=None).first()


def ical_of(feed: Feed, *, at: datetime) -> str:
    """The calendar as text: plates and services, no personal data."""
    rows = Appointment.objects.filter(
        store_id=feed.store_id,
        starts_at__gte=at - BEHIND,
        starts_at__lt=at + AHEAD,
        state__in=(*EXPECTED, "arrived", "converted"),
    ).order_by("starts_at", "pk")
    cards = cards_of(with_facts(rows), at)
    if feed.staff_id:
        cards = [card for card in cards if feed.staff_id in (card.technician_id, card.advisor_id)]
    shop = accounts.store_by_id(feed.store_id).name
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pitlane//Appointments//EN", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{escaped(_('%(shop)s预约') % {'shop': shop})}"]
    for card in cards:
        lines += _event(card, shop, at)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def ical_visit(card: AppointmentCard, *, at: datetime) -> str:
    """One visit for the calendar of whoever booked it: what is done and where, an hour's warning."""
    store = accounts.store_by_id(card.store_id)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pitlane//Appointments//EN", "CALSCALE:GREGORIAN"]
    place = " ".join(filter(None, [store.name, store.address]))
    warning = ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(card.title)}", "TRIGGER:-PT1H", "END:VALARM"]
    event = _event(card, place, at, store.phone)
    lines += [*event[:-1], *warning, event[-1], "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(card: AppointmentCard, shop: str, at: datetime, said: str = "") -> list[str]:
    place = " ".join(filter(None, [shop, "" if said else card.bay]))
    return [
        "BEGIN:VEVENT",
        f"UID:{card.ref}@pitlane",
        f"DTSTAMP:{stamp(at)}",
        f"DTSTART:{stamp(card.start)}",
        f"DTEND:{stamp(card.end)}",
        f"SEQUENCE:{card.version}",
        f"SUMMARY:{escaped(f'{card.plate} {card.title}'.strip())}",
        f"LOCATION:{escaped(place)}",
        f"DESCRIPTION:{escaped(said or card.technician)}",
        "STATUS:CONFIRMED" if card.state != "requested" else "STATUS:TENTATIVE",
        "END:VEVENT",
    ]


def stamp(moment: datetime) -> str:
    """A moment in universal time: clocks that change twice a year do not matter."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Text as RFC 5545 wants it."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def folded(line: str) -> str:
    """No line longer than 75 bytes, and no character cut in two."""
    parts, size = [""], 0
    for char in line:
        width = len(char.encode())
        if size + width > FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += width
    return "\r\n".join(parts)
