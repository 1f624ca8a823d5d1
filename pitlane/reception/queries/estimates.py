"""Quotes: versions with their answers, on the order, at the counter and behind the private link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import public_id
from pitlane.core.models import PrivateLink
from pitlane.core.money import Money
from pitlane.core.states import Label
from pitlane.customers import queries as customers
from pitlane.parts import queries as stock
from pitlane.workshop import queries as orders

from .. import policies, rules
from ..models import Estimate
from ..states import ESTIMATE

VIA: dict[str, Text] = {"link": gettext_lazy("手机"), "desk": gettext_lazy("柜台"), "phone": gettext_lazy("电话")}
ANSWERS: dict[str, Label] = {
    "approved": Label("done", gettext_lazy("同意")),
    "declined": Label("idle", gettext_lazy("不做")),
    "deferred": Label("hold", gettext_lazy("下次再做")),
}
EXPIRED = Label("bad", gettext_lazy("已过有效期"))


@dataclass(frozen=True, slots=True)
class JobCard:
    """What the customer decides as one: work with its parts, and the answer given."""

    key: str
    name: str
    amount: Money
    customer: Money
    extra: bool
    why: str
    lines: tuple[Mapping[str, Any], ...]
    decision: str = ""
    reason: str = ""

    @property
    def answer(self) -> Label | None:
        return ANSWERS.get(self.decision)

    @property
    def free(self) -> bool:
        return not self.customer and bool(self.amount)


@dataclass(frozen=True, slots=True)
class EstimateCard:
    """One version of the quote."""

    id: int
    ref: str
    order_id: int
    number: int
    state: str
    label: Label
    total: Money
    jobs: list[JobCard]
    sent_at: datetime
    sent_by: str
    opened_at: datetime | None
    expires_at: datetime
    expired: bool
    promised_at: datetime | None
    decided_at: datetime | None
    decided_via: str
    decided_name: str
    signature_ref: str
    digest: str

    @property
    def open(self) -> bool:
        return self.state == "sent" and not self.expired

    @property
    def via(self) -> Text:
        return VIA.get(self.decided_via, self.decided_via)

    @property
    def approved_total(self) -> Money:
        return Money(sum(job.customer.fen for job in self.jobs if job.decision == "approved"))


@dataclass(frozen=True, slots=True)
class EstimateScreen:
    """The page of one version."""

    order: Any
    vehicle: Any
    customer: Any
    estimate: EstimateCard
    versions: list[EstimateCard]
    may_decide: bool
    changed: bool


def estimates_of(order_id: int, *, at: datetime) -> list[EstimateCard]:
    """All versions of an order, newest first."""
    return [card_of(row, at) for row in Estimate.objects.filter(order_id=order_id).order_by("-number")]


def card_of(row: Estimate, at: datetime) -> EstimateCard:
    """The read object of a version."""
    expired = row.state == "sent" and row.expires_at <= at
    return EstimateCard(
        id=row.pk,
        ref=row.ref,
        order_id=row.order_id,
        number=row.number,
        state=row.state,
        label=EXPIRED if expired else ESTIMATE.label(row.state),
        total=row.total,
        jobs=[_job(job, row) for job in rules.jobs_of(row.lines)],
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        expired=expired,
        promised_at=row.promised_at,
        decided_at=row.decided_at,
        decided_via=row.decided_via,
        decided_name=row.decided_name,
        signature_ref=public_id("fil", row.signature_id) if row.signature_id else "",
        digest=row.digest,
    )


def _job(job: rules.Job, row: Estimate) -> JobCard:
    head = job.lines[0]
    decision = row.decisions.get(job.key, "")
    return JobCard(
        job.key,
        job.name,
        job.amount,
        job.customer,
        job.extra,
        head["why"],
        tuple({**line, "grade_name": stock.grade_name(line.get("grade", ""))} for line in job.lines),
        decision,
        row.reasons.get(job.key, ""),
    )


def estimate_screen(estimate_id: int, *, by: Actor, at: datetime) -> EstimateScreen:
    """One version with what may be done about it."""
    row: Estimate | None = Estimate.objects.filter(pk=estimate_id).first()
    if row is None:
        raise Missing()
    order = orders.order_for(row.order_id, by)
    card = card_of(row, at)
    changed = card.open and not rules.same_content(row.lines, orders.proposed_lines(row.order_id))
    return EstimateScreen(
        order=order,
        vehicle=customers.vehicle_card(order.vehicle_id),
        customer=customers.customer_card(order.customer_id),
        estimate=card,
        versions=estimates_of(row.order_id, at=at),
        may_decide=card.open and not changed and policies.can_decide(by, order),
        changed=changed,
    )


def estimate_for_link(link: PrivateLink) -> Estimate | None:
    """The version behind a private link; a link to the order shows its newest version that still counts."""
    found: Estimate | None
    if link.purpose == "estimate":
        found = Estimate.objects.filter(pk=link.subject_id).first()
    else:
        found = newest_estimate(link.subject_id)
    return found


def newest_estimate(order_id: int) -> Estimate | None:
    """The version of an order's quote that counts."""
    rows = Estimate.objects.filter(order_id=order_id).exclude(state="replaced")
    found: Estimate | None = rows.order_by("-number").first()
    return found


def open_quotes(order_ids: Iterable[int], *, at: datetime) -> dict[int, EstimateCard]:
    """The quotes of these orders that wait for their owner's answer."""
    rows = Estimate.objects.filter(order_id__in=list(order_ids), state="sent", expires_at__gt=at).order_by("number")
    return {row.order_id: card_of(row, at) for row in rows}


def order_id_for_link(link: PrivateLink) -> int:
    """The visit a private link belongs to; ``Missing`` for links of other kinds."""
    if link.purpose == "order":
        return int(link.subject_id)
    estimate = estimate_for_link(link) if link.purpose == "estimate" else None
    if estimate is None:
        raise Missing()
    return int(estimate.order_id)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A quote the customer has not answered, for the home page."""

    ref: str
    order_ref: str
    plate: str
    plate_kind: str
    customer: str
    total: Money
    sent_at: datetime
    opened: bool
    expired: bool
    store: str


def waiting_estimates(*, by: Actor, at: datetime, limit: int = 8, store: str = "") -> list[WaitingRow]:
    """Quotes without answer, of all stores in view or of those that ``store`` names; the longest waiting first."""
    rows = Estimate.objects.filter(here(by, "order__store_id", "order__advisor_id"), state="sent")
    rows = rows.filter(accounts.in_named_stores(by, store, "order__store_id"))
    waiting = list(rows.select_related("order__vehicle", "order__customer").order_by("sent_at")[:limit])
    names = accounts.store_names(by, [row.order.store_id for row in waiting])
    return [_waiting(row, names.get(row.order.store_id, ""), at) for row in waiting]


def _waiting(row: Estimate, store: str, at: datetime) -> WaitingRow:
    order = row.order
    return WaitingRow(
        ref=row.ref,
        order_ref=public_id("ord", row.order_id),
        plate=order.vehicle.plate,
        plate_kind=order.vehicle.plate_kind,
        customer=order.customer.name,
        total=row.total,
        sent_at=row.sent_at,
        opened=row.opened_at is not None,
        expired=row.expires_at <= at,
        store=store,
    )


def waiting_count(by: Actor) -> int:
    """How many quotes wait for an answer in the actor's store: the number in the rail."""
    rows = Estimate.objects.filter(here(by, "order__store_id", "order__advisor_id"), state="sent")
    return int(rows.count())
