"""Ways back in: recovery codes for a lost phone, and the console for an administrator whom nobody can help."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..closing import close_sessions
from ..codebook import code_hash, keep_codes
from ..events import AccessReset, RecoveryCodeUsed
from ..models import RecoveryCode, Staff
from ..passwords import check_password


@command
def use_recovery_code(*, staff_id: int, code: str, by: Actor, at: datetime) -> int:
    """Sign in without the phone: a code counts once. Returns how many are left."""
    require(by.kind == "system" or policies.is_self(by, staff_id), "accounts.staff")
    mine = RecoveryCode.objects.filter(staff_id=staff_id, used_at=None)
    if not mine.filter(code_hash=code_hash(staff_id, code)).update(used_at=at):
        raise Refused(_("恢复码不对，或已经用过"), code="recovery_code", field="recovery")
    left: int = mine.count()
    record(RecoveryCodeUsed(staff_id=staff_id, left=left), by=by, at=at)
    return left


@command
def reset_access(*, staff_id: int, password: str, by: Actor, at: datetime) -> Staff:
    """A new first password and no second factor for somebody who lost both; only from the server's own console."""
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    require(by.kind == "system", "accounts.staff")
    if not person.is_active:
        raise Refused(_("这个账号已停用"), code="inactive")
    check_password(password, person)
    person.password, person.must_change_password = make_password(password), True
    person.totp_secret, person.totp_on, person.totp_last_step = "", False, 0
    keep_codes(person, ())
    close_sessions(person, at)
    person.save()
    record(AccessReset(staff_id=staff_id), by=by, at=at)
    return person
