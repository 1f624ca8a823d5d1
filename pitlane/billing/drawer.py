"""Whose drawer money goes into: a person's open shift, opened by itself when cash comes and none is open."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money

from .events import TillOpened
from .models import Method, TillSession
from .queries.tills import COUNTED


def begin_shift(store_id: int, float_amount: Money, by: Actor, at: datetime) -> TillSession:
    """Open a till for this person; the database lets nobody have two in one store."""
    try:
        with transaction.atomic():
            till: TillSession = TillSession.objects.create(
                org_id=by.org_id, store_id=store_id, cashier_id=by.id, float_amount=float_amount, opened_at=at
            )
    except IntegrityError as error:
        raise Conflict(_("你在本店已有一个没有交班的班次"), code="till_open") from error
    opened = TillOpened(till_id=till.pk, staff_id=by.id, store_id=store_id, float_fen=float_amount.fen)
    record(opened, by=by, at=at)
    return till


def till_for(*, store_id: int, method: str, by: Actor, at: datetime) -> TillSession | None:
    """The till that this money goes through.

    Cash from a person needs one; a customer with money in hand does not wait, so it opens by itself with an empty
    float unless the store insists on a proper opening. Programs and customers have no drawer.
    """
    if by.kind != "staff" or not by.id or method not in COUNTED:
        return None
    mine = TillSession.objects.select_for_update().filter(store_id=store_id, cashier_id=by.id, state="open")
    till: TillSession | None = mine.first()
    if till or method != Method.CASH:
        return till
    if store_by_id(store_id).settings.get("till_must_be_opened"):
        raise Refused(_("收现金前请先开班"), code="till_closed", field="method")
    try:
        return begin_shift(store_id, ZERO, by, at)
    except Conflict:
        return mine.get()
