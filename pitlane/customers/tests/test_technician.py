"""The technician whom a customer prefers: one of the staff, with what was written before kept beside it."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from pitlane.core.errors import Refused
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers import commands
from pitlane.customers.models import Customer
from pitlane.scheduling.tests.factories import technician

from . import factories


def test_a_technician_is_one_of_ours(shop: Shop) -> None:
    person = technician(shop)
    made = commands.create_customer(
        name="王建国", preferences={"technician": person.ref, "time": "晚上"}, by=shop.boss(), at=NOON
    )
    assert made.preferences == {"technician": person.ref, "technician_name": "赵师傅", "time": "晚上"}
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.change_customer(
            customer_id=made.pk, version=1, changes={"preferences": {"technician": "李师傅"}}, by=shop.boss(), at=NOON
        )
    assert refused.value.field == "technician"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("赵师傅", {"technician_name": "赵师傅"}),
        ("以前那位李师傅", {"technician_note": "以前那位李师傅"}),
        (" ", {}),
    ],
)
def test_what_was_written_is_matched_or_kept(shop: Shop, written: str, kept: dict[str, str]) -> None:
    person = technician(shop)
    row = factories.customer(shop)
    Customer.objects.filter(pk=row.pk).update(preferences={"technician": written, "time": "晚上"})
    editor = SimpleNamespace(connection=connection)
    import_module("pitlane.customers.migrations.0006_technician_choice").choose(apps, editor)
    known = {"technician": person.ref} if "technician_name" in kept else {}
    assert Customer.objects.get(pk=row.pk).preferences == {"time": "晚上"} | kept | known
