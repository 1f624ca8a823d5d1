"""How a person sees a list: the kept views with their counts, the columns and the order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pitlane.core.access import Actor
from pitlane.core.listing import (
    LISTS,
    ORDER,
    SAVED,
    STORE,
    Frame,
    Saved,
    Spec,
    address,
    clean_columns,
    clean_filters,
    clean_order,
    usual_columns,
)

from .. import policies
from ..models import SavedView, Staff
from .stores import store_filter


def kept_views(by: Actor, list_key: str = "") -> list[SavedView]:
    """The views that this person keeps, of one list or of all that they may still see."""
    rows = SavedView.objects.filter(staff_id=by.id if policies.can_keep_own(by) else 0)
    wanted = [list_key] if list_key else [key for key, spec in LISTS.items() if by.may(spec.permission)]
    return list(rows.filter(list_key__in=wanted).order_by("list_key", "pk"))


def saved_view(view_id: int, by: Actor) -> SavedView | None:
    """One kept view of this person."""
    found: SavedView | None = SavedView.objects.filter(pk=view_id, staff_id=by.id).first()
    return found


def list_frame(spec: Spec, given: Mapping[str, str], *, by: Actor, at: datetime) -> Frame:
    """The list as this person sees it; what stands in the address goes before what is kept."""
    own = policies.can_keep_own(by)
    rows = kept_views(by, spec.key)
    kept = _kept(by, spec.key) if own else {}
    opened = next((row for row in rows if row.ref == given.get(SAVED)), None)
    usual = next((row for row in rows if row.default), None)
    columns = opened.columns if opened else kept.get("columns") or usual_columns(spec)
    stores = store_filter(by, given.get(STORE, "")) if spec.by_store else None
    columns = [*columns, STORE] if stores else columns
    order = clean_order(spec, given.get(ORDER, "")) or (opened.order if opened else kept.get("order", ""))
    return Frame(
        spec=spec,
        given=dict(given),
        shown=clean_columns(spec, columns),
        order=clean_order(spec, order) or spec.start,
        saved=[_saved(spec, row, row is opened, by, at) for row in rows],
        keeps=own,
        onward=view_url(spec, usual) if usual and not given else "",
        stores=stores,
    )


def _kept(by: Actor, list_key: str) -> dict[str, Any]:
    preferences = Staff.objects.filter(pk=by.id).values_list("preferences", flat=True).first() or {}
    found: dict[str, Any] = preferences.get("lists", {}).get(list_key, {})
    return found


def view_url(spec: Spec, view: SavedView) -> str:
    """The page of a list as it was kept: its conditions stand in the address."""
    return address(spec, {**clean_filters(spec, view.filters), ORDER: view.order, SAVED: view.ref})


def _saved(spec: Spec, row: SavedView, current: bool, by: Actor, at: datetime) -> Saved:
    filters = clean_filters(spec, row.filters)
    return Saved(
        id=row.pk,
        ref=row.ref,
        name=row.name,
        filters=filters,
        order=row.order,
        columns=row.columns,
        default=row.default,
        url=view_url(spec, row),
        count=spec.count(filters, by, at),
        current=current,
    )
