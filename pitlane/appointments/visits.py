"""What commands of this domain share: the locked document, its claim, the words that go to the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core import links
from pitlane.core.access import Actor
from pitlane.core.commands import all_or_nothing
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.customers import queries as customers
from pitlane.messaging import commands as messaging
from pitlane.messaging import queries as outbox
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling import queries as slots

from .models import Appointment, BookingPlan
from .queries.risk import booked_then
from .rules import LONGEST_REASON

LINK = "appointment"
LINK_DAYS = 14


def locked(appointment_id: int) -> Appointment:
    """The document, for this transaction only ours."""
    row: Appointment | None = Appointment.objects.select_for_update().filter(pk=appointment_id).first()
    if row is None:
        raise Missing()
    return row


def claimed(row: Appointment, *, by: Actor, at: datetime, bay_id: int | None = None, walk_in: bool = False) -> None:
    """Promise the time of a visit, in the transaction of its booking; say what else there is when it is gone.

    Where the store overbooks by risk, a time that is taken may be promised once more to make up for who stays away.
    """
    facts: dict[str, Any] = {"store_id": row.store_id, "needs": slots.Needs.of(row.needs), "walk_in": walk_in}
    facts |= {"subject": row.subject, "not_before": row.parts_at, "technician_id": row.technician_id, "bay_id": bay_id}
    _promised(
        row, row.starts_at, lambda lane: scheduling.claim(start=row.starts_at, lane=lane, **facts, by=by, at=at), at
    )


def claim_moved(row: Appointment, start: datetime, *, by: Actor, at: datetime, **place: Any) -> None:
    """Promise another time, place or work instead; a visit that was overbooked takes an ordinary place where it can."""
    kept, row.lane = row.lane, 0
    facts: dict[str, Any] = {"subject": row.subject, "not_before": row.parts_at, "technician_id": row.technician_id}
    facts |= place
    _promised(row, start, lambda lane: scheduling.move_claim(start=start, lane=lane, **facts, by=by, at=at), at, kept)


def _promised(row: Appointment, start: datetime, promise: Callable[[int], Any], at: datetime, kept: int = 0) -> None:
    try:
        with all_or_nothing():
            made = promise(row.lane)
    except Conflict as taken:
        made = _beyond(row, start, promise, kept)
        if made is None:
            raise with_alternatives(taken, row, start, at) from taken
    row.starts_at, row.ends_at, row.lane = made.starts_at, made.ends_at, made.lane


def _beyond(row: Appointment, start: datetime, promise: Callable[[int], Any], kept: int) -> Any:
    """One place more than there is, when the risks of those who come then speak for it; None when they do not. Who was
    overbooked before may be so again.

    The store's plan is locked, so that two who ask at the same moment are not both told of the same empty place.
    """
    plan = BookingPlan.objects.select_for_update().filter(store_id=row.store_id, overbook_by_risk=True).first()
    if row.lane or (plan is None and not kept):
        return None
    end = start + timedelta(minutes=slots.Needs.of(row.needs).minutes)
    if not kept and not booked_then(row.store_id, start, end, without=row.pk).room(start, end).free:
        return None
    try:
        with all_or_nothing():
            return promise(1)
    except (Conflict, Refused):
        return None


def with_alternatives(taken: Conflict, row: Appointment, start: datetime, at: datetime) -> Conflict:
    """The refusal with three concrete offers: near it that day, that hour another day, the soonest."""
    needs = slots.Needs.of(row.needs)
    facts: dict[str, Any] = {"not_before": row.parts_at, "technician_id": row.technician_id}
    offers = slots.alternatives(row.store_id, needs, start, at=at, **facts)
    text = str(taken.message)
    if offers:
        said = "、".join(f"{timezone.localtime(offer.start):%m-%d %H:%M}" for offer in offers)  # zh-data
        text = _("%(why)s。可改约：%(offers)s") % {"why": text, "offers": said}
    starts = ",".join(offer.start.isoformat() for offer in offers)
    return Conflict(text, code="taken", field="start", alternatives=starts)


def check_version(row: Appointment, version: int | None) -> None:
    """Two people moved the same visit: the second learns it instead of undoing the first."""
    if version is not None and version != row.version:
        raise Conflict(_("这条预约刚刚被改过，请看最新的时间"), code="changed")


def check_car(vehicle_id: int, customer_id: int | None) -> int | None:
    """Whose visit it is: the owner's, or the named customer's when the car is theirs."""
    card = customers.vehicle_card(vehicle_id)
    if customer_id is None:
        return card.owner_id
    if customer_id not in (card.owner_id, card.driver_id):
        raise Refused(_("这辆车不在这位客户名下"), code="foreign_car", field="vehicle")
    return customer_id


def check_photos(photos: Sequence[int], known: int) -> None:
    """Only pictures that exist here."""
    if len(set(photos)) != known:
        raise Missing()


def plain_reason(text: str) -> str:
    """A reason, or a refusal at its field."""
    reason = text.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("请写明原因"), code="reason", field="reason")
    return reason


def address_of(token: str) -> str:
    """Where the customer opens a private link."""
    return f"{settings.PUBLIC_URL}/a/{token}/" if token else ""


def tell(row: Appointment, template: str, key: str, token: str, by: Actor, at: datetime, **more: Any) -> bool:
    """Tell the customer; never stands in the way. ``token`` opens the page on which they confirm, move or cancel."""
    if not outbox.is_on(template) or not (row.customer_id or row.guest_phone):
        return False
    if token:
        days = max(1, (row.ends_at - at) // timedelta(days=1)) + LINK_DAYS
        links.make_link(purpose=LINK, subject_id=row.pk, customer_id=row.customer_id, token=token, at=at, days=days)
    expires = row.starts_at if row.starts_at > at else None
    facts: dict[str, Any] = {"subject": row.subject, "store_id": row.store_id, "expires_at": expires}
    words = {**words_of(row, token), **more}
    if row.customer_id:
        facts["customer_id"] = row.customer_id
        return messaging.tell(key=key, template=template, variables=words, **facts, by=by, at=at) is not None
    try:
        with all_or_nothing():
            given = {"address": row.guest_phone.reveal(), "variables": {"customer": row.guest_name.reveal(), **words}}
            messaging.send(key=key, template=template, **given, **facts, by=by, at=at)
    except Refused:
        return False
    return True


def words_of(row: Appointment, token: str) -> dict[str, str]:
    """What the templates of an appointment may say."""
    names = [service.name for service in row.services.all()]
    plate = customers.vehicle_card(row.vehicle_id).plate if row.vehicle_id else row.guest_plate.reveal()
    return {
        "plate": plate,
        "time": f"{timezone.localtime(row.starts_at):%m-%d %H:%M}",
        "service": "、".join(names),  # zh-data
        "link": address_of(token),
    }
