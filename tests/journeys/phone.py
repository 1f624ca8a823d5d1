"""A shop that customers book on their phones, with the sandbox as its message service. Runs inside the installation:
see ``Installation.tell``."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Organisation
from pitlane.appointments import commands as appointments
from pitlane.appointments.models import Appointment
from pitlane.core.access import system
from pitlane.core.ids import parse_id
from pitlane.core.tenancy import scope
from pitlane.integrations.sandbox.providers import STANDS, bring_receipts
from pitlane.messaging import commands as messaging
from pitlane.messaging.carrier import Carrier
from pitlane.scheduling import commands as scheduling

from .cast import open_chain

SENDER = "sandbox_aliyun_sms"
DAY_AND_NIGHT = [(time(0, 0), time(23, 45))]


def books_online() -> str:
    """A store that never closes, so that the story plays at any hour; answers the code of its page."""
    now = timezone.now()
    chain = open_chain(now)
    who = {"by": chain.system, "at": now}
    with scope(chain.org_id):
        for login in ("technician", "colleague"):
            skills = [accounts.Skill("mechanical", 3)]
            accounts.set_skills(staff_id=chain.staff[login], skills=skills, **who)
        for ahead in range(3):
            day = timezone.localdate(now) + timedelta(days=ahead)
            scheduling.save_day(store_id=chain.store_id, day=day, kind="special", hours=DAY_AND_NIGHT, **who)
        plan = {"reminders": [120], "late_minutes": 60, "offer_minutes": 60, "risky_percent": 30, "online": True}
        appointments.set_plan(store_id=chain.store_id, notice="请带行驶证", **plan, **who)
        token = secrets.token_urlsafe(32)
        messaging.set_provider(channel="sms", provider=SENDER, fields={}, hook_token=token, **who)
        bring_receipts(STANDS[SENDER], chain.org_id, token)
        messaging.set_rules(quiet_from=None, quiet_to=None, **who)
    return "/m/jc/book/"


def carry(at: str = "") -> int:
    """What the worker does with messages, now or at another time."""
    org_id = int(Organisation.objects.values_list("pk", flat=True).get())
    with scope(org_id):
        moment = datetime.fromisoformat(at) if at else timezone.now()
        return Carrier(system(org_id), lambda: moment).round()


def remind(ref: str) -> str:
    """The clock's sweep shortly before the visit; answers when that was."""
    org_id = int(Organisation.objects.values_list("pk", flat=True).get())
    with scope(org_id):
        row = Appointment.objects.get(pk=parse_id("apt", ref))
        at = row.starts_at - timedelta(minutes=100)
        appointments.remind(appointment_id=row.pk, token=secrets.token_urlsafe(32), by=system(org_id), at=at)
        carry(at.isoformat())
        return at.isoformat()


def newest() -> dict[str, str]:
    """The appointment made last, after what was to be sent has gone."""
    carry()
    org_id = int(Organisation.objects.values_list("pk", flat=True).get())
    with scope(org_id):
        row = Appointment.objects.latest("pk")
        return {"ref": row.ref, "state": row.state, "source": row.source, "start": row.starts_at.isoformat()}
