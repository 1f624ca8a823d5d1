"""The post room of the demo: what was told on the last day stands in a notebook, what comes goes to the sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from pitlane.core.access import Actor
from pitlane.integrations.sandbox.providers import STANDS, bring_receipts
from pitlane.messaging import commands as messaging
from pitlane.messaging.carrier import Carrier
from pitlane.workshop.models import RepairOrder

TOLD = 12


def open_post_room(by: Actor, moment: datetime) -> None:
    """Choose the notebook, and tell the customers of the last finished cars, so that the log has something to show.

    They are carried here and now, not by a job, because the demo shows one moment.
    """
    for channel in ("sms", "email"):
        facts = {"channel": channel, "provider": f"notebook_{channel}", "hook_token": f"demo-{channel}-{by.org_id}"}
        messaging.set_provider(**facts, fields={}, by=by, at=moment)
    done = RepairOrder.objects.exclude(completed_at=None).select_related("vehicle").order_by("-completed_at", "-pk")
    for order in reversed(done[:TOLD]):
        at = min(max(order.completed_at, moment - timedelta(hours=8)), moment - timedelta(minutes=1))
        messaging.tell(
            key=f"ready:{order.ref}",
            template="car_ready",
            variables={"plate": order.vehicle.plate or order.vehicle.title},
            customer_id=order.customer_id,
            subject=order.ref,
            store_id=order.store_id,
            order_id=order.pk,
            not_before=moment,
            by=by,
            at=at,
        )
    Carrier(by, lambda: moment).round()
    for name, stand in STANDS.items():
        if name == "sandbox_aliyun_sms":
            continue
        token = f"demo-{stand.kind}-{by.org_id}"
        messaging.set_provider(channel=stand.kind, provider=name, fields={}, hook_token=token, by=by, at=moment)
        bring_receipts(stand, by.org_id, token)
