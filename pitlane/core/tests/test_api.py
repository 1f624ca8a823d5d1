"""What every API has in common: a repeated key gets the first answer, a refusal leaves no record, pages by key."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_resolver, path
from ninja import NinjaAPI, Router, Schema

from pitlane.core.api import idempotent, install_handlers, keyset
from pitlane.core.errors import Refused
from pitlane.core.housekeeping import tidy
from pitlane.core.models import IdempotencyRecord, NumberSeries
from pitlane.core.tenancy import current_org
from pitlane.core.testing import Shop, nothing_changes

router = Router()
CALLS: list[int] = []


class Thing(Schema):
    """What the test endpoint takes and answers."""

    number: int


@router.post("/things", response={200: Thing, 201: Thing})
@idempotent
def make_thing(request: HttpRequest, data: Thing):
    CALLS.append(data.number)
    NumberSeries.objects.create(org_id=current_org(), store_id=1, kind=str(data.number), day="2026-11-23")
    if data.number == 77:
        NumberSeries.objects.create(org_id=current_org(), store_id=10**30, kind="x", day="2026-11-23")
    if data.number == 78:
        NumberSeries.objects.create(org_id=current_org(), store_id=1, kind="\ud800", day="2026-11-23")
    if data.number == 13:
        raise Refused("unlucky", code="unlucky", field="number")
    if data.number == 99:
        raise ValueError("broken")
    return (201, data) if data.number == 1 else data


@router.post("/pictures", response=Thing)
@idempotent
def keep_picture(request: HttpRequest) -> Thing:
    CALLS.append(1)
    return Thing(number=len(request.FILES))


api = NinjaAPI(urls_namespace="things")
install_handlers(api)
api.add_router("", router)
urls = ModuleType("urls_of_things")
urls.urlpatterns = [path("t/", api.urls)]


@pytest.fixture
def call(shop: Shop, at: datetime) -> Iterator[object]:
    CALLS.clear()
    actor = shop.boss(staff_id=3)

    def send(number: object, key: str = "k", by: object = actor):
        request = RequestFactory().post(
            "/t/things", json.dumps({"number": number}), "application/json", headers={"Idempotency-Key": key}
        )
        request.actor, request.now, request.trace = by, at, "t-1"
        return resolved(request)

    yield send


def resolved(request: HttpRequest):
    match = get_resolver(urls).resolve(request.path)
    return match.func(request, *match.args, **match.kwargs)


def test_the_same_key_gets_the_same_answer_and_runs_once(call) -> None:
    first, again = call(1), call(1)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, b'{"number": 1}')
    assert CALLS == [1] and NumberSeries.objects.count() == 1


def test_another_key_or_another_actor_is_another_call(call, shop: Shop) -> None:
    call(2)
    NumberSeries.objects.all().delete()
    call(2, key="l")
    NumberSeries.objects.all().delete()
    call(2, by=shop.boss(staff_id=4))
    assert CALLS == [2, 2, 2]


def test_without_a_key_nothing_is_kept(call) -> None:
    call(2, key="")
    assert CALLS == [2] and not IdempotencyRecord.objects.exists()


def test_another_body_under_the_same_key_is_a_conflict(call) -> None:
    call(2)
    with nothing_changes():
        other = call(3)
    assert other.status_code == 409 and json.loads(other.content)["code"] == "idempotency_mismatch" and CALLS == [2]


@pytest.mark.parametrize("number", [77, 78])
def test_a_number_or_text_beyond_every_column_is_refused(call, number: int) -> None:
    with nothing_changes():
        answer = call(number)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "out_of_range")


def test_a_refusal_leaves_no_record_and_may_be_tried_again(call) -> None:
    with nothing_changes():
        answer = call(13)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"], body["field"]) == (422, "unlucky", "number")
    call(13)
    assert CALLS == [13, 13]


def test_a_crash_leaves_nothing_either(call) -> None:
    with nothing_changes(), pytest.raises(ValueError, match="broken"):
        call(99)


def test_wrong_input_is_named_and_leaves_no_record(call) -> None:
    with nothing_changes():
        answer = call("x")
    assert answer.status_code == 422 and json.loads(answer.content)["errors"][0]["field"].endswith("number")


def test_a_key_has_a_limit(call) -> None:
    assert call(2, key="x" * 81).status_code == 422 and call(2, key="x" * 80).status_code == 200


def test_a_large_upload_has_a_key_too(shop: Shop, at: datetime) -> None:
    CALLS.clear()
    for content in (b"x" * 7_000_000, b"x" * 7_000_000, b"y" * 5):
        picture = SimpleUploadedFile("a.jpg", content)
        request = RequestFactory().post("/t/pictures", {"file": picture}, headers={"Idempotency-Key": "p"})
        request.actor, request.now, request.trace = shop.boss(), at, "t-1"
        last = resolved(request)
        request.FILES["file"].close()
    assert last.status_code == 409 and CALLS == [1]


def test_kept_answers_are_sealed_and_forgotten_after_a_week(call, at: datetime) -> None:
    call(4)
    record = IdempotencyRecord.objects.get()
    assert record.body.reveal() == '{"number": 4}' and "number" not in record.body.token
    IdempotencyRecord.objects.update(created_at=at - timedelta(days=4000))
    tidy()
    assert not IdempotencyRecord.objects.exists()


def walk(limit: int) -> list[list[int]]:
    pages, cursor = [], None
    while True:
        rows, cursor = keyset(NumberSeries.objects.all(), cursor, limit, ("last", "id"))
        pages.append([row.pk for row in rows])
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit, sizes", [(4, [4, 4, 2]), (5, [5, 5]), (10, [10]), (0, [1] * 10), (999, [10])])
def test_pages_by_key_miss_and_repeat_nothing(shop: Shop, limit: int, sizes: list[int]) -> None:
    NumberSeries.objects.bulk_create(
        [NumberSeries(org_id=shop.org_id, store_id=1, kind=f"k{n}", day="2026-11-23", last=n // 3) for n in range(10)]
    )
    pages = walk(limit)
    seen = [pk for page in pages for pk in page]
    assert [len(page) for page in pages] == sizes
    assert seen == list(NumberSeries.objects.order_by("-last", "-id").values_list("pk", flat=True))


@pytest.mark.parametrize("cursor", ["x", "!!", "bnVsbA", "WzFd", "eyJhIjoxfQ", "W10", "WyJhYmMiLDFd"])
def test_a_made_up_cursor_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(Refused):
        keyset(NumberSeries.objects.all(), cursor, 5, ("last", "id"))
