"""What a body names must belong to the caller, as what the address names must: no call reaches out through its body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, Model
from django.test import Client

from pitlane.accounts.commands import issue_api_key
from pitlane.accounts.tests.factories import person, starting_role
from pitlane.core.testing import NOON, Shop, nothing_changes

from .routes import Call, Ids, ask, calls, sample
from .test_walk import STORE_BOUND
from .walker import Walker, flaws, undone

WRITES = [call for call in calls() if call.method != "GET" and call.body]


def links() -> Iterator[tuple[type[Model], str]]:
    """Every foreign key from a row of an organisation to a row of an organisation."""
    for model in apps.get_models():
        if not hasattr(model, "unscoped"):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.concrete and (field.many_to_one or field.one_to_one) and hasattr(target, "unscoped"):
                yield model, field.name


def strays() -> list[str]:
    """Rows that point into another organisation."""
    return [
        f"{model.__name__}.{name}"
        for model, name in links()
        if model.unscoped.exclude(**{name: None}).exclude(org_id=F(f"{name}__org_id")).exists()  # type: ignore[attr-defined]
    ]


def test_no_body_names_things_of_another_organisation(shop: Shop, house: Ids, foreign_house: Ids) -> None:
    client = Walker(person(shop, starting_role(shop, "admin"))).client
    found = []
    for call in WRITES:
        with undone():
            answer = ask(client, call, house, inside=foreign_house)
            if answer.status_code >= 500:
                found.append(f"{call.method} {call.pattern} answered {answer.status_code}")
            elif answer.status_code < 300:
                found += [f"{call.method} {call.pattern} wrote {stray}" for stray in strays()]
    assert not found, "\n".join(found)


def test_a_narrow_key_finds_nothing_of_another_store(shop: Shop, house: Ids) -> None:
    secret = "pl_" + "n" * 40
    issue_api_key(name="n", scopes=["*"], store_ids=[shop.other_store_id], secret=secret, by=shop.boss(), at=NOON)

    def asked(call: Call) -> int:
        with undone():
            return ask(Client(raise_request_exception=False), call, house, Authorization=f"Bearer {secret}").status_code

    bound = [call for call in calls() if call.kinds & STORE_BOUND]
    with nothing_changes():
        answers = [(f"{call.method} {call.pattern}", asked(call)) for call in bound]
    found = flaws(iter(answers), lambda _what, status: status in (403, 404, 405, 422))
    assert not found, found


POISON: list[Any] = [
    "a\x00b", "\ud800", "👩‍🔧" * 3, "㐂" * 5000, "1e999", "NaN", "", -1, 10**30, 1e308, None, [], {"a": {"a": 1}},
    "9999-12-31", "0001-01-01T00:00:00Z",
]  # fmt: skip


def poisoned(body: Any, poison: Any) -> Iterator[Any]:
    """The body with each of its values in turn replaced."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield {**body, key: poison}
            yield from ({**body, key: bad} for bad in poisoned(value, poison) if isinstance(value, (dict, list)))
    elif isinstance(body, list) and body:
        yield from ([bad, *body[1:]] for bad in poisoned(body[0], poison))
        yield [poison]


def everything(call: Call, house: Ids) -> Any:
    """A body with every field that the operation knows."""
    return sample(call.body, house, every=True)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_no_value_breaks_an_operation(shop: Shop, house: Ids, part: int) -> None:
    client = Walker(person(shop, starting_role(shop, "admin"))).client
    found = set()
    for call in WRITES[part::4]:
        body = everything(call, house)
        for poison in POISON:
            for bad in poisoned(body, poison):
                with undone():
                    sent = json.dumps(bad)
                    answer = client.generic(call.method, call.path(house), sent, content_type="application/json")
                if answer.status_code >= 500:
                    found.add(f"{call.method} {call.pattern} answered {answer.status_code} to {sent[:300]}")
    assert not found, "\n".join(sorted(found))
