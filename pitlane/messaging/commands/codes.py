"""One-time codes for people who are not signed in: asked for by a phone number, sent, checked once.

No answer tells whether a number is known to the shop. Whoever asks ten thousand times gets the few that are allowed:
every count is one guarded statement.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.crypto import blind
from pitlane.core.errors import Refused
from pitlane.core.peers import network_of
from pitlane.core.phones import is_mainland_mobile, normalise_phone, phone_problem
from pitlane.core.tenancy import current_org

from .. import policies, rules
from ..models import CodeCount, Kind, PhoneCode
from ..queries.routing import channels_set_up, house_rules
from .sending import send

TEMPLATE = "phone_code"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FORGOTTEN_AFTER = timedelta(days=7)


@command
def request_code(
    *,
    phone: str,
    purpose: str,
    code: str,
    address: str = "",
    language: str = "",
    store_id: int | None = None,
    by: Actor,
    at: datetime,
) -> datetime:
    """Send a code to a phone and say until when it holds. ``code`` is drawn by the caller at the edge.

    ``address`` is the network address that asks. An older code of the same phone and purpose no longer counts.
    """
    require(policies.can_ask_code(by), "customers.edit")
    if problem := phone_problem(phone):
        raise Refused(lazystr(problem), code=problem.code, field="phone")
    if not is_mainland_mobile(phone):
        text = _("验证码只能发到中国大陆手机号，其他号码请打电话给门店")
        raise Refused(text, code="not_mobile", field="phone")
    if Kind.SMS not in channels_set_up():
        raise Refused(_("门店还没有开通短信"), code="no_channel", field="phone")
    number = blind("phone_code", normalise_phone(phone))
    _count(number, address, at)
    PhoneCode.objects.filter(phone_index=number, purpose=purpose, used_at=None, expires_at__gt=at).update(expires_at=at)
    made: PhoneCode = PhoneCode.objects.create(
        org_id=current_org(),
        phone_index=number,
        purpose=purpose,
        code_hash=_hash(number, purpose, code),
        created_at=at,
        expires_at=at + rules.CODE_LIFE,
    )
    minutes = str(int(rules.CODE_LIFE.total_seconds() // 60))
    send(
        key=f"code:{made.pk}",
        template=TEMPLATE,
        variables={"code": code, "minutes": minutes},
        address=normalise_phone(phone),
        channel=Kind.SMS.value,
        language=language,
        store_id=store_id,
        expires_at=made.expires_at,
        by=by,
        at=at,
    )
    return made.expires_at


def _hash(number: str, purpose: str, code: str) -> str:
    return blind("one_time_code", f"{number}:{purpose}:{code}")


def _count(number: str, address: str, at: datetime) -> None:
    """Take one from every limit, or refuse and take none (the refusal rolls the others back)."""
    house, local = house_rules(), timezone.localtime(at)
    often = Refused(_("验证码发送太频繁，请稍后再试"), code="too_many", field="phone")
    full = Refused(_("门店今天的验证码已发完，请明天再试或打电话给门店"), code="day_full", field="phone")
    limits = [
        (f"p:{number}:{local:%y%m%d%H}", house.codes_per_phone_hour, HOUR, often),
        (f"d:{number}:{local:%y%m%d}", house.codes_per_phone_day, DAY, often),
        (f"o:{local:%y%m%d%H}", house.codes_per_hour, HOUR, often),
    ]
    if address:
        network = blind("network", network_of(address))
        limits.append((f"a:{network}:{local:%y%m%d%H}", house.codes_per_address_hour, HOUR, often))
    limits.append((rules.codes_day(local), house.codes_per_day, DAY, full))
    for what, most, span, refusal in limits:
        CodeCount.objects.get_or_create(org_id=current_org(), what=what, defaults={"until": at + span})
        if not CodeCount.objects.filter(what=what, count__lt=most).update(count=F("count") + 1):
            raise refusal


@command
def check_code(*, phone: str, purpose: str, code: str, by: Actor, at: datetime) -> bool:
    """Is this the newest code of the phone, in time and unused? Right once; five wrong tries and it is void."""
    require(policies.can_ask_code(by), "customers.edit")
    number = blind("phone_code", normalise_phone(phone))
    newest = PhoneCode.objects.filter(phone_index=number, purpose=purpose).order_by("-pk").first()
    if newest is None:
        return False
    mine = PhoneCode.objects.filter(pk=newest.pk, used_at=None, expires_at__gt=at)
    if not mine.filter(attempts__lt=rules.CODE_TRIES).update(attempts=F("attempts") + 1):
        return False
    if not hmac.compare_digest(newest.code_hash, _hash(number, purpose, code.strip())):
        return False
    return bool(mine.update(used_at=at))


@command
def forget_codes(*, by: Actor, at: datetime) -> int:
    """Counters and codes that are over are of no use to anybody."""
    require(policies.can_carry(by), "messaging.settings")
    CodeCount.objects.filter(until__lt=at - DAY).delete()
    gone, _by_table = PhoneCode.objects.filter(expires_at__lt=at - FORGOTTEN_AFTER).delete()
    return gone
