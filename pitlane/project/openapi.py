"""What the OpenAPI document says of every operation alike: scope, idempotency key, and how it says no."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from pitlane.core.api import LONGEST_KEY, Problem

from .scopes import SCOPES

CHANGES = {"post", "put", "patch", "delete"}
REFUSALS = {
    "401": "No key, or a wrong, expired or revoked one",
    "403": "The scope is missing, or the store is not yours",
    "404": "No such thing in this organisation",
    "409": "Somebody was faster, or the idempotency key was used for something else",
    "422": "A field is wrong, or a rule of the trade says no",
    "429": "Too many requests",
}
ALWAYS = {"401", "429"}
FILES = {"get_file": "*/*", "get_export_file": "*/*", "get_import_report": "text/csv"}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "Your own unique text: sent again with the same body, the first answer comes back, nothing changes",
}


class DescribedApi(NinjaAPI):
    """An API whose document is complete without every operation repeating what holds for all."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """Addresses by their first word: Django tries one pattern after the other, and there are hundreds."""
        whole: list[URLResolver | URLPattern] = []
        below: dict[str, list[URLPattern]] = defaultdict(list)
        for pattern in super()._get_urls():
            word, slash, rest = str(pattern.pattern).partition("/")
            if slash and isinstance(pattern, URLPattern) and "<" not in word:
                below[word].append(path(rest, pattern.callback, name=pattern.name))
            else:
                whole.append(pattern)
        fullest = sorted(below.items(), key=lambda group: -len(group[1]))
        return [*whole, *(path(f"{word}/", include(patterns)) for word, patterns in fullest)]

    def get_openapi_schema(self, *args: Any, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **options)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
        for address, operations in schema["paths"].items():
            for method, operation in operations.items():
                _describe(address, method, operation)
        return schema


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    scope = SCOPES.get(operation["operationId"], "")
    needs = f"Scope: `{scope}`" if scope else "Scope: none beyond a valid key or session"
    operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
    operation["x-scope"] = scope
    if kind := FILES.get(operation["operationId"]):
        operation["responses"][200]["content"] = {kind: {"schema": {"type": "string", "format": "binary"}}}
    if method in CHANGES:
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    for status in _refusals(path, method, operation, scope):
        operation["responses"].setdefault(status, {"description": REFUSALS[status], "content": PROBLEM})


def _refusals(path: str, method: str, operation: dict[str, Any], scope: str) -> list[str]:
    changes = method in CHANGES
    told = {
        "403": bool(scope) or changes,
        "404": "{" in path.removeprefix("/api/v1"),
        "409": changes,
        "422": changes or bool(operation.get("parameters")),
    }
    return [status for status in REFUSALS if status in ALWAYS or told[status]]
