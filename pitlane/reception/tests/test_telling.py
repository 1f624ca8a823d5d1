"""A bill is told to its customer with a private address, if the shop sends such messages."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from django.test import Client

from pitlane.billing.models import Settlement
from pitlane.core import jobs
from pitlane.core.access import system
from pitlane.core.errors import Forbidden, Missing
from pitlane.core.models import PrivateLink
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.messaging import commands as messaging
from pitlane.messaging.models import Message
from pitlane.workshop.tests import factories

from .. import commands


def bills() -> Any:
    return Message.objects.filter(template__code="bill_ready")


def channel(shop: Shop) -> None:
    facts: dict[str, Any] = {"channel": "sms", "provider": "notebook_sms", "fields": {}, "hook_token": "t" * 40}
    messaging.set_provider(**facts, by=system(shop.org_id), at=NOON)


def test_a_bill_is_told_once_with_its_address(shop: Shop) -> None:
    channel(shop)
    order = factories.settled(factories.bench(shop))
    jobs.run_all_now()
    message, bill = bills().get(), Settlement.objects.get()
    words = json.loads(message.variables.reveal())
    assert (message.customer_id, message.subject, words["amount"]) == (
        order.customer_id, order.ref, f"¥{bill.total.yuan:,}",
    )  # fmt: skip
    assert Client().get(words["link"]).status_code in (200, 302)
    links = PrivateLink.objects.count()
    again = {"order_id": order.pk, "settlement_id": bill.pk, "token": secrets.token_urlsafe(32)}
    assert commands.tell_bill(**again, by=system(shop.org_id), at=NOON) is False
    assert (bills().count(), PrivateLink.objects.count()) == (1, links)


def test_who_does_not_want_messages_gets_none(shop: Shop) -> None:
    channel(shop)
    bench = factories.bench(shop)
    messaging.set_preference(
        customer_id=bench.customer_id, channels=[], purposes_off=["service"], language="", by=shop.boss(), at=NOON
    )
    factories.settled(bench)
    jobs.run_all_now()
    assert bills().get().state == "suppressed"


def test_nothing_is_told_without_a_channel_or_the_right(shop: Shop) -> None:
    factories.settled(factories.bench(shop))
    jobs.run_all_now()
    assert not bills().exists()
    facts: dict[str, Any] = {"token": secrets.token_urlsafe(32), "at": NOON}
    bill = Settlement.objects.get()
    whose = {"order_id": bill.order_id, "settlement_id": bill.pk}
    with nothing_changes():
        assert commands.tell_bill(**whose, by=system(shop.org_id), **facts) is False
        with pytest.raises(Forbidden):
            commands.tell_bill(**whose, by=shop.actor("billing.view", "workshop.view"), **facts)
        with pytest.raises(Missing):
            commands.tell_bill(order_id=10**9, settlement_id=1, by=system(shop.org_id), **facts)
