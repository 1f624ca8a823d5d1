"""A finished car is told to its owner, if the shop sends messages."""

from __future__ import annotations

import pytest

from pitlane.core import jobs
from pitlane.core.access import system
from pitlane.core.errors import Forbidden, Missing
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.messaging import commands as messaging
from pitlane.messaging.models import Message

from .. import commands
from . import factories


def test_a_finished_car_is_told_once(shop: Shop) -> None:
    by = system(shop.org_id)
    facts = {"channel": "sms", "provider": "notebook_sms", "fields": {}, "hook_token": "t" * 40}
    messaging.set_provider(**facts, by=by, at=NOON)  # type: ignore[arg-type]
    order = factories.completed(factories.bench(shop))
    jobs.run_all_now()
    assert commands.tell_ready(order_id=order.pk, by=by, at=NOON) is True
    message = Message.objects.get()
    assert (message.template.code, message.customer_id, message.subject) == ("car_ready", order.customer_id, order.ref)


def test_nothing_is_told_without_a_channel_or_the_right_to_inspect(shop: Shop) -> None:
    order = factories.completed(factories.bench(shop))
    jobs.run_all_now()
    assert not Message.objects.exists()
    with nothing_changes():
        assert commands.tell_ready(order_id=order.pk, by=system(shop.org_id), at=NOON) is False
        with pytest.raises(Forbidden):
            commands.tell_ready(order_id=order.pk, by=shop.actor("workshop.view"), at=NOON)
        with pytest.raises(Missing):
            commands.tell_ready(order_id=10**9, by=system(shop.org_id), at=NOON)
