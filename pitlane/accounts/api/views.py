"""The views of lists that the signed-in person keeps; a program's key has none."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id
from pitlane.core.listing import LISTS

from .. import commands, queries
from ..models import SavedView

router = Router()


class ViewOut(Schema):
    """A list as a person kept it; ``page`` is the address that shows it."""

    id: str
    list_key: str
    name: str
    filters: dict[str, str]
    order: str
    columns: list[str]
    default: bool
    page: str

    @staticmethod
    def resolve_id(view: SavedView) -> str:
        return view.ref

    @staticmethod
    def resolve_page(view: SavedView) -> str:
        return queries.view_url(LISTS[view.list_key], view)


class ViewChangeIn(Schema):
    """Only what is sent is changed."""

    name: str | None = Field(None, min_length=1, max_length=20)
    filters: dict[str, str] | None = None
    order: str | None = Field(None, max_length=20)
    columns: list[str] | None = None
    default: bool | None = None


class ViewIn(Schema):
    """A view to keep: the list, a name, the conditions of its address, an order (``-`` falls) and columns."""

    list_key: str = Field(max_length=30)
    name: str = Field(min_length=1, max_length=20)
    filters: dict[str, str] = {}
    order: str = Field("", max_length=20)
    columns: list[str] = []
    default: bool = False


def _call(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


@router.get("/me/views", response=list[ViewOut], operation_id="list_views", summary="The lists as the caller kept them")
def list_views(request: HttpRequest) -> list[SavedView]:
    return queries.kept_views(request.actor)  # type: ignore[attr-defined]


@router.post("/me/views", response=ViewOut, operation_id="save_view", summary="Keep a view of a list")
@idempotent
def save_view(request: HttpRequest, data: ViewIn) -> SavedView:
    view: SavedView = commands.save_list_view(**data.dict(), **_call(request))
    return view


@router.patch("/me/views/{view}", response=ViewOut, operation_id="change_view", summary="Change a kept view")
@idempotent
def change_view(request: HttpRequest, view: str, data: ViewChangeIn) -> SavedView:
    changed: SavedView = commands.change_list_view(
        view_id=parse_id("lvw", view), **data.dict(exclude_none=True), **_call(request)
    )
    return changed


@router.delete("/me/views/{view}", response={204: None}, operation_id="delete_view", summary="Forget a kept view")
@idempotent
def delete_view(request: HttpRequest, view: str) -> tuple[int, None]:
    commands.delete_list_view(view_id=parse_id("lvw", view), **_call(request))
    return 204, None
