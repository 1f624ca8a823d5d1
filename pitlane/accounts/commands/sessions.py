"""Sign-ins, second factor, preferences: what a person does with the own account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..closing import close_sessions
from ..codebook import keep_codes
from ..events import SessionEnded, SessionsEnded, StaffSignedIn, TotpChanged
from ..models import SignIn, Staff

PREFERENCES = {"theme", "density", "single_keys", "language"}
SEEN_EVERY = timedelta(minutes=10)


def _own(staff_id: int, by: Actor) -> Staff:
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(by.kind == "system" or policies.is_self(by, staff_id), "accounts.staff")
    return person


@command
def note_sign_in(
    *, staff_id: int, session_key: str, device: str, address: str, second_factor: bool, by: Actor, at: datetime
) -> SignIn:
    """Remember a new session, so that the person can see it and end it."""
    person = _own(staff_id, by)
    sign_in: SignIn = SignIn.objects.create(
        org_id=by.org_id,
        staff=person,
        session_key=session_key,
        device=device[:120],
        address=address[:45],
        started_at=at,
        seen_at=at,
    )
    record(StaffSignedIn(staff_id=staff_id, second_factor=second_factor), by=by, at=at)
    return sign_in


@command
def note_seen(*, sign_in_id: int, by: Actor, at: datetime) -> None:
    """Keep the time at which a signed-in browser was last used; not worth an event."""
    sign_in: SignIn | None = SignIn.objects.filter(pk=sign_in_id).first()
    if sign_in is None:
        raise Missing()
    require(policies.is_self(by, sign_in.staff_id), "accounts.staff")
    if at - sign_in.seen_at >= SEEN_EVERY:
        SignIn.objects.filter(pk=sign_in_id).update(seen_at=at)


@command
def end_session(*, sign_in_id: int, by: Actor, at: datetime) -> SignIn:
    """Sign one browser out; its next request finds it signed out. Ending it twice is fine."""
    sign_in: SignIn | None = SignIn.objects.select_for_update().filter(pk=sign_in_id).first()
    if sign_in is None:
        raise Missing()
    own = policies.is_self(by, sign_in.staff_id)
    require(own or policies.can_manage(by, sign_in.staff), "accounts.staff")
    if sign_in.ended_at is None:
        sign_in.ended_at = at
        sign_in.save(update_fields=["ended_at"])
        record(SessionEnded(staff_id=sign_in.staff_id), by=by, at=at)
    return sign_in


@command
def end_sessions(*, staff_id: int, by: Actor, at: datetime) -> Staff:
    """Sign a person out everywhere."""
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(policies.is_self(by, staff_id) or policies.can_manage(by, person), "accounts.staff")
    close_sessions(person, at)
    person.save(update_fields=["session_epoch"])
    record(SessionsEnded(staff_id=staff_id), by=by, at=at)
    return person


@command
def set_totp(*, staff_id: int, secret: str, step: int = 0, codes: Sequence[str] = (), by: Actor, at: datetime) -> Staff:
    """Switch the second factor on with a proven secret, or off with an empty one.

    ``step`` is the time step of the code that proved it: that code does not count again. ``codes`` are the recovery
    codes, made up and shown by the caller.
    """
    person = _own(staff_id, by)
    person.totp_secret, person.totp_on, person.totp_last_step = secret, bool(secret), step
    person.save(update_fields=["totp_secret", "totp_on", "totp_last_step"])
    keep_codes(person, codes)
    record(TotpChanged(staff_id=staff_id, on=bool(secret)), by=by, at=at)
    return person


@command
def reset_totp(*, staff_id: int, by: Actor, at: datetime) -> Staff:
    """Switch the second factor of somebody off who lost their phone; for those who manage staff, never for oneself."""
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(policies.can_manage(by, person) and not policies.is_self(by, staff_id), "accounts.staff")
    person.totp_secret, person.totp_on, person.totp_last_step = "", False, 0
    person.save(update_fields=["totp_secret", "totp_on", "totp_last_step"])
    keep_codes(person, ())
    record(TotpChanged(staff_id=staff_id, on=False), by=by, at=at)
    return person


@command
def use_totp_step(*, staff_id: int, step: int, by: Actor, at: datetime) -> None:
    """A one-time code counts once: the time step must be later than the last one used."""
    _own(staff_id, by)
    if not Staff.objects.filter(pk=staff_id, totp_last_step__lt=step).update(totp_last_step=step):
        raise Refused(_("这个验证码已经用过，请等下一个"), code="code_used", field="code")


@command
def set_preferences(*, staff_id: int, changes: dict[str, Any], by: Actor, at: datetime) -> Staff:
    """Theme, density, language, shortcuts: a person's own taste; not worth an event."""
    person = _own(staff_id, by)
    person.preferences = {**person.preferences, **{k: v for k, v in changes.items() if k in PREFERENCES}}
    person.save(update_fields=["preferences"])
    return person
