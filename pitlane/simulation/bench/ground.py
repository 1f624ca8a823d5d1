"""The filled organisation on which a benchmark runs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Organisation
from pitlane.core.access import system
from pitlane.core.tenancy import scope

from .. import chain
from ..aftermath import by_hand
from ..bulk import fill_customers
from ..past import Past

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a benchmark needs to know of the organisation."""

    org_id: int
    store_id: int
    filled_in: float


def ready(customers: int, orders: int, seed: int, told: Told) -> Ground:
    """The organisation of this size: filled now, or found again."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    org = Organisation.objects.filter(code=chain.CODE).first()
    if org is not None and not org.settings.get("bench", {}).get("complete"):
        raise RuntimeError("an earlier run did not finish filling this database; start again with --fresh")
    if org is None:
        org = fill(customers, orders, seed, timezone.now(), told)
    return ground_of(org)


def ground_of(org: Organisation) -> Ground:
    """What was noted when it was filled."""
    facts = org.settings["bench"]
    return Ground(org.pk, facts["store_id"], facts["filled_in"])


def fill(customers: int, orders: int, seed: int, now: datetime, told: Told) -> Organisation:
    """Found the shop and write its customers and its past."""
    began, opened = time.monotonic(), now - timedelta(days=3 * 365 + 1)
    org, by = chain.found("bench", seed, opened)
    with scope(org.pk), by_hand():
        shop = chain.open_stores(org, 1, seed, by, opened)[0]
        today = timezone.localdate(now)
        fill_customers(customers, seed, today, shop.store_id, by, opened, told)
        advisors = [person.id for person in shop.crew.by_role["advisor"]]
        Past({shop.store_id: shop.place.code}, advisors, by, seed, today).write(orders, told)
    org.settings = {"bench": {"complete": True, "store_id": shop.store_id, "filled_in": time.monotonic() - began}}
    org.save(update_fields=["settings"])
    return org


def api_key(ground: Ground) -> str:
    """A key with every permission, for the clients of the life cycle."""
    secret, by = f"pk_{secrets.token_urlsafe(32)}", system(ground.org_id)
    with scope(ground.org_id):
        accounts.issue_api_key(
            name="bench", scopes=["*"], store_ids=[ground.store_id], secret=secret, by=by, at=timezone.now()
        )
    return secret
