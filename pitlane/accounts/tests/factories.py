"""People with roles, made through the commands."""

from __future__ import annotations

from itertools import count

from django.test import Client

from pitlane.accounts import commands, queries
from pitlane.accounts.models import Role, Staff
from pitlane.accounts.roles import STARTING_ROLES
from pitlane.core.access import Actor, system
from pitlane.core.testing import NOON, Shop

PASSWORD = "correct-horse-9"
BACKEND = "pitlane.accounts.backend.StaffBackend"
_numbers = count(1)


def make_role(shop: Shop, code: str, *permissions: str, data_scope: str = "store", limit: int = 0) -> Role:
    """A role with exactly these permissions."""
    return commands.save_role(
        code=code,
        name=code,
        permissions=list(permissions),
        data_scope=data_scope,
        discount_limit=limit,
        by=system(shop.org_id),
        at=NOON,
    )


def starting_role(shop: Shop, code: str) -> Role:
    """One of the roles a new organisation starts with."""
    known = Role.objects.filter(code=code).first()
    found = next(role for role in STARTING_ROLES if role.code == code)
    return known or commands.save_role(
        code=code,
        name=str(found.name),
        permissions=list(found.permissions),
        data_scope=found.data_scope,
        discount_limit=found.discount_limit,
        home=found.home,
        by=system(shop.org_id),
        at=NOON,
    )


def person(shop: Shop, *roles: Role, login: str = "", store_id: int | None = None, **facts: object) -> Staff:
    """Somebody who works in the first store (or that one) and can sign in with ``PASSWORD``."""
    number = next(_numbers)
    return commands.add_staff(
        login=login or f"user{number}",
        name=str(facts.pop("name", "林晓燕")),
        employee_no=f"E{number:04d}",
        role_ids=[role.pk for role in roles],
        store_ids=[store_id or shop.store_id],
        password=PASSWORD,
        by=system(shop.org_id),
        at=NOON,
        **facts,
    )


def admin(shop: Shop) -> Staff:
    """Somebody who may do everything everywhere."""
    return person(shop, starting_role(shop, "admin"), name="集团管理员")


def manager(shop: Shop) -> Staff:
    """The manager of the first store."""
    return person(shop, starting_role(shop, "manager"), name="店长")


def actor(who: Staff) -> Actor:
    """The actor of a person, read fresh."""
    return queries.actor_for(Staff.objects.get(pk=who.pk))


def browser(who: Staff) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(Staff.objects.get(pk=who.pk), backend=BACKEND)
    return client
