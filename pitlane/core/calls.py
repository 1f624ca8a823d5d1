"""What programs ask of the core: the one search box, and the files that were kept."""

from __future__ import annotations

import re
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Schema

from .access import Actor, require
from .errors import Missing
from .ids import parse_id
from .models import StoredFile
from .search import panel
from .views import may_open, send_file

router = Router()
REF = re.compile(r"/([a-z]{3}_\w+)/")


class HitOut(Schema):
    """Something that was found; ``url`` is its page, ``id`` its public id."""

    id: str
    url: str
    title: str
    detail: str
    plate: str


class GroupOut(Schema):
    """What was found of one kind."""

    label: str
    items: list[HitOut]


@router.get(
    "/search", response=list[GroupOut], operation_id="search", summary="Search customers, cars, orders and parts"
)
def search(request: HttpRequest, q: str = Query(min_length=1, max_length=60)) -> list[GroupOut]:
    """Names, pinyin, plates, the end of a VIN or phone number; only kinds that the caller may see."""
    groups = panel(q.strip(), request.actor)  # type: ignore[attr-defined]
    return [GroupOut(label=str(group["label"]), items=[_hit(row) for row in group["rows"]]) for group in groups]


def _hit(row: dict[str, Any]) -> HitOut:
    found = REF.search(f"{row['url']}/")
    texts = {name: _whole(row[key]) for name, key in (("title", "name"), ("detail", "detail"), ("plate", "plate"))}
    return HitOut(id=found[1] if found else "", url=row["url"], **texts)


def _whole(pieces: Any) -> str:
    """The text that the page shows in pieces, to mark what matched."""
    return "".join(text for text, _hit in pieces) if pieces else ""


@router.get("/files/{file}", response=bytes, operation_id="get_file", summary="A photo, signature or document")
def get_file(request: HttpRequest, file: str) -> FileResponse:
    """Follows its store, and for a customer's files the right to see customers. Lists have operations of their own."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    require(by.may("workshop.view") or by.may("customers.view"), "workshop.view")
    stored = StoredFile.objects.filter(pk=parse_id("fil", file)).first()
    if stored is None or not may_open(stored, by):
        raise Missing()
    return send_file(stored)
