"""The caller's own account: where they are signed in, what they asked for. A program has no account of its own."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from pitlane.core.access import Actor, require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, policies, queries
from ..models import Approval, SignIn, Staff
from .frame import actor_of, call
from .organisation import ApprovalOut, StaffOut

router = Router()


class SessionOut(Schema):
    """A browser in which the caller is signed in."""

    id: str
    device: str
    address: str
    started_at: datetime
    seen_at: datetime

    @staticmethod
    def resolve_id(one: SignIn) -> str:
        return one.ref

    @staticmethod
    def resolve_device(one: SignIn) -> str:
        return one.device_name


def _person(request: HttpRequest) -> Actor:
    """The person who calls; the number of a key may be that of a person, who must not be mistaken for it."""
    by = actor_of(request)
    require(policies.can_keep_own(by), "accounts.staff", _("这里只对登录的员工本人开放"))
    return by


@router.get(
    "/me/sessions", response=list[SessionOut], operation_id="list_sessions", summary="Where the caller is signed in"
)
def list_sessions(request: HttpRequest) -> list[SignIn]:
    return queries.sign_ins(_person(request).id)


@router.post(
    "/me/sessions/{session}/end", response=SessionOut, operation_id="end_session", summary="Sign one browser out"
)
@idempotent
def end_session(request: HttpRequest, session: str) -> SignIn:
    ended: SignIn = commands.end_session(sign_in_id=parse_id("ses", session), **call(request))
    return ended


@router.post("/me/sign-out", response=StaffOut, operation_id="sign_out_everywhere", summary="Sign out everywhere")
@idempotent
def sign_out_everywhere(request: HttpRequest) -> Staff:
    person: Staff = commands.end_sessions(staff_id=_person(request).id, **call(request))
    return person


@router.get(
    "/me/approvals", response=list[ApprovalOut], operation_id="list_my_requests", summary="What the caller asked for"
)
def list_my_requests(request: HttpRequest) -> list[Approval]:
    return queries.approvals_by(actor_of(request))


@router.post(
    "/approvals/{approval}/withdraw",
    response=ApprovalOut,
    operation_id="withdraw_approval",
    summary="Take the own request back",
)
@idempotent
def withdraw_approval(request: HttpRequest, approval: str) -> Approval:
    withdrawn: Approval = commands.withdraw_approval(approval_id=parse_id("apv", approval), **call(request))
    return withdrawn
