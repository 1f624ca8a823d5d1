"""Settling, paying, on account, and taking a settlement back. The bills themselves are billing's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import commands as approvals
from pitlane.accounts import queries as people
from pitlane.billing import commands as billing
from pitlane.billing import queries as bills
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.money import Money, total
from pitlane.core.rows import insert_rows
from pitlane.parts import queries as stock

from .. import policies
from ..below_cost import KIND, PERMISSION, shortfall
from ..billing_lines import bills_of, facts_of, guaranteed_rows, promises
from ..events import OrderCharged, OrderPaid, OrderReopened, OrderSettled, PaymentReturned
from ..models import GuaranteedLine, RepairOrder
from ..settling import settle_obstacles
from ..sheet import Sheet, lock_order, lock_sheet, save_order, sublet_cost, tell
from ..states import EDITABLE, ORDER


@command
def settle_order(
    *,
    order_id: int,
    unissued_reason: str = "",
    payer_names: Mapping[str, str] | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> list[billing.Settlement]:
    """Make the bills (结算), one for each payer, every line with its guarantee, once quality has passed."""
    sheet = lock_sheet(order_id, "vehicle", "customer", "advisor", "store")
    order = sheet.order
    require(policies.can_settle(by, order), "billing.settle")
    ORDER.target(order.state, "settle")
    for obstacle in settle_obstacles(sheet, unissued_reason):
        raise Refused(obstacle.text, code=obstacle.code)
    day = timezone.localdate(at)
    promised, goods = promises(sheet, day), stock.requisitions_for(order.pk)
    _check_cost(sheet, shortfall(sheet, goods), by=by, at=at)
    lines = bills_of(sheet, promised, goods, payer_names or {})
    made = billing.settle(facts=facts_of(order), bills=lines, by=by, at=at)
    insert_rows(guaranteed_rows(sheet, promised, day))
    ORDER.apply(order, "settle")
    order.settled_at = at
    order.cost_total = total(card.cost for card in goods.values()) + sublet_cost(sheet)
    save_order(order, at)
    tell(OrderSettled, order, total_fen=order.total.fen, unissued_reason=unissued_reason[:80], by=by, at=at)
    if all(not settlement.due for settlement in made):
        _follow(order, paid=True, by=by, at=at)
    return made


def _check_cost(sheet: Sheet, short: Money, *, by: Actor, at: datetime) -> None:
    """A price below cost is agreed to by somebody who may; the approval is spent with the bill."""
    order = sheet.order
    if not short or policies.can_sell_below_cost(by, order):
        return
    granted = people.approval_for(KIND, order.ref)
    if granted is None or granted.state != "approved":
        message = _("有项目低于成本共 %(amount)s，需要审批") % {"amount": short}
        raise Refused(message, code="below_cost_needs_approval", amount_fen=short.fen)
    approvals.use_approval(approval_id=granted.pk, kind=KIND, subject=order.ref, amount=short, by=by, at=at)


@command
def request_below_cost(*, order_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Ask that this order may be billed although lines stay below cost; answers the id of the request."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_ask_below_cost(by, order), "billing.settle")
    short = shortfall(sheet, stock.requisitions_for(order.pk))
    if not short:
        raise Refused(_("没有低于成本的项目，不用审批"), code="not_below_cost")
    asked = approvals.request_approval(
        kind=KIND,
        permission=PERMISSION,
        subject=order.ref,
        summary=_("%(number)s 低于成本 %(amount)s") % {"number": order.short_number, "amount": short},
        reason=reason,
        amount=short,
        store_id=order.store_id,
        order_id=order.pk,
        customer_id=order.customer_id,
        by=by,
        at=at,
    )
    return asked.pk


def _follow(order: RepairOrder, *, paid: bool, by: Actor, at: datetime) -> None:
    """Move the order after its money: fully paid, or all that is open stands on account."""
    if paid:
        order.paid_at = order.paid_at or at
    verb = "pay" if paid else "charge"
    moved = ORDER.may(order.state, verb)
    if moved:
        ORDER.apply(order, verb)
    save_order(order, at)
    if moved:
        tell(OrderPaid if paid else OrderCharged, order, by=by, at=at)


def _follow_money(order: RepairOrder, *, by: Actor, at: datetime) -> None:
    money = bills.standing(order.pk)
    if money.all_paid:
        _follow(order, paid=True, by=by, at=at)
    elif money.covered and order.state == "settled":
        _follow(order, paid=False, by=by, at=at)


def _check_settlement(order: RepairOrder, settlement_id: int) -> None:
    if not bills.bill_counts(order.pk, settlement_id):
        raise Missing(_("这张结算单不属于该工单"))


@command
def take_payment(
    *,
    order_id: int,
    settlement_id: int,
    method: str,
    amount: Money,
    request_key: str,
    reference: str = "",
    by: Actor,
    at: datetime,
) -> billing.Payment:
    """Take money at the till (收款); the order is paid when nothing is due on any of its bills."""
    order = lock_order(order_id)
    require(policies.can_take_money(by, order), "billing.pay")
    _check_settlement(order, settlement_id)
    payment = billing.take_payment(
        settlement_id=settlement_id,
        method=method,
        amount=amount,
        request_key=request_key,
        reference=reference,
        by=by,
        at=at,
    )
    _follow_money(order, by=by, at=at)
    return payment


@command
def take_deposit(
    *, order_id: int, method: str, amount: Money, reference: str = "", request_key: str, by: Actor, at: datetime
) -> billing.Payment:
    """Take money in advance for an order that has no bill yet (收定金), for example before a dear part is ordered."""
    order = lock_order(order_id)
    require(policies.can_take_money(by, order), "billing.pay")
    if order.state not in EDITABLE:
        raise Refused(_("已结算或已结束的工单不再收定金，请直接收款"), code="no_deposit", state=order.state)
    return billing.take_deposit(
        order_id=order.pk,
        order_number=order.short_number,
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        method=method,
        amount=amount,
        reference=reference,
        request_key=request_key,
        by=by,
        at=at,
    )


@command
def use_deposit(
    *, order_id: int, settlement_id: int, amount: Money, request_key: str, by: Actor, at: datetime
) -> billing.Payment:
    """Pay a bill from the deposit that was taken for this order (定金抵扣)."""
    order = lock_order(order_id)
    require(policies.can_take_money(by, order), "billing.pay")
    _check_settlement(order, settlement_id)
    payment = billing.apply_deposit(settlement_id=settlement_id, amount=amount, request_key=request_key, by=by, at=at)
    _follow_money(order, by=by, at=at)
    return payment


@command
def charge_order(
    *, order_id: int, settlement_id: int | None = None, request_key: str, by: Actor, at: datetime
) -> RepairOrder:
    """Put what is due on account (挂账): one bill, or all that are open."""
    order = lock_order(order_id)
    require(policies.can_take_money(by, order), "billing.pay")
    cards = [card for card in bills.settlements_for(order.pk) if card.due and not card.on_account]
    chosen = [card for card in cards if settlement_id in (None, card.id)]
    if not chosen:
        raise Refused(_("没有可以挂账的结算单"), code="nothing_due")
    for card in chosen:
        billing.charge_account(settlement_id=card.id, request_key=f"{request_key}:{card.id}"[:80], by=by, at=at)
    _follow_money(order, by=by, at=at)
    return order


@command
def follow_money(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """Bring the order in step when money moved elsewhere (billing's pages, an account cleared, a refund)."""
    order = lock_order(order_id)
    require(policies.can_take_money(by, order), "billing.pay")
    money = bills.standing(order.pk)
    if money.settled and not money.all_paid and order.paid_at is not None:
        _take_back(order, by=by, at=at)
    else:
        _follow_money(order, by=by, at=at)
    return order


def _take_back(order: RepairOrder, *, by: Actor, at: datetime) -> None:
    """Money was given back: the order is due again."""
    order.paid_at = None
    moved = ORDER.may(order.state, "refund")
    if moved:
        ORDER.apply(order, "refund")
    save_order(order, at)
    if moved:
        tell(PaymentReturned, order, by=by, at=at)


@command
def request_reopen(*, order_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Ask for 反结算; answers the id of the request."""
    order = lock_order(order_id)
    require(policies.can_reopen(by, order), "workshop.reopen")
    ORDER.target(order.state, "reverse")
    approval = approvals.request_approval(
        kind="reverse",
        permission="accounts.approve_refund",
        subject=order.ref,
        summary=_("%(number)s 反结算") % {"number": order.short_number},
        reason=reason,
        amount=order.total,
        store_id=order.store_id,
        order_id=order.pk,
        customer_id=order.customer_id,
        by=by,
        at=at,
    )
    return approval.pk


@command
def reopen_order(*, order_id: int, reason: str, approval_id: int | None, by: Actor, at: datetime) -> RepairOrder:
    """Take the settlement back (反结算): negative bills, guarantees void, the order can be settled again."""
    order = lock_order(order_id)
    require(policies.can_reopen(by, order), "workshop.reopen")
    if not reason.strip():
        raise Refused(_("请写明反结算原因"), code="reason", field="reason")
    ORDER.apply(order, "reverse")
    billing.reverse_settlements(order_id=order.pk, reason=reason.strip(), approval_id=approval_id, by=by, at=at)
    GuaranteedLine.objects.filter(order=order, void_at=None).update(void_at=at)
    order.settled_at = order.paid_at = order.delivered_at = order.closed_at = None
    save_order(order, at)
    tell(OrderReopened, order, reason=reason.strip()[:80], approval_id=approval_id, by=by, at=at)
    return order
