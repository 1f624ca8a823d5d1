"""The first steps of an organisation: before anybody exists who could be allowed to take them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from pitlane.core.access import Actor, system
from pitlane.core.tenancy import scope

from . import commands, queries
from .models import Organisation, Role, Staff, Store
from .roles import STARTING_ROLES


def create_organisation(*, code: str, name: str, at: datetime) -> Organisation:
    """A new organisation with the starting roles; stores and people follow through commands.

    Two that are made in an empty installation at the same moment both claim to be its first: one of them fails.
    """
    with transaction.atomic():
        first = None if Organisation.objects.exists() else True
        org = Organisation.objects.create(code=code, name=name, created_at=at, first=first)
        with scope(org.pk):
            _starting_roles(system(org.pk), at)
    return org


def _starting_roles(by: Actor, at: datetime) -> None:
    with translation.override("zh-hans"):
        for role in STARTING_ROLES:
            commands.save_role(
                code=role.code,
                name=str(role.name),
                permissions=list(role.permissions),
                data_scope=role.data_scope,
                discount_limit=role.discount_limit,
                home=role.home,
                by=by,
                at=at,
            )


def create_admin(
    *,
    org: Organisation,
    store: Store,
    login: str,
    name: str,
    password: str,
    first_password: bool = False,
    at: datetime,
) -> Staff:
    """The first person, who may do everything and takes on the others. A ``first_password`` must be changed."""
    with scope(org.pk), transaction.atomic():
        role = Role.objects.get(code="admin")
        person = commands.add_staff(
            login=login,
            name=name,
            employee_no="A001",
            role_ids=[role.pk],
            store_ids=[store.pk],
            password=password,
            by=system(org.pk),
            at=at,
        )
        person.must_change_password = first_password
        person.save(update_fields=["must_change_password"])
        return person


def upgrade_roles(at: datetime) -> int:
    """Bring the built-in roles of every organisation up to this version; how many got something new.

    Asked at each start: where nothing is new it is one short query for each organisation.
    """
    changed = 0
    for org_id in queries.organisation_ids():
        with scope(org_id):
            if queries.outdated_roles():
                changed += len(commands.bring_roles_up_to_date(by=system(org_id), at=at))
    return changed
