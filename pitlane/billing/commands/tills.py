"""The cashier's shift: open with a float, everything booked to it, counted and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total

from .. import policies
from ..events import TillClosed, TillOpened
from ..models import Method, TillSession
from ..queries.tills import COUNTED, expected_of
from ..states import TILL


@command
def open_till(*, store_id: int, float_amount: Money = ZERO, by: Actor, at: datetime) -> TillSession:
    """Begin a shift with the change in the drawer. A cashier has one open till in a store."""
    require(policies.can_open_till(by, store_id), "billing.pay")
    if float_amount.fen < 0:
        raise Refused(_("备用金不能小于 0"), code="float", field="float_amount")
    return _open(store_id, float_amount, by, at)


def _open(store_id: int, float_amount: Money, by: Actor, at: datetime) -> TillSession:
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
        return _open(store_id, ZERO, by, at)
    except Conflict:
        return mine.get()


@command
def close_till(*, till_id: int, counted: Mapping[str, Money], note: str = "", by: Actor, at: datetime) -> TillSession:
    """End a shift: what was counted against what was booked. A difference must be explained."""
    till: TillSession | None = TillSession.objects.select_for_update().filter(pk=till_id).first()
    if till is None:
        raise Missing()
    require(policies.can_close_till(by, till.store_id, till.cashier_id), "billing.close_day")
    expected = expected_of(till)
    found = {method: counted.get(method, ZERO) for method in expected}
    difference = total(found.values()) - total(expected.values())
    uneven = any(found[method] != expected[method] for method in expected)
    if uneven and not note.strip():
        text = _("账款不符（%(amount)s），请写明原因") % {"amount": difference}
        raise Refused(text, code="difference", field="note", difference=difference.fen)
    TILL.apply(till, "close")
    till.expected = {method: amount.fen for method, amount in expected.items()}
    till.counted = {method: amount.fen for method, amount in found.items()}
    till.difference, till.note = difference, note.strip()[:200]
    till.closed_at, till.closed_by = at, by.name
    till.save()
    closed = TillClosed(
        till_id=till.pk, staff_id=till.cashier_id, store_id=till.store_id, difference_fen=difference.fen
    )
    record(closed, by=by, at=at)
    return till
