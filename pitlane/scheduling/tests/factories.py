"""Bays and people for tests."""

from __future__ import annotations

from typing import Any

from pitlane.accounts.models import Role, Staff
from pitlane.core.testing import NOON, Shop
from pitlane.scheduling import commands
from pitlane.scheduling.models import Bay


def bay(shop: Shop, name: str = "举升机 1", **facts: Any) -> Bay:
    values = {"store_id": shop.store_id, "bay_type": "lift"} | facts
    return commands.save_bay(name=name, by=shop.boss(), at=NOON, **values)


def technician(
    shop: Shop, name: str = "赵师傅", no: str = "T01", *, permissions: tuple[str, ...] = ("workshop.work",)
) -> Staff:
    role, _created = Role.objects.get_or_create(
        org_id=shop.org_id, code=f"r-{no.lower()}", defaults={"name": no, "permissions": list(permissions)}
    )
    person = Staff.objects.create(org_id=shop.org_id, login=f"{shop.org_id}-{no}", name=name, employee_no=no)
    person.roles.add(role)
    person.stores.add(shop.store_id)
    person.main_store_id = shop.store_id
    person.save()
    return person
