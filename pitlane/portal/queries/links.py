"""What one private link shows: only this visit, in plain words, what is to be decided first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.appointments import queries as appointments
from pitlane.billing import queries as billing
from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.ids import public_id
from pitlane.core.models import PrivateLink, StoredFile
from pitlane.core.money import Money
from pitlane.reception import queries as reception
from pitlane.workshop import queries as workshop

STOPS = {
    "checked_in": 0,
    "inspecting": 0,
    "awaiting_approval": 1,
    "dispatch_pending": 2,
    "in_progress": 2,
    "on_hold": 2,
    "qc_pending": 3,
    "completed": 4,
    "reopened": 4,
    "settled": 4,
    "paid": 4,
    "on_account": 4,
    "delivered": 5,
    "closed": 5,
}
DESK_STEP = (0, 2, 4, 5, 7)
BILLED = ("settled", "paid", "on_account", "delivered", "closed")


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of the car that the shop shows to its owner."""

    ref: str
    caption: str
    at: datetime
    finding: bool


@dataclass(frozen=True, slots=True)
class PortalPage:
    """Everything on the customer's page."""

    progress: Any
    estimate: reception.EstimateCard | None
    newer: bool
    steps: list[dict[str, Any]]
    pictures: list[Picture]
    agreed: list[Any]
    agreed_total: Money
    discount: Money
    due: Money | None
    replaced: bool

    @property
    def to_decide(self) -> int:
        return len(self.estimate.jobs) if self.estimate and self.estimate.open else 0

    @property
    def headline(self) -> str:
        """Where the car is, and how much waits for the owner."""
        facts = {"now": self.progress.says, "n": self.to_decide}
        if not self.to_decide:
            return str(self.progress.says)
        return _("%(now)s，等您确认 %(n)s 项") % facts if self._working else _("等您确认 %(n)s 项") % facts

    @property
    def _working(self) -> bool:
        return self.progress.state in ("in_progress", "on_hold", "qc_pending", "completed")

    @property
    def has_bill(self) -> bool:
        return self.progress.state in BILLED


def portal_page(link: PrivateLink, *, by: Actor, at: datetime) -> PortalPage:
    """The visit behind a link. A link of somebody who is no longer the customer of the order shows nothing."""
    return page_of(_own_progress(link, by, at), reception.estimate_for_link(link), at)


def page_of(progress: Any, row: Any, at: datetime) -> PortalPage:
    """The page of a visit whose owner has been checked, with the version of the quote that it shows."""
    versions = reception.estimates_of(progress.order_id, at=at)
    estimate = reception.card_of(row, at) if row else None
    agreed = [line for line in progress.lines if line.approval == "approved"]
    money = billing.order_money(progress.order_id) if progress.state in BILLED else None
    return PortalPage(
        progress=progress,
        estimate=estimate,
        newer=bool(estimate and any(v.open and v.number > estimate.number for v in versions)),
        steps=_steps(progress),
        pictures=[_picture(photo) for photo in progress.photos],
        agreed=[line for line in agreed if line.list_amount],
        agreed_total=Money(sum(line.amount.fen for line in agreed)),
        discount=Money(-sum(line.discount.fen for line in agreed)),
        due=money.due if money else None,
        replaced=estimate is not None and estimate.state == "replaced",
    )


def _own_progress(link: PrivateLink, by: Actor, at: datetime) -> Any:
    progress = workshop.portal_progress(reception.order_id_for_link(link), at=at)
    if progress.customer_id != by.id or progress.state == "cancelled":
        raise Missing()
    return progress


def _steps(progress: Any) -> list[dict[str, Any]]:
    """Five stops a car owner understands, with the desk's times."""
    names = (_("接车环检"), _("您确认报价"), _("施工"), _("质检"), _("取车"))
    now = STOPS.get(progress.state, 0)
    return [
        {
            "label": _("施工中") if index == 2 == now else name,
            "sub": _sub(progress, index, now),
            "state": "done" if index < now else "now" if index == now else "todo",
            "percent": progress.percent if index == 2 == now else None,
        }
        for index, name in enumerate(names)
    ]


def _sub(progress: Any, index: int, now: int) -> str:
    said = progress.steps[DESK_STEP[index]].sub if index <= now else ""
    names = {name for line in progress.lines for name in line.technicians} if index == 2 == now else set()
    who = [progress.advisor] if index == 0 and progress.advisor else sorted(names)[:2]
    return " · ".join(part for part in (said, *who) if part)


def _picture(photo: Any) -> Picture:
    return Picture(public_id("fil", photo.file_id), photo.caption, photo.at, photo.kind == "finding")


def photo_for(link: PrivateLink, file_id: int, *, by: Actor, at: datetime) -> StoredFile:
    """The file of a visible photo of this visit; every other file is ``Missing``, existing or not."""
    return picture_file(_own_progress(link, by, at), file_id)


def picture_file(progress: Any, file_id: int) -> StoredFile:
    """The file of a visible photo of a visit whose owner has been checked."""
    found = next((photo.file for photo in progress.photos if photo.file_id == file_id), None)
    if found is None or not found.media_type.startswith("image/"):
        raise Missing()
    stored: StoredFile = found
    return stored


@dataclass(frozen=True, slots=True)
class BillPage:
    """The bills of the visit that its owner pays."""

    progress: Any
    papers: list[Any]
    due: Money


def bill_page(link: PrivateLink, *, by: Actor, at: datetime) -> BillPage:
    """The statement as it was settled; ``Missing`` before that."""
    return bill_of(_own_progress(link, by, at))


def bill_of(progress: Any) -> BillPage:
    """The bills of a visit whose owner has been checked."""
    papers = billing.statements_for_order(progress.order_id) if progress.state in BILLED else []
    if not papers:
        raise Missing()
    return BillPage(progress, papers, Money(sum(paper.card.due.fen for paper in papers)))


@dataclass(frozen=True, slots=True)
class VisitPage:
    """What the link of an appointment shows: the visit, the shop, other times while it can still be moved."""

    card: appointments.AppointmentCard
    store: str
    address: str
    store_phone: str
    offers: list[Any]


def visit_page(appointment_id: int, *, at: datetime) -> VisitPage:
    """One appointment for the one who has its link."""
    card = appointments.card_by_id(appointment_id, at)
    store = accounts.store_by_id(card.store_id)
    open_still = card.expected and card.start > at
    offers = appointments.other_times(appointment_id, at=at, n=3) if open_still else []
    return VisitPage(card, store.name, store.address, store.phone, offers)
