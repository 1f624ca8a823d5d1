"""Every operation of the API repeats safely, says what it needs and says no in one form; its document tells so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from ninja.operation import Operation

from pitlane.accounts.tests.factories import make_role, person
from pitlane.core.access import expand
from pitlane.core.testing import Shop
from pitlane.project.api import api
from pitlane.project.openapi import CHANGES
from pitlane.project.scopes import SCOPES

from .routes import Ids, ask, calls, document
from .walker import Walker, undone

CHANGE_NOTHING = {
    "check_entry": "remarks on a form that nobody has saved yet; a POST because it may be long",
    "find_free_slots": "a search whose question has many parts",
    "check_slot": "a question about one moment, with the same parts",
}
PARAMETER = re.compile(r"{\w+}")
CHINESE = re.compile("[\u4e00-\u9fff]")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        yield from ((path, method, operation) for method, operation in methods.items())


def behind_the_document() -> Iterator[Operation]:
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def test_an_address_belongs_to_one_router() -> None:
    paths = [PARAMETER.sub("{}", path) for _prefix, router in api._routers for path in router.path_operations]
    assert [path for path in paths if paths.count(path) > 1] == []  # the first router would refuse the other's methods


def test_every_operation_that_changes_something_can_be_repeated() -> None:
    found = {
        operation.operation_id
        for operation in behind_the_document()
        if {method.lower() for method in operation.methods} & CHANGES
        and not getattr(operation.view_func, "__is_idempotent__", False)
    }
    assert found == set(CHANGE_NOTHING)


def test_the_document_asks_every_change_for_an_idempotency_key() -> None:
    for path, method, operation in operations():
        named = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert ("Idempotency-Key" in named) == (method in CHANGES), f"{method} {path}"


def test_every_operation_has_a_summary_in_english_and_says_how_it_refuses() -> None:
    assert "Problem" in document()["components"]["schemas"]
    for path, method, operation in operations():
        assert operation["summary"] and not CHINESE.search(operation["summary"]), f"{method} {path}"
        for status in {"401", "429"} | ({"403", "409", "422"} if method in CHANGES else set()):
            assert "application/problem+json" in operation["responses"][status]["content"], f"{method} {path} {status}"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_whatever_the_document_refers_to_stands_in_it() -> None:
    known = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert set(references(document())) <= known and "#/components/schemas/FieldProblem" in known


def test_files_are_no_json() -> None:
    found = {operation["operationId"]: operation for _path, _method, operation in operations()}
    assert "application/json" not in found["get_file"]["responses"][200]["content"]
    assert list(found["get_import_report"]["responses"][200]["content"]) == ["text/csv"]


def test_no_summary_is_only_the_name_of_a_function() -> None:
    named = [(operation, operation.view_func.__name__.title().replace("_", " ")) for operation in behind_the_document()]
    assert [operation.operation_id for operation, name in named if operation.summary == name] == []


def test_the_scopes_are_those_of_the_operations_and_exist() -> None:
    assert set(SCOPES) == {call.name for call in calls()}
    named = {name for scope in SCOPES.values() for name in scope_names(scope)}
    assert named <= expand(["*"])
    assert all(operation["x-scope"] == SCOPES[operation["operationId"]] for _path, _method, operation in operations())


def scope_names(scope: str) -> set[str]:
    return {word for word in scope.split() if word not in ("or", "and")}


def test_a_refusal_names_the_scope_that_the_document_names(shop: Shop, house: Ids) -> None:
    walker, wrong, seen = Walker(person(shop, make_role(shop, "nothing"))), [], 0
    for call in calls():
        with undone():
            answer = ask(walker.client, call, house)
            if answer.streaming:
                b"".join(answer.streaming_content)
        if answer.status_code == 403:
            seen += 1
            needed = answer.json()["facts"]["permission"]
            if SCOPES[call.name] and needed not in scope_names(SCOPES[call.name]):
                wrong.append(f"{call.name}: {needed}")
    assert not wrong and seen > 130, wrong


@pytest.mark.parametrize(("method", "status"), [("get", 404), ("post", 404)])
def test_an_unknown_address_is_told_in_the_form_of_the_api(db: None, method: str, status: int) -> None:
    answer = getattr(Client(), method)("/api/v1/nowhere")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == "no_such_address"


def test_a_wrong_method_is_told_in_the_form_of_the_api(db: None) -> None:
    answer = Client().delete("/api/v1/me")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(("wanted", "title"), [("en", "Not signed in"), ("zh-CN", "没有登录"), ("", "没有登录")])
def test_programs_choose_the_language_of_sentences(db: None, wanted: str, title: str) -> None:
    headers = {"Authorization": "Bearer pl_x", **({"Accept-Language": wanted} if wanted else {})}
    assert Client().get("/api/v1/me", headers=headers).json()["title"].startswith(title)
