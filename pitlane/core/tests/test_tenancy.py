"""Organisations are kept apart: no query without a scope, no row of another organisation in it."""

import threading

import pytest
from django.apps import apps

from pitlane.core.models import NumberSeries
from pitlane.core.tenancy import NoScope, OrgModel, current_org, no_scope, open_org, scope
from pitlane.core.testing import Shop


def business_tables() -> list[type]:
    return [model for model in apps.get_models() if issubclass(model, OrgModel)]


def test_without_a_scope_every_table_refuses(shop: Shop) -> None:
    with no_scope():
        assert open_org() is None
        for model in business_tables():
            with pytest.raises(NoScope):
                model.objects.count()


def test_scopes_nest_and_end(shop: Shop, other_shop: Shop) -> None:
    assert current_org() == shop.org_id
    with scope(other_shop.org_id):
        assert current_org() == other_shop.org_id
        with no_scope():
            assert open_org() is None
        assert current_org() == other_shop.org_id
    assert current_org() == shop.org_id
    with pytest.raises(ZeroDivisionError), scope(other_shop.org_id):
        raise ZeroDivisionError
    assert current_org() == shop.org_id


def test_a_scope_does_not_leak_into_another_thread(shop: Shop) -> None:
    seen: list[int | None] = []
    thread = threading.Thread(target=lambda: seen.append(open_org()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_new_rows_belong_to_the_open_organisation(shop: Shop, other_shop: Shop) -> None:
    with scope(other_shop.org_id):
        made = NumberSeries.objects.create(store_id=1, kind="W", day="2026-11-23")
    assert made.org_id == other_shop.org_id and not NumberSeries.objects.filter(pk=made.pk).exists()
    assert NumberSeries.objects.filter(pk=made.pk).update(last=9) == 0
    assert NumberSeries.objects.filter(pk=made.pk).delete()[0] == 0


def test_every_business_table_knows_its_organisation() -> None:
    strange = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("pitlane.") and not issubclass(model, OrgModel)
    ]
    assert strange == ["core.Tally", "accounts.Organisation"]  # a stranger's wrong guess belongs to no organisation yet
