"""A person who can sign in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pitlane.accounts.models import Role, Staff, Store
from pitlane.core.testing import Shop

SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(shop: Shop) -> SignIn:
    """``sign_in("customers.view")`` answers a browser of a colleague with exactly these permissions."""

    def make(*permissions: str, name: str = "林晓燕", scope: str = "org") -> Client:
        number = Staff.unscoped.count() + 1
        person = Staff.objects.create(
            org_id=shop.org_id,
            login=f"p{number}",
            name=name,
            employee_no=f"E{number}",
            main_store=Store.objects.get(pk=shop.store_id),
        )
        role = Role.objects.create(
            org_id=shop.org_id,
            code=f"r{number}",
            name="顾问",
            permissions=list(permissions) or ["customers.*"],
            data_scope=scope,
        )
        person.roles.add(role)
        person.stores.add(shop.store_id)
        client = Client()
        client.force_login(person, backend="pitlane.accounts.backend.StaffBackend")
        client.staff = person
        return client

    return make
