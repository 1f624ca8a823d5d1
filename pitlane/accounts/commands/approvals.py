"""Approvals: asked for with a reason, decided by somebody else, used once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core import approvals
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused, Text
from pitlane.core.events import record
from pitlane.core.money import Money

from .. import policies
from ..events import ApprovalDecided, ApprovalRequested, ApprovalUsed, ApprovalWithdrawn
from ..models import Approval
from ..states import APPROVAL


@command
def request_approval(
    *,
    kind: str,
    permission: str,
    subject: str,
    summary: Text,
    reason: str,
    amount: Money | None = None,
    store_id: int | None = None,
    order_id: int | None = None,
    customer_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Approval:
    """Ask for a decision. The same open question is not asked twice."""
    require(by.in_store(store_id), permission)
    if not reason.strip():
        raise Refused(_("请写明申请理由"), code="reason", field="reason")
    known: Approval | None = Approval.objects.filter(
        kind=kind, subject=subject, amount=amount, state="requested"
    ).first()
    if known:
        return known
    approval: Approval = Approval.objects.create(
        org_id=by.org_id,
        kind=kind,
        permission=permission,
        subject=subject,
        summary=str(summary)[:160],
        reason=reason.strip()[:200],
        amount=amount,
        store_id=store_id,
        order_id=order_id,
        customer_id=customer_id,
        requested_by_id=policies.behind(by),
        requested_at=at,
    )
    record(
        ApprovalRequested(
            approval_id=approval.pk,
            approval_kind=kind,
            amount=amount,
            store_id=store_id,
            order_id=order_id,
            customer_id=customer_id,
        ),
        by=by,
        at=at,
    )
    return approval


def _locked(approval_id: int) -> Approval:
    approval: Approval | None = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if approval is None:
        raise Missing()
    return approval


@command
def decide_approval(*, approval_id: int, approve: bool, note: str = "", by: Actor, at: datetime) -> Approval:
    """Agree or refuse; never by the person who asked. What a yes sets off at once happens here or not at all."""
    approval = _locked(approval_id)
    allowed = policies.can_decide(by, approval.permission, approval.store_id, approval.requested_by_id)
    require(allowed, approval.permission, _("你不能审批这一项（需要相应权限，且不能审批自己的申请）"))
    APPROVAL.apply(approval, "approve" if approve else "refuse")
    approval.decided_by_id = by.id if by.kind == "staff" and by.id else None
    approval.decided_at, approval.note = at, note[:200]
    approval.save()
    record(
        ApprovalDecided(
            approval_id=approval.pk,
            approval_kind=approval.kind,
            approved=approve,
            store_id=approval.store_id,
            order_id=approval.order_id,
            customer_id=approval.customer_id,
            amount=approval.amount,
        ),
        by=by,
        at=at,
    )
    if approve and approvals.carry_out(approval.kind, approval.pk, by=by, at=at):
        approval.refresh_from_db()
    return approval


@command
def withdraw_approval(*, approval_id: int, by: Actor, at: datetime) -> Approval:
    """Take a request back; only the person who asked."""
    approval = _locked(approval_id)
    require(by.kind == "system" or policies.is_self(by, approval.requested_by_id), approval.permission)
    APPROVAL.apply(approval, "withdraw")
    approval.save()
    record(
        ApprovalWithdrawn(
            approval_id=approval.pk,
            approval_kind=approval.kind,
            store_id=approval.store_id,
            order_id=approval.order_id,
            customer_id=approval.customer_id,
            amount=approval.amount,
        ),
        by=by,
        at=at,
    )
    return approval


@command
def use_approval(
    *, approval_id: int, kind: str, subject: str, amount: Money | None = None, by: Actor, at: datetime
) -> Approval:
    """Spend an approval on exactly what was approved; a second use, another subject or a larger amount is refused."""
    approval = _locked(approval_id)
    require(by.in_store(approval.store_id), approval.permission)
    fits = approval.kind == kind and approval.subject == subject
    limit: Money | None = approval.amount
    if not fits or (amount is not None and limit is not None and amount > limit):
        raise Refused(_("这份审批不适用于本次操作"), code="approval_mismatch", field="approval")
    APPROVAL.apply(approval, "use")
    approval.save()
    used = ApprovalUsed(
        approval_id=approval.pk,
        approval_kind=kind,
        order_id=approval.order_id,
        amount=amount or approval.amount,
        store_id=approval.store_id,
    )
    record(used, by=by, at=at)
    return approval
