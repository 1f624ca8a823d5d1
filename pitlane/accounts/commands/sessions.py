"""Sign-ins, second factor, preferences: what a person does with the own account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..events import SessionsEnded, StaffSignedIn, TotpChanged
from ..models import SignIn, Staff

PREFERENCES = {"theme", "density", "single_keys", "language", "home", "columns", "rail"}


def _own(staff_id: int, by: Actor) -> Staff:
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(by.kind == "system" or by.id == staff_id, "accounts.staff")
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
def end_session(*, sign_in_id: int, by: Actor, at: datetime) -> SignIn:
    """Sign one browser out."""
    sign_in: SignIn | None = SignIn.objects.select_for_update().filter(pk=sign_in_id).first()
    if sign_in is None:
        raise Missing()
    require(by.id == sign_in.staff_id or policies.can_manage_staff(by), "accounts.staff")
    sign_in.ended_at = at
    sign_in.save(update_fields=["ended_at"])
    record(SessionsEnded(staff_id=sign_in.staff_id), by=by, at=at)
    return sign_in


@command
def end_sessions(*, staff_id: int, by: Actor, at: datetime) -> Staff:
    """Sign a person out everywhere."""
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(by.id == staff_id or policies.can_manage_staff(by), "accounts.staff")
    person.session_epoch += 1
    person.save(update_fields=["session_epoch"])
    person.sign_ins.filter(ended_at=None).update(ended_at=at)
    record(SessionsEnded(staff_id=staff_id), by=by, at=at)
    return person


@command
def set_totp(*, staff_id: int, secret: str, by: Actor, at: datetime) -> Staff:
    """Switch the second factor on with a proven secret, or off with an empty one."""
    person = _own(staff_id, by)
    person.totp_secret, person.totp_on, person.totp_last_step = secret, bool(secret), 0
    person.save(update_fields=["totp_secret", "totp_on", "totp_last_step"])
    record(TotpChanged(staff_id=staff_id, on=bool(secret)), by=by, at=at)
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
