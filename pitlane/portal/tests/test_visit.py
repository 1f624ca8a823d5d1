"""The customer's page behind the link of an appointment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pitlane.appointments.models import Appointment
from pitlane.appointments.tests import factories
from pitlane.core import links
from pitlane.core.testing import Shop, nothing_changes
from pitlane.scheduling.models import Claim

TOKEN = "v" * 43
PAGE = f"/a/{TOKEN}/"


@pytest.fixture
def row(shop: Shop) -> Appointment:
    """An appointment on an open day to come, with its link."""
    place = factories.desk(shop)
    day = timezone.localdate() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)
    made = factories.booked(place, factories.moment(10, day=day), at=timezone.now())
    links.make_link(
        purpose="appointment", subject_id=made.pk, customer_id=made.customer_id, token=TOKEN, at=timezone.now(), days=9
    )
    return made


def test_it_is_confirmed_moved_once_and_cancelled(row: Appointment, client: Client) -> None:
    shown = client.get(PAGE)
    assert "确认我会来" in shown.content.decode() and len(shown.content) < 100_000
    assert client.post(f"{PAGE}come").status_code == 302
    assert Appointment.objects.get().confirmed_by_customer_at
    page = client.get(PAGE).context["page"]
    assert len(page.offers) == 3
    wish = {"start": page.offers[0].start.isoformat(), "version": page.card.version}
    assert client.post(f"{PAGE}move", wish).status_code == 302
    with nothing_changes():
        assert client.post(f"{PAGE}move", wish).status_code == 409
        assert client.post(f"{PAGE}move", {"start": "x"}).status_code == 422
        assert client.post(f"{PAGE}cancel", {"reason": ""}).status_code == 422
    assert Appointment.objects.get().starts_at == page.offers[0].start
    assert "预约已取消" in client.post(f"{PAGE}cancel", {"reason": "出差"}).content.decode()
    gone = Appointment.objects.get()
    assert (gone.state, gone.cancelled_by, Claim.objects.count()) == ("cancelled", "customer", 0)
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize("verb", ["", "come", "move", "cancel"])
def test_other_links_open_nothing(row: Appointment, client: Client, verb: str) -> None:
    links.make_link(
        purpose="order", subject_id=row.pk, customer_id=row.customer_id, token="o" * 43, at=timezone.now(), days=9
    )
    for token in ("o" * 43, "x" * 43):
        address = f"/a/{token}/{verb}"
        body = {"start": row.starts_at.isoformat(), "reason": "x"}
        answer = client.post(address, body) if verb else client.get(address)
        assert answer.status_code == 404
