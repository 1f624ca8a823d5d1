"""What the customer is let off, and who may let it off: a discount, a low price, a share that the house bears.

Typing a lower price or letting the house pay is the same favour as a discount, so all count against the role's limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pitlane.accounts import commands as approvals
from pitlane.accounts import queries as staff
from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor
from pitlane.core.errors import Refused
from pitlane.core.money import ZERO, Money, total
from pitlane.parts import queries as parts

from .drafting import Drafter, quantity_of
from .models import OrderPart
from .payers import house_share, on_the_house
from .sheet import LineRow, Sheet


def _catalogue_price(drafter: Drafter, line: LineRow) -> Money | None:
    """What one unit costs when nobody names a price; None for free and package lines and the customer's own parts."""
    if line.package_code:
        return None
    if isinstance(line, OrderPart):
        card = parts.parts_by_id({line.part_id}, drafter.order.store_id).get(line.part_id) if line.part_id else None
        return card.price if card and not line.customer_supplied else None
    if line.operation_id is None:
        return None
    operation = catalog.operations_by_id({line.operation_id}).get(line.operation_id)
    if operation is None:
        return None
    return operation.fixed_price if line.flat else drafter.rate(line.trade)


def _let_off(drafter: Drafter, line: LineRow) -> tuple[Money, Money]:
    """The favour on one line, and the amount it is measured against."""
    usual = _catalogue_price(drafter, line)
    below = (usual - line.unit_price) * quantity_of(line) if usual and usual > line.unit_price else ZERO
    off = ZERO if line.package_code else line.discount
    return off + below + borne_by_house(drafter.sheet, line), line.list_amount + below


def borne_by_house(sheet: Sheet, line: LineRow) -> Money:
    """What the house pays of a line that is not its own affair."""
    if on_the_house(sheet.order.order_type, sheet.order.comeback_of_id is not None):
        return ZERO
    return line.amount * house_share(line.payers)


def check_concessions(
    sheet: Sheet,
    lines: Sequence[LineRow],
    approval_id: int | None = None,
    *,
    field: str = "discount_rate",
    by: Actor,
    at: datetime,
) -> None:
    """Within the role's limit nobody is asked; above it an approval for at least this amount is spent."""
    limit, drafter = Decimal(staff.discount_limit(by)) / 100, Drafter(sheet, at)
    favours = [_let_off(drafter, line) for line in lines]
    above = [favour for favour, measure in favours if favour > measure * limit]
    if not above:
        return
    amount = total(above)
    if approval_id is None:
        raise Refused(
            _("优惠 %(amount)s 超过你的权限 %(limit)s%%，需要审批")
            % {"amount": amount, "limit": f"{(limit * 100).normalize():f}"},
            code="discount_needs_approval",
            field=field,
            amount_fen=amount.fen,
        )
    approvals.use_approval(
        approval_id=approval_id, kind="discount", subject=sheet.order.ref, amount=amount, by=by, at=at
    )
