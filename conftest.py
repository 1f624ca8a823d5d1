"""Fixtures for all tests: one organisation with two stores, its scope open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.core.cache import cache

from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop


@pytest.fixture
def at() -> datetime:
    return NOON


def make_shop(code: str) -> Shop:
    from pitlane.accounts.models import Organisation, Store

    org = Organisation.objects.create(code=code, name=f"{code} 连锁", created_at=NOON)
    with scope(org.pk):
        names = enumerate(("望京店", "通州店"))
        stores = [Store.objects.create(org_id=org.pk, code=f"S{n}", name=name) for n, name in names]
    return Shop(org.pk, stores[0].pk, stores[1].pk)


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """An organisation with its scope open."""
    made = make_shop("jc")
    with scope(made.org_id):
        yield made


@pytest.fixture
def other_shop(db: None) -> Shop:
    """A second organisation; open its scope yourself."""
    return make_shop("other")


@pytest.fixture(autouse=True)
def _own_counters(request: pytest.FixtureRequest) -> None:
    """Each test counts its own attempts: with Redis, counters would outlive the test."""
    cache.key_prefix = f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:{request.node.nodeid}"[:150]
