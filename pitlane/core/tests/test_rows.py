"""Short ways to read and write rows do what Django's long ones do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from pitlane.core.errors import Missing
from pitlane.core.fields import Sealed
from pitlane.core.models import ChainHead, EventRow, IdempotencyRecord, Job, NumberSeries
from pitlane.core.prepared import Prepared
from pitlane.core.rows import AT_ONCE, insert_rows, save_changes, save_row, watch
from pitlane.core.tenancy import NoScope, no_scope, scope
from pitlane.core.testing import Shop

pytestmark = pytest.mark.django_db
QUEUED = Prepared(lambda pk: Job.objects.filter(event_id=pk).exclude(status="dead"))
LOCKED = Prepared(lambda pk: Job.objects.select_for_update().filter(pk=pk))
HEADS = Prepared(lambda: ChainHead.objects.all(), ids=0)


def job(shop: Shop, at: datetime, **facts) -> Job:
    return Job(org_id=shop.org_id, **{"name": "x", "queued_at": at, "due_at": at} | facts)


def test_new_rows_get_ids_and_say_what_they_were_given(shop: Shop, at: datetime, django_assert_num_queries) -> None:
    rows = [job(shop, at, name=f"n{n}", args={"deep": [n, "é"]}, attempts=n) for n in range(3)]
    with django_assert_num_queries(1):
        assert insert_rows(rows) is rows
    stored = {row.pk: (row.name, row.args, row.attempts, row.due_at, row.finished_at) for row in Job.objects.all()}
    assert stored == {row.pk: (row.name, row.args, row.attempts, at, None) for row in rows}
    rows[0].attempts = 9
    rows[0].save()
    assert Job.objects.count() == 3


def test_many_rows_go_in_parts_and_none_cost_nothing(shop: Shop, at: datetime, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        made = insert_rows([job(shop, at, name=str(n)) for n in range(AT_ONCE + 1)])
    assert [Job.objects.get(pk=row.pk).name for row in (made[0], made[-1])] == ["0", str(AT_ONCE)]
    with django_assert_num_queries(0):
        insert_rows([])


def test_personal_text_is_sealed_like_everywhere(shop: Shop, at: datetime) -> None:
    facts = {"key": "k", "actor": "staff:1", "request_hash": "h", "created_at": at, "body": "13800138000"}
    (made,) = insert_rows([IdempotencyRecord(org_id=shop.org_id, **facts)])
    kept = IdempotencyRecord.objects.get(pk=made.pk).body
    assert isinstance(kept, Sealed) and kept.reveal() == "13800138000" and "138" not in kept.token
    made.body = "13900139000"
    save_row(made, ["body"])
    assert IdempotencyRecord.objects.get().body.reveal() == "13900139000"


def test_only_the_named_columns_are_written(shop: Shop, at: datetime) -> None:
    (row,) = insert_rows([job(shop, at)])
    Job.objects.update(attempts=5)
    row.name, row.attempts = "y", 1
    save_row(row, ["name"])
    assert list(Job.objects.values_list("name", "attempts")) == [("y", 5)]


def test_a_row_of_another_organisation_is_not_written(shop: Shop, other_shop: Shop, at: datetime) -> None:
    (row,) = insert_rows([job(shop, at)])
    row.org_id = other_shop.org_id
    with pytest.raises(Missing):
        save_row(row, ["name"])


def test_changes_are_what_differs_from_what_was_read(shop: Shop, at: datetime, django_assert_num_queries) -> None:
    insert_rows([job(shop, at, args={"a": 1})])
    row = Job.objects.get()
    watch(row)
    Job.objects.update(attempts=5)
    row.due_at = at + timedelta(hours=1)
    row.args["a"] = 2
    with django_assert_num_queries(1):
        save_changes(row)
    assert list(Job.objects.values_list("attempts", "due_at", "args")) == [(5, row.due_at, {"a": 2})]
    row.name = "z"
    save_changes(row)
    assert Job.objects.get().name == "z"


def test_a_row_that_nobody_watched_is_written_whole(shop: Shop, at: datetime) -> None:
    insert_rows([job(shop, at)])
    row = Job.objects.get()
    row.name, row.attempts = "z", 4
    save_changes(row)
    assert list(Job.objects.values_list("name", "attempts")) == [("z", 4)]


def test_a_prepared_read_answers_rows_of_the_open_organisation(shop: Shop, other_shop: Shop, at: datetime) -> None:
    facts = {"seq": 1, "kind": "x", "at": at, "actor_kind": "staff", "actor_id": 1, "actor_name": "x", "hash": "h"}
    mine, theirs = insert_rows([EventRow(org_id=one.org_id, payload={"n": 1}, **facts) for one in (shop, other_shop)])
    insert_rows([job(shop, at, event=mine, args={"n": 7}), job(shop, at, name="gone", event=mine, status="dead")])
    insert_rows([job(other_shop, at, event=theirs)])
    for _again in range(2):
        (found,) = QUEUED(mine.pk)
        assert (found.name, found.args, found.due_at) == ("x", {"n": 7}, at)
        assert QUEUED(theirs.pk) == []
        with scope(other_shop.org_id):
            assert len(QUEUED(theirs.pk)) == 1
    assert LOCKED.one(found.pk) == found and LOCKED.one(10**9) is None
    with no_scope(), pytest.raises(NoScope):
        QUEUED(mine.pk)


def test_a_prepared_read_is_one_statement(shop: Shop, django_assert_num_queries) -> None:
    HEADS()
    with django_assert_num_queries(1):
        HEADS()
    lost = Prepared(lambda pk: NumberSeries.objects.filter(pk=pk + 1))
    with pytest.raises(RuntimeError, match="as it is given"):
        lost(1)


def test_a_prepared_read_of_some_columns_answers_tuples(shop: Shop, at: datetime) -> None:
    insert_rows([job(shop, at, args={"n": n}, attempts=n) for n in (2, 1)])
    some = Prepared(lambda pk: Job.objects.filter(pk__gte=pk).order_by("attempts").values_list("attempts", "args"))
    second, first = Job.objects.order_by("pk").values_list("pk", flat=True)
    assert some(second) == [(1, {"n": 1}), (2, {"n": 2})]
    assert some(first) == [(1, {"n": 1})]


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction(shop: Shop) -> None:
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            LOCKED.one(1)


def test_a_prepared_read_compares_with_moments_and_numbers(shop: Shop, at: datetime) -> None:
    insert_rows([job(shop, at + timedelta(hours=n), attempts=n) for n in (1, 2, 3)])
    some: Prepared[tuple[int]] = Prepared(
        lambda least, before: Job.objects.filter(attempts__gte=least, due_at__lt=before).values_list("attempts"),
        ids=0,
        others=(32_000, datetime(9999, 12, 31, tzinfo=UTC)),
    )
    assert sorted(some(2, at + timedelta(days=1))) == [(2,), (3,)]
    assert some(1, at + timedelta(hours=2)) == [(1,)]
    with pytest.raises(ValueError):
        some(1)
