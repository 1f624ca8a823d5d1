"""The cashier's shift: open with a float, everything booked to it, counted and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total

from .. import policies
from ..drawer import begin_shift
from ..events import TillClosed
from ..models import TillSession
from ..queries.tills import expected_of
from ..states import TILL


@command
def open_till(*, store_id: int, float_amount: Money = ZERO, by: Actor, at: datetime) -> TillSession:
    """Begin a shift with the change in the drawer. A cashier has one open till in a store."""
    require(policies.can_open_till(by, store_id), "billing.pay")
    store_by_id(store_id)
    if float_amount.fen < 0:
        raise Refused(_("备用金不能小于 0"), code="float", field="float_amount")
    return begin_shift(store_id, float_amount, by, at)


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
