"""Writes of the portal: signing in with a phone and out again, wishes and consents, the request for erasure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import commands as accounts
from pitlane.accounts import queries as approvals
from pitlane.core import panels
from pitlane.core.access import Actor, require
from pitlane.core.commands import all_or_nothing, command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org
from pitlane.customers import commands as people
from pitlane.customers import queries as customers
from pitlane.messaging import commands as messaging
from pitlane.messaging import queries as messages

from . import policies, rules
from .events import CustomerSignedIn, CustomerSignedOut
from .models import PhoneSession
from .queries import phone_key

SIGN_IN, MY_DATA, ERASURE = "my", "my_data", "erasure"
PERMISSION = "customers.edit"


@command
def sign_in(*, phone: str, code: str, token: str, device: str = "", by: Actor, at: datetime) -> PhoneSession | None:
    """Open a session for whoever knows the newest code of a phone; None when the code is wrong, used or too old.

    ``token`` is drawn by the caller at the edge and goes into the cookie. Phones the shop has never heard of get in
    like all others: nobody learns here who is a customer.
    """
    require(policies.is_customer(by), PERMISSION)
    if not messaging.check_code(phone=phone, purpose=SIGN_IN, code=code, by=by, at=at):
        return None
    opened: PhoneSession = PhoneSession.objects.create(
        org_id=current_org(),
        phone_index=phone_key(phone),
        token_hash=rules.token_hash(token),
        device=device[:120],
        started_at=at,
        renewed_at=at,
        expires_at=at + rules.SESSION_LIFE,
    )
    known: list[int | None] = [card.id for card in customers.find_by_phone(phone)]
    for customer_id in known or [None]:
        record(CustomerSignedIn(customer_id=customer_id), by=by, at=at)
    return opened


@command
def renew_session(*, session_id: int, former: str, token: str, by: Actor, at: datetime) -> bool:
    """Change the secret in a cookie that has been in use for a day. Of two requests at once only one changes it."""
    require(policies.is_customer(by), PERMISSION)
    old = rules.token_hash(former)
    mine = PhoneSession.objects.filter(pk=session_id, token_hash=old, ended_at=None, expires_at__gt=at)
    return bool(mine.update(token_hash=rules.token_hash(token), former_hash=old, renewed_at=at))


@command
def sign_out(*, session_id: int, by: Actor, at: datetime) -> None:
    """End one browser's session; ending it twice is fine."""
    require(policies.is_customer(by), PERMISSION)
    PhoneSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=at)


@command
def sign_out_everywhere(*, session_id: int, customer_ids: Iterable[int] = (), by: Actor, at: datetime) -> int:
    """End every session of the same phone: for somebody whose phone was lost or sold."""
    require(policies.is_customer(by), PERMISSION)
    same = PhoneSession.objects.filter(pk=session_id).values("phone_index")
    ended: int = PhoneSession.objects.filter(phone_index__in=same, ended_at=None).update(ended_at=at)
    for customer_id in customer_ids:
        record(CustomerSignedOut(customer_id=customer_id), by=by, at=at)
    return ended


@command
def forget_sessions(*, by: Actor, at: datetime) -> int:
    """Sessions that are over are of no use to anybody after a month."""
    require(policies.can_forget(by), PERMISSION)
    gone, _by_table = PhoneSession.objects.filter(expires_at__lt=at - rules.KEPT_AFTER_END).delete()
    return gone


@command
def request_erasure(*, customer_id: int, reason: str, by: Actor, at: datetime) -> Any:
    """A customer asks that their personal data be erased. People of the shop decide; nothing is erased before.

    What stands in the way now (a car in the shop, an open bill) is said at once.
    """
    require(by.kind == "customer" and by.id == customer_id, "customers.erase")
    card = customers.customer_card(customer_id)
    obstacles = panels.collect("erase_obstacle", by=by, at=at, customer_id=customer_id)
    if obstacles:
        raise Refused(obstacles[0].context["text"], code="erase_obstacle", field="reason")
    return accounts.request_approval(
        kind=ERASURE,
        permission="customers.erase",
        subject=card.ref,
        summary=_("%(name)s申请删除个人信息") % {"name": card.name},
        reason=reason,
        customer_id=customer_id,
        by=by,
        at=at,
    )


@command
def carry_out_erasure(*, approval_id: int, customer_id: int, by: Actor, at: datetime) -> bool:
    """Erase what was agreed to. When something came in the way meanwhile, nothing is erased and the desk is told."""
    require(policies.can_forget(by), "customers.erase")
    card = customers.customer_card(customer_id)
    approval = approvals.approval_for(ERASURE, card.ref)
    if approval is None or approval.pk != approval_id or approval.state != "approved":
        return False
    try:
        with all_or_nothing():
            people.erase_customer(customer_id=customer_id, reason=gettext("本人申请"), by=by, at=at)
    except Refused as refused:
        people.log_contact(
            customer_id=customer_id,
            channel="note",
            text=gettext("本人申请删除个人信息，已同意，但暂时不能删除：%(why)s") % {"why": refused},
            next_step=gettext("处理后删除个人信息"),
            next_on=timezone.localdate(at),
            by=by,
            at=at,
        )
        return False
    accounts.use_approval(approval_id=approval_id, kind=ERASURE, subject=card.ref, by=by, at=at)
    return True


@command
def save_wishes(
    *,
    customer_id: int,
    consents: Mapping[str, bool],
    channels: Sequence[str] = (),
    language: str = "",
    quiet_from: time | None = None,
    quiet_to: time | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """How a customer wants to hear from the shop, and for what their data may be used: one page, one decision.

    An answer is recorded as given on the customer's own pages, and only where it is another one than before.
    """
    require(by.kind == "customer" and by.id == customer_id, PERMISSION)
    messaging.set_preference(
        customer_id=customer_id,
        channels=channels,
        purposes_off=messages.wishes_of(customer_id).purposes_off,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        language=language,
        by=by,
        at=at,
    )
    for purpose, granted in consents.items():
        if customers.consent_of(customer_id, purpose) is not granted:
            people.give_consent(customer_id=customer_id, purpose=purpose, granted=granted, via="portal", by=by, at=at)
