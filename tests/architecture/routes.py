"""Every address of the system, pages and API, with real ids filled in: what the walking tests walk over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from pitlane.core.ids import public_id
from pitlane.project.api import api

API = "api/v1/"
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
NOWHERE = 10**9
NAMES = {  # what a parameter or a field of the API stands for, by its name
    "order": "ord", "item": "itm", "finding": "fin", "line": "itm", "key": "key", "store": "sto", "staff": "stf",
    "approval": "apv", "phone": "pho", "day": "day", "vehicle": "veh", "customer": "cus", "other": "prt", "part": "prt",
    "warehouse": "whs", "operation": "opn", "package": "pkg", "technician": "stf", "technicians": "stf", "bay": "bay",
    "advisor": "stf", "items": "itm", "lines": "itm", "roles": "rol", "stores": "sto", "settlement": "stl",
    "settlements": "stl", "payment": "pay", "recommendation": "rec", "owner": "cus", "driver": "cus",
    "responsible": "stf", "view": "lvw", "action": "cor",
    "session": "ses", "role": "rol", "job": "job", "file": "fil", "orders": "ord", "requisitions": "req",
}  # fmt: skip
FOLDERS = {  # what ``{ref}`` stands for, by the word before it
    "customers": "cus", "contacts": "con", "vehicles": "veh", "customer-exports": "exp", "operations": "opn",
    "packages": "pkg", "schedules": "sch", "parts": "prt", "requisitions": "req", "warehouses": "whs", "bays": "bay",
    "appointments": "apt", "calendar-feeds": "fee", "messages": "msg", "message-templates": "tpl",
    "technicians": "stf", "leave": "lea", "settlements": "stl", "credit-accounts": "crd", "payments": "pay",
    "tills": "til", "orders": "ord", "recommendations": "rec", "estimates": "est", "calls": "cal", "imports": "imp",
    "fault-causes": "cse",
}  # fmt: skip
WORDS = {"token": "x" * 43, "verb": "start", "key": "x", "repair_class": "minor", "kind": "walkaround", "step": "0"}
WORDS |= {"entry": "RC-01", "code": "RC-01", "channel": "sms", "language": "en"}
Ids = dict[str, str]


@dataclass(frozen=True)
class Page:
    """One page of the site."""

    pattern: str
    view: Callable[..., HttpResponse]

    @property
    def permission(self) -> str | None:
        return getattr(self.view, "__permission__", None)

    @property
    def public(self) -> bool:
        return getattr(self.view, "__public__", False)

    @property
    def guarded(self) -> bool:
        return getattr(self.view, "__is_guarded__", False)

    @property
    def kinds(self) -> set[str]:
        """The kinds of things that the address names."""
        return {kind for kind, _name in PART.findall(self.pattern) if kind not in ("", "str", "slug")}

    def path(self, ids: Ids) -> str:
        """The address with real ids where there are any."""
        return "/" + PART.sub(lambda found: _page_value(found.group(1), found.group(2), ids), self.pattern)


def _page_value(kind: str, name: str, ids: Ids) -> str:
    if kind not in ("str", "slug", ""):
        return ids[kind]
    if name in ("ref", "vehicle"):
        return ids[{"vehicle": "veh"}.get(name, "stf")]
    return WORDS.get(name, "x")


@dataclass(frozen=True)
class Call:
    """One operation of the API."""

    method: str
    pattern: str
    name: str
    body: dict[str, Any] | None = field(compare=False)
    query: dict[str, Any] = field(compare=False)

    @property
    def kinds(self) -> set[str]:
        """The kinds of things that the address names."""
        return {kind for kind in self._parts().values() if kind}

    def _parts(self) -> dict[str, str]:
        found, before = {}, ""
        for piece in self.pattern.strip("/").split("/"):
            if piece.startswith("{"):
                name = piece.strip("{}")
                found[name] = FOLDERS[before] if name == "ref" else "" if name in WORDS else NAMES[name]
            before = piece
        return found

    def path(self, ids: Ids) -> str:
        """The address with real ids where there are any."""
        path = self.pattern
        for name, kind in self._parts().items():
            path = path.replace(f"{{{name}}}", ids[kind] if kind else WORDS[name])
        return f"/{API}{path.lstrip('/')}"


@cache
def pages() -> tuple[Page, ...]:
    """All pages that are ours: the API and its documents speak for themselves."""
    found = [Page(pattern, route.callback) for pattern, route in _patterns(get_resolver())]
    return tuple(page for page in found if not page.pattern.startswith(API))


def _patterns(resolver: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for route in resolver.url_patterns:
        pattern = before + str(route.pattern)
        if isinstance(route, URLPattern):
            yield pattern, route
        else:
            yield from _patterns(route, pattern)


@cache
def document() -> dict[str, Any]:
    """The API's own description of itself."""
    return dict(api.get_openapi_schema())


@cache
def calls() -> tuple[Call, ...]:
    """All operations of the API, from its own document."""
    found = []
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            query = {
                p["name"]: p["schema"]
                for p in operation.get("parameters", [])
                if p["in"] == "query" and p.get("required")
            }
            pattern = "/" + path.removeprefix(f"/{API}")
            found.append(Call(method.upper(), pattern, operation["operationId"], schema, query))
    return tuple(found)


def sample(schema: dict[str, Any] | None, ids: Ids, name: str = "", *, named: bool = False, every: bool = False) -> Any:
    """A value that fits the schema: real ids for the things it names, the least that is allowed otherwise.

    With ``named`` also the optional fields that name things, with ``every`` all of them.
    """
    if schema is None:
        return None
    if "$ref" in schema:
        shape = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return sample(shape, ids, name, named=named, every=every)
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            real = [option for option in schema[several] if option.get("type") != "null"]
            return sample(real[0], ids, name, named=named, every=every)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _plain(schema, ids, name, named, every)


def _plain(schema: dict[str, Any], ids: Ids, name: str, named: bool, every: bool) -> Any:
    kind = schema.get("type", "object")
    if kind == "object":
        wanted = {*schema.get("required", []), *(NAMES if named else ())}
        fields = schema.get("properties", {}).items()
        chosen = [(key, value) for key, value in fields if every or key in wanted]
        return {key: sample(value, ids, key, named=named, every=every) for key, value in chosen}
    if kind == "array":
        return [sample(schema.get("items", {}), ids, name, named=named, every=every)]
    if kind == "string":
        return _text(schema, ids, name)
    if kind == "boolean":
        return True
    return max(1, schema.get("minimum", 1))


def _text(schema: dict[str, Any], ids: Ids, name: str) -> str:
    by_format = {"date": "2026-11-23", "date-time": "2026-11-23T04:00:00Z"}
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    if name in NAMES:
        return ids[NAMES[name]]
    return "AB" if "pattern" in schema else "1" * max(1, schema.get("minLength", 1))


def unknown_ids() -> Ids:
    """Ids of things that do not exist, for every kind."""
    kinds = {kind for page in pages() for kind in page.kinds}
    return {kind: public_id(kind, NOWHERE) for kind in kinds | set(NAMES.values()) | set(FOLDERS.values())}


def ask(client: Client, call: Call, ids: Ids, *, inside: Ids | None = None, **headers: str) -> HttpResponse:
    """Send an API call with a fitting body; ``inside`` are the ids that query and body name, instead of ``ids``."""
    named, told = inside is not None, inside or ids
    query = {name: sample(schema, told, name) for name, schema in call.query.items()}
    body = json.dumps(sample(call.body, told, named=named)) if call.body else ""
    address = call.path(ids)
    if call.method == "GET":
        return client.get(address, query, headers=headers)
    return client.generic(call.method, address, body, content_type="application/json", headers=headers)
