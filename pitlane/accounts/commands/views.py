"""How a person arranges lists: views kept under a name, columns and order of each list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.listing import LISTS, Spec, clean_columns, clean_filters, clean_order, usual_columns

from .. import policies
from ..models import SavedView, Staff

MOST_VIEWS = 12
LONGEST_NAME = 20


def _own(by: Actor) -> Staff:
    """The person themselves, locked: two browsers of one person do not overwrite each other."""
    require(policies.can_keep_own(by), "accounts.staff", _("视图和布置属于登录的人，接口密钥没有"))
    person: Staff | None = Staff.objects.select_for_update().filter(pk=by.id).first()
    if person is None:
        raise Missing()
    return person


def _list(by: Actor, key: str) -> Spec:
    spec = LISTS.get(key)
    if spec is None:
        raise Missing()
    require(by.may(spec.permission), spec.permission)
    return spec


def _mine(by: Actor, view_id: int) -> SavedView:
    view: SavedView | None = SavedView.objects.select_for_update().filter(pk=view_id, staff_id=by.id).first()
    if view is None:
        raise Missing()
    return view


def _named(by: Actor, key: str, name: str, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("视图名称 1–20 个字"), code="name", field="name")
    if SavedView.objects.filter(staff_id=by.id, list_key=key, name=name).exclude(pk=but).exists():
        raise Conflict(_("已经有叫这个名字的视图"), field="name")
    return name


def _only_default(by: Actor, key: str) -> None:
    SavedView.objects.filter(staff_id=by.id, list_key=key, default=True).update(default=False)


@command
def save_list_view(
    *,
    list_key: str,
    name: str,
    filters: Mapping[str, str],
    order: str = "",
    columns: Sequence[str] = (),
    default: bool = False,
    by: Actor,
    at: datetime,
) -> SavedView:
    """Keep a list as it is seen now under a name; a person's own taste, so not worth an event."""
    person = _own(by)
    spec = _list(by, list_key)
    name = _named(by, list_key, name)
    if SavedView.objects.filter(staff=person, list_key=list_key).count() >= MOST_VIEWS:
        raise Refused(_("每个列表最多保存 12 个视图，请先删除不用的"), code="too_many", field="name")
    if default:
        _only_default(by, list_key)
    view: SavedView = SavedView.objects.create(
        org_id=by.org_id,
        staff=person,
        list_key=list_key,
        name=name,
        filters=clean_filters(spec, filters),
        order=clean_order(spec, order) or spec.start,
        columns=clean_columns(spec, columns or usual_columns(spec)),
        default=default,
        created_at=at,
    )
    return view


@command
def change_list_view(
    *,
    view_id: int,
    name: str | None = None,
    filters: Mapping[str, str] | None = None,
    order: str | None = None,
    columns: Sequence[str] | None = None,
    default: bool | None = None,
    by: Actor,
    at: datetime,
) -> SavedView:
    """Rename a kept view, give it other conditions, order or columns, or open the list with it."""
    _own(by)
    view = _mine(by, view_id)
    spec = _list(by, view.list_key)
    if name is not None:
        view.name = _named(by, view.list_key, name, view.pk)
    if filters is not None:
        view.filters = clean_filters(spec, filters)
    if order is not None:
        view.order = clean_order(spec, order) or view.order
    if columns is not None:
        view.columns = clean_columns(spec, columns)
    if default is not None:
        _only_default(by, view.list_key)
        view.default = default
    view.save()
    return view


@command
def delete_list_view(*, view_id: int, by: Actor, at: datetime) -> None:
    """Forget a kept view."""
    _own(by)
    _mine(by, view_id).delete()


@command
def keep_list(
    *, list_key: str, order: str | None = None, columns: Sequence[str] | None = None, by: Actor, at: datetime
) -> Staff:
    """The order and the columns in which this person sees a list from now on; no columns: the usual ones."""
    person = _own(by)
    spec = _list(by, list_key)
    lists = dict(person.preferences.get("lists", {}))
    kept = dict(lists.get(list_key, {}))
    if order is not None:
        kept["order"] = clean_order(spec, order) or spec.start
    if columns is not None:
        kept["columns"] = clean_columns(spec, columns) if columns else usual_columns(spec)
    person.preferences = {**person.preferences, "lists": {**lists, list_key: kept}}
    person.save(update_fields=["preferences"])
    return person
