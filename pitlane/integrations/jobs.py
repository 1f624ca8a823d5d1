"""Background work of integrations: fetching receipts for a shop that no service can call, because it stands behind a
router.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from pitlane.accounts.queries import organisation_ids
from pitlane.core.access import system
from pitlane.core.jobs import periodic
from pitlane.core.tenancy import scope
from pitlane.messaging import commands, queries
from pitlane.messaging.ports import Unsent, open_channel

from .tencent_sms.client import TencentSms

log = logging.getLogger("pitlane.integrations")
RECENT = timedelta(days=3)
EVERY = 5


def collect() -> int:
    """All organisations whose service keeps receipts to be fetched; how many came."""
    return sum(_collect_one(org_id, timezone.now()) for org_id in organisation_ids())


def _collect_one(org_id: int, at: datetime) -> int:
    """Only where something was sent lately; a service that does not answer is asked again next time."""
    came = 0
    with scope(org_id):
        for setting in queries.channels_set_up().values():
            if setting.last_success_at is None or setting.last_success_at < at - RECENT or setting.trouble:
                continue
            try:
                channel = open_channel(setting.provider, queries.settings_of(setting))
                found = channel.pull(at) if isinstance(channel, TencentSms) else []
            except Unsent as error:
                log.info("no receipts from %s: %s", setting.provider, error.code)
                continue
            for receipt in found:
                commands.take_receipt(
                    provider=setting.provider,
                    provider_id=receipt.provider_id,
                    status=receipt.status,
                    reported_at=receipt.reported_at,
                    code=receipt.code,
                    detail=receipt.detail,
                    by=system(org_id),
                    at=at,
                )
            came += len(found)
    return came


periodic("integrations.collect", "pitlane.integrations.jobs.collect", EVERY)
