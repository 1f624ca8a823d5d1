"""Writes of the portal: signing in with a phone, renewing, signing out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers
from pitlane.messaging import commands as messaging

from . import policies, rules
from .events import CustomerSignedIn, CustomerSignedOut
from .models import PhoneSession
from .queries import phone_key

SIGN_IN = "my"
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
