"""What the clock does: reminders, offers that run out, no-shows, a call when no message gets through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pitlane.appointments import commands, jobs, queries
from pitlane.appointments.models import Appointment
from pitlane.appointments.rules import Habit, Past, area, due_reminder, measured, reminders_for, risk_percent
from pitlane.core.access import system
from pitlane.core.errors import Forbidden
from pitlane.core.models import PrivateLink
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers.models import Call, ContactLog
from pitlane.messaging import commands as messaging
from pitlane.messaging.models import Message

from .factories import Desk, booked, desk, guest, moment


@pytest.fixture
def place(shop: Shop) -> Desk:
    return desk(shop)


def test_the_sweep_reminds_withdraws_and_marks(place: Desk) -> None:
    by = system(place.shop.org_id)
    messaging.set_provider(channel="sms", provider="notebook_sms", fields={}, hook_token="h" * 40, by=by, at=NOON)
    reminded, offered, missed = booked(place, moment(9)), booked(place, moment(11)), booked(place, moment(14))
    now = timezone.now()
    times = {"starts_at": now + timedelta(hours=20), "ends_at": now + timedelta(hours=21)}
    Appointment.objects.filter(pk=reminded.pk).update(**times)
    Appointment.objects.filter(pk=offered.pk).update(
        state="requested", offer_until=now, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=3)
    )
    Appointment.objects.filter(pk=missed.pk).update(starts_at=now - timedelta(hours=3), ends_at=now)
    assert jobs.sweep() == 3
    states = dict(Appointment.objects.values_list("pk", "state"))
    assert states == {reminded.pk: "reminded", offered.pk: "waitlisted", missed.pk: "no_show"}
    message = Message.objects.get(template__code="appointment_reminder_day")
    assert message.subject == reminded.ref
    assert PrivateLink.objects.filter(purpose="appointment", subject_id=reminded.pk).count() == 1
    assert jobs.sweep() == 0


def test_somebody_calls_when_no_message_gets_through(place: Desk) -> None:
    boss = place.shop.boss()
    known, new = booked(place), booked(place, moment(11), vehicle_id=None, guest=guest())
    for row in (known, new):
        commands.call_instead(appointment_id=row.pk, by=boss, at=NOON)
    assert ContactLog.objects.get(customer=place.owner).next_step == "打电话确认 11-24 09:00 的预约"
    assert Call.objects.get().next_step == "打电话确认 11-24 11:00 的预约"
    commands.cancel(appointment_id=known.pk, reason="x", by=boss, at=NOON)
    with nothing_changes():
        commands.call_instead(appointment_id=known.pk, by=boss, at=NOON)
        with pytest.raises(Forbidden):
            commands.call_instead(appointment_id=new.pk, by=place.shop.actor("appointments.view"), at=NOON)


@pytest.mark.parametrize(
    ("hours", "sent", "due"),
    [
        (25, [], None),
        (24, [], 1440),
        (20, [1440], None),
        (2, [1440], 120),
        (2, [], 120),
        (1, [120], None),
        (0, [], None),
    ],
)
def test_a_reminder_is_due_once_at_its_time(hours: int, sent: list[int], due: int | None) -> None:
    start, made = moment(16), moment(16) - timedelta(days=5)
    assert due_reminder(start, (1440, 120), sent, made, start - timedelta(hours=hours)) == due
    assert due_reminder(start, (1440, 120), [], start - timedelta(hours=1), start - timedelta(minutes=30)) is None


def test_who_may_well_not_come_is_asked_once_more() -> None:
    assert reminders_for([1440, 120], 40, 30) == [1440, 120, 240]
    assert reminders_for([1440], None, 30) == reminders_for([1440], 10, 30) == [1440]


def test_the_risk_is_silent_when_the_past_is_thin(place: Desk) -> None:
    assert risk_percent(Habit(39, 20), 0, 5) is None and risk_percent(Habit(200, 7), 0, 5) is None
    assert risk_percent(Habit(100, 10), 0, 0) == 10
    assert (risk_percent(Habit(100, 10), 8, 0) or 0) < 10 < (risk_percent(Habit(100, 10), 0, 2) or 0)
    assert queries.measure_of(place.shop.store_id, NOON) is None and booked(place).risk is None


def test_the_risk_is_measured_on_what_it_has_not_seen() -> None:
    past = [Past(n % 5, 3 * (n % 10 == 0), n % 10 == 0) for n in range(500)]
    found = measured(past)
    assert found is not None and found.visits == 100 and found.misses == 10
    assert found.auc is not None and found.auc > 0.9 and found.observed_percent == 10
    assert area([0.5, 0.5], [True, False]) == 0.5 and area([0.5], [True]) is None
