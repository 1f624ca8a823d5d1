"""What providers report afterwards: twice, late, in the wrong order, or about messages that nobody knows."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.tenancy import current_org

from .. import policies
from ..arrivals import apply_receipt
from ..models import StrayReceipt
from ..outbox import locked
from ..queries.receipts import message_behind, strays_to_settle

STATUSES = ("delivered", "failed")


@command
def take_receipt(
    *,
    provider: str,
    provider_id: str,
    status: str,
    reported_at: datetime,
    code: str = "",
    detail: str = "",
    message_key: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Write down what a provider says became of a message: answers ``taken``, ``known`` (said before) or ``stray``.

    A receipt for an unknown message is kept aside, because the provider may be faster than our own record. Where the
    provider sends back the key of the message, that finds it too, and settles an uncertain one.
    """
    require(policies.can_carry(by), "messaging.send")
    if status not in STATUSES:
        raise Refused(_("没有这种回执状态"), code="status", field="status")
    provider_id, reported = provider_id[:120], min(reported_at, at)
    found = message_behind(provider, provider_id, message_key)
    if found is None:
        return _keep_stray(provider, provider_id, status, reported, code, detail, at)
    message = locked(found)
    taken = apply_receipt(message, provider_id, status, reported, code, detail, by, at, provider=provider)
    return "taken" if taken else "known"


def _keep_stray(
    provider: str, provider_id: str, status: str, reported: datetime, code: str, detail: str, at: datetime
) -> str:
    StrayReceipt.objects.get_or_create(
        org_id=current_org(),
        provider=provider,
        provider_id=provider_id,
        status=status,
        defaults={"code": code[:60], "detail": detail[:200], "reported_at": reported, "received_at": at},
    )
    return "stray"


@command
def settle_strays(*, by: Actor, at: datetime) -> int:
    """Match receipts that were faster than our own record; what nobody ever knows of stays aside."""
    require(policies.can_carry(by), "messaging.send")
    settled = 0
    for stray in strays_to_settle(at):
        found = message_behind(stray.provider, stray.provider_id)
        if found is None:
            continue
        message = locked(found)
        facts = (stray.provider_id, stray.status, stray.reported_at, stray.code, stray.detail, by, at)
        apply_receipt(message, *facts, provider=stray.provider)
        stray.used_at = at
        stray.save(update_fields=["used_at"])
        settled += 1
    return settled
