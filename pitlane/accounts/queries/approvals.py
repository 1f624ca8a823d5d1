"""Requests for approval: what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, visible
from pitlane.core.approvals import Matter, matter_of
from pitlane.core.errors import Missing, Text
from pitlane.core.states import Label

from ..models import Approval
from ..policies import behind, can_decide, is_self
from ..states import APPROVAL
from .stores import in_named_stores, looking_at


def waiting_approvals(actor: Actor) -> QuerySet[Approval]:
    """What this actor may decide: in the own stores (or for the whole organisation) and never what they asked for."""
    waiting: QuerySet[Approval] = Approval.objects.filter(
        visible(actor), state="requested", permission__in=actor.permissions
    )
    if actor.kind == "staff":
        return waiting.exclude(requested_by_id=actor.id)
    return waiting.exclude(requested_by=None).exclude(requested_by_id=behind(actor))


def open_approvals(actor: Actor, store: str = "") -> list[Approval]:
    """What waits for this actor's decision, in all of their stores or in those named, oldest first."""
    waiting = waiting_approvals(actor).filter(in_named_stores(looking_at(actor), store))
    return list(waiting.select_related("requested_by", "store").order_by("requested_at", "pk")[:100])


def open_approval_count(actor: Actor) -> int:
    """The badge of the approvals entry."""
    return waiting_approvals(actor).count()


def approval_for(kind: str, subject: str) -> Approval | None:
    """The newest approval of a kind for a subject, so that a page can say how far it is."""
    newest: Approval | None = Approval.objects.filter(kind=kind, subject=subject).order_by("-pk").first()
    return newest


def approvals_for(kind: str, subjects: Sequence[str]) -> list[Approval]:
    """All approvals of a kind for several subjects, the newest first."""
    return list(Approval.objects.filter(kind=kind, subject__in=subjects).order_by("-pk"))


def approval_by_id(approval_id: int) -> Approval:
    """One approval with the person who asked, for the command that carries it out."""
    found: Approval | None = Approval.objects.select_related("requested_by").filter(pk=approval_id).first()
    if found is None:
        raise Missing()
    return found


def approvals_by(actor: Actor) -> list[Approval]:
    """What this person asked for lately."""
    if actor.kind != "staff":
        return []
    mine = Approval.objects.filter(requested_by_id=actor.id)
    return list(mine.select_related("decided_by", "store").order_by("-pk")[:50])


@dataclass(frozen=True, slots=True)
class ApprovalScreen:
    """One approval with what it is about, and whether this actor may answer or take it back."""

    approval: Approval
    label: Label
    may_decide: bool
    may_withdraw: bool
    why_not: Text
    matter: Matter


def approval_screen(approval_id: int, actor: Actor) -> ApprovalScreen:
    """A request as its asker or a decider sees it."""
    found = Approval.objects.filter(pk=approval_id).select_related("requested_by", "decided_by", "store").first()
    if found is None or not actor.in_store(found.store_id):
        raise Missing()
    may = can_decide(actor, found.permission, found.store_id, found.requested_by_id)
    own = is_self(actor, found.requested_by_id)
    if not may and not own:
        raise Missing()
    is_open = found.state == "requested"
    why_not = "" if may or not is_open else _("这是你自己的申请，由别人审批")
    matter = matter_of(found.kind, found.subject, actor)
    return ApprovalScreen(found, APPROVAL.label(found.state), may and is_open, own and is_open, why_not, matter)
