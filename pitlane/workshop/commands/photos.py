"""Photos of the car and of the work."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core import files
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused

from .. import policies
from ..events import PhotoAdded
from ..models import Finding, OrderPhoto, WorkItem
from ..sheet import lock_order, tell

KINDS = ("walkaround", "check", "work", "finding", "old_part", "delivery")


@command
def add_photo(
    *,
    order_id: int,
    content: bytes,
    name: str,
    kind: str = "work",
    item_id: int | None = None,
    finding_id: int | None = None,
    step: int | None = None,
    caption: str = "",
    customer_visible: bool = True,
    by: Actor,
    at: datetime,
) -> OrderPhoto:
    """Keep a photo with the order, for which step of a job it is, and whether its owner may see it."""
    order = lock_order(order_id)
    require(policies.can_add_photo(by, order), "workshop.work")
    if kind not in KINDS:
        raise Refused(_("没有这种照片"), code="kind", field="kind")
    item = WorkItem.objects.filter(order=order, pk=item_id).first() if item_id else None
    if step is not None and (item is None or not 0 <= step < len(item.steps)):
        raise Refused(_("没有这一步"), code="step", field="step")
    stored = files.keep(
        content=content, name=name, purpose="photo", store_id=order.store_id, order_id=order.pk, by=by, at=at
    )
    photo: OrderPhoto = OrderPhoto.objects.create(
        org_id=order.org_id,
        order=order,
        file=stored,
        kind=kind,
        item=item,
        step=step,
        finding=Finding.objects.filter(order=order, pk=finding_id).first() if finding_id else None,
        caption=caption[:80],
        customer_visible=customer_visible,
        at=at,
        by_name=by.name,
    )
    tell(PhotoAdded, order, photo_id=photo.pk, photo_kind=kind, by=by, at=at)
    return photo
