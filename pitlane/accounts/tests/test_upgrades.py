"""A new version gives built-in roles what is new in it, once, and nothing that a shop took away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from pitlane.accounts import commands
from pitlane.accounts.bootstrap import create_organisation, upgrade_roles
from pitlane.accounts.models import Organisation, Role
from pitlane.core.access import PERMISSIONS, expand, system
from pitlane.core.errors import Forbidden
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop, nothing_changes

pytestmark = pytest.mark.django_db
NEW = ("accounts.approve_below_cost", "appointments.", "scheduling.claim")


@contextmanager
def before_these(*beginnings: str) -> Iterator[None]:
    """The product as it was when these permissions did not exist yet."""
    later = {code: PERMISSIONS.pop(code) for code in list(PERMISSIONS) if code.startswith(beginnings)}
    try:
        yield
    finally:
        PERMISSIONS.update(later)


@pytest.fixture
def old_shop() -> Iterator[Organisation]:
    """An organisation of an older version, whose roles hold what that version gave and remember nothing."""
    with before_these(*NEW):
        org = create_organisation(code="old", name="老店", at=NOON)
        with scope(org.pk):
            for role in Role.objects.exclude(code="admin"):
                role.permissions, role.known = sorted(expand(role.permissions)), []
                role.save()
            Role.objects.filter(code="admin").update(known=[])
    with scope(org.pk):
        yield org


def held(code: str) -> frozenset[str]:
    return expand(Role.objects.get(code=code).permissions)


def test_an_old_organisation_gets_what_is_new(old_shop: Organisation) -> None:
    assert not {code for code in held("manager") if code.startswith(NEW)}
    assert upgrade_roles(NOON) > 0
    assert {"accounts.approve_below_cost", "appointments.book", "scheduling.claim"} <= held("manager")
    assert {"appointments.book", "scheduling.claim"} <= held("advisor") and "appointments.view" in held("foreman")
    assert not {code for code in held("cashier") if code.startswith(NEW)}
    told = EventRow.objects.filter(kind="accounts.RoleBroughtUpToDate")
    assert {row.payload["role_id"] for row in told} >= {Role.objects.get(code="advisor").pk}
    assert {row.actor_kind for row in told} == {"system"}


def test_it_happens_once_and_then_nothing(old_shop: Organisation) -> None:
    call_command("upgrade_roles")
    with nothing_changes():
        call_command("upgrade_roles")
    assert upgrade_roles(NOON) == 0


def test_what_was_taken_away_does_not_come_back(old_shop: Organisation) -> None:
    boss, advisor = system(old_shop.pk), Role.objects.get(code="advisor")
    facts = {"name": advisor.name, "data_scope": "store", "discount_limit": 5, "home": "frontdesk", "by": boss}
    less = [code for code in advisor.permissions if code != "billing.discount"]
    with before_these(*NEW):
        commands.save_role(role_id=advisor.pk, permissions=less, **facts, at=NOON)
        Role.objects.filter(pk=advisor.pk).update(known=[])
    upgrade_roles(NOON)
    assert "billing.discount" not in held("advisor") and "appointments.book" in held("advisor")
    fewer = [code for code in held("advisor") if code != "appointments.book"]
    commands.save_role(role_id=advisor.pk, permissions=fewer, **facts, at=NOON)
    upgrade_roles(NOON)
    assert "appointments.book" not in held("advisor")


def test_what_was_there_but_never_given_is_not_added(old_shop: Organisation) -> None:
    """A permission that an administrator could have given and did not is the shop's own decision."""
    upgrade_roles(NOON)
    cashier = Role.objects.get(code="cashier")
    cashier.permissions, cashier.known = ["billing.view"], sorted(set(PERMISSIONS) - {"billing.refund"})
    cashier.save()
    upgrade_roles(NOON)
    assert held("cashier") == {"billing.view", "billing.refund"}


def test_own_roles_and_roles_without_a_trace_stay(old_shop: Organisation) -> None:
    with before_these(*NEW):
        own = Role.objects.create(org_id=old_shop.pk, code="night", name="夜班", permissions=["billing.view"])
        untraced = Role.objects.get(code="sales_manager")
        untraced.delete()
        untraced = Role.objects.create(org_id=old_shop.pk, code="sales_manager", name="销售经理", permissions=["a.b"])
    upgrade_roles(NOON)
    assert Role.objects.get(pk=own.pk).permissions == ["billing.view"]
    assert Role.objects.get(pk=untraced.pk).permissions == ["a.b"]


def test_people_are_refused(shop: Shop) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        commands.bring_roles_up_to_date(by=shop.boss(), at=NOON)
