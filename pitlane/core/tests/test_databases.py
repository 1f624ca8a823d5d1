"""Remembered columns say the same as Django does, and only where whole rows are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Count, F, Value

from pitlane.core.databases.columns import RemembersColumns
from pitlane.core.models import EventRow, ImportBatch, Job, SearchDoc, SearchKey
from pitlane.core.testing import Shop

pytestmark = pytest.mark.django_db


def both(rows: models.QuerySet[Any]) -> tuple[Any, Any]:
    """SQL with parameters: with remembered columns (the second time), and Django's own."""
    list(rows)
    said = rows.query.get_compiler(connection=connection).as_sql()
    mine = type(rows.query.get_compiler(connection=connection))
    own = next(base for base in mine.__mro__ if base.__module__.startswith("django."))
    return said, own(rows.query.clone(), connection, "default").as_sql()


SHAPES = [
    lambda: Job.objects.all(),
    lambda: Job.objects.filter(status="queued").exclude(name="x").order_by("-due_at", "pk")[:5],
    lambda: Job.objects.filter(event__kind="x"),
    lambda: Job.objects.select_related("event").filter(attempts=0),
    lambda: Job.objects.only("name"),
    lambda: Job.objects.defer("args").distinct(),
    lambda: Job.objects.values("name").annotate(n=Count("pk")),
    lambda: Job.objects.annotate(more=F("attempts") + 1),
    lambda: Job.objects.extra(select={"one": "1"}),
    lambda: Job.objects.values_list("pk", flat=True),
    lambda: Job.objects.filter(name="x").union(Job.objects.filter(name="y")),
    lambda: SearchDoc.objects.filter(pk__in=SearchKey.objects.filter(key="x").values("doc_id")),
    lambda: SearchDoc.objects.filter(keys__key__startswith="x").distinct(),
    lambda: EventRow.objects.filter(seq__in=[1, 2]).order_by("seq"),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_statement_is_django_s(shop: Shop, shape: Any) -> None:
    said, own = both(shape())
    assert said == own


def test_values_come_out_as_they_went_in(shop: Shop, at: datetime) -> None:
    made = Job.objects.create(name="x", args={"a": [1]}, queued_at=at, due_at=at)
    batch = ImportBatch.objects.create(profile="p", file_name="甲.csv", file_hash="h", created_at=at, created_by="x")
    for _again in range(2):
        found = Job.objects.get(pk=made.pk)
        assert (found.args, found.due_at, found.finished_at) == ({"a": [1]}, at, None)
        assert ImportBatch.objects.get(pk=batch.pk).counts == {}


def test_columns_that_are_not_the_table_s_own_are_not_remembered(shop: Shop, at: datetime) -> None:
    Job.objects.create(name="x", queued_at=at, due_at=at)
    whole, extended = Job.objects.all(), Job.objects.annotate(more=Value(7))
    assert whole.get().name == extended.get().name == "x"
    assert extended.get().more == 7
    assert not hasattr(whole.get(), "more")
    assert isinstance(whole.query.get_compiler(connection=connection), RemembersColumns)


def test_a_lock_names_its_own_table(shop: Shop, at: datetime) -> None:
    Job.objects.create(name="x", queued_at=at, due_at=at)
    rows = Job.objects.select_for_update(of=("self",)).filter(name="x")
    said, own = both(rows)
    assert said == own
    assert rows.get().name == "x"
