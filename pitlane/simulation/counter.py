"""The end of a visit: the bill, the money, the key, and the call some days later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pitlane.accounts import commands as accounts
from pitlane.billing import commands as billing
from pitlane.billing import queries as bills
from pitlane.core.money import Money
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .case import Case
from .dice import pick

METHODS = {"bank": 58, "card": 24, "cash": 18}
DEPOSIT_FROM = Money.from_yuan(1500)


def take_deposit(case: Case) -> Iterator[datetime]:
    """Who leaves the car for days, or orders dear parts, pays something in advance."""
    private = not (case.occasion.insured or case.guest.company or case.comeback_of)
    total = Money(sum(line.amount.fen for line in case.lines() if line.approval == "approved"))
    if not total:
        yield from _leave_without(case)
        return
    if not private or total < DEPOSIT_FROM or not case.chance(0.4):
        return
    yield case.wait(2, 6)
    amount = Money(total.fen * 3 // 10 // 10_000 * 10_000)
    billing.take_deposit(
        order_id=case.order_id,
        order_number=_number(case),
        store_id=case.shop.store_id,
        customer_id=case.guest.customer_id,
        vehicle_id=case.guest.vehicle_id,
        method=_method(case),
        amount=amount,
        request_key=case.shop.key("deposit"),
        by=case.shop.crew.one("cashier"),
        at=case.at,
    )
    case.deposit = amount.fen


def _leave_without(case: Case) -> Iterator[datetime]:
    """Nothing was agreed: the car goes as it came."""
    yield case.wait(3, 10)
    workshop.cancel_order(
        order_id=case.order_id, reason="客户暂不维修，离店", by=case.shop.crew.one("manager"), at=case.at
    )
    case.over = True
    case.clients.left(case.guest, case.day)


def _number(case: Case) -> str:
    return orders.order_for(case.order_id).number


def _method(case: Case) -> str:
    return pick(case.shop.rng, METHODS)


def settle(case: Case) -> Iterator[datetime]:
    """The advisor goes through the bill with the customer; some get a little off."""
    yield case.wait(5, 30)
    loose = [line.key for line in case.lines() if line.approval == "approved" and not line.package_code]
    if loose and not (case.occasion.insured or case.comeback_of) and case.chance(0.14):
        rate = Decimal(case.shop.rng.choice(("0.05", "0.05", "0.08", "0.10")))
        workshop.discount_lines(order_id=case.order_id, keys=loose, rate=rate, by=case.advisor, at=case.at)
    workshop.settle_order(order_id=case.order_id, by=case.advisor, at=case.at)


def pay(case: Case) -> Iterator[datetime]:
    """Firms and insurers pay later, everybody else at the till."""
    yield case.wait(2, 15)
    cashier = case.shop.crew.one("cashier")
    for card in bills.settlements_for(case.order_id):
        if card.due and card.payer_kind in ("fleet", "insurer", "maker"):
            key = case.shop.key("account")
            workshop.charge_order(
                order_id=case.order_id, settlement_id=card.id, request_key=key, by=cashier, at=case.at
            )
        elif card.due:
            _pay_at_till(case, card)


def _pay_at_till(case: Case, card: bills.SettlementCard) -> None:
    cashier, due = case.shop.crew.one("cashier"), card.due
    if case.deposit:
        used = min(due, Money(case.deposit))
        facts: dict[str, Any] = {"order_id": case.order_id, "settlement_id": card.id, "by": cashier, "at": case.at}
        workshop.use_deposit(amount=used, request_key=case.shop.key("use"), **facts)
        due = due - used
    first = Money(due.fen // 2 // 100 * 100) if due > Money.from_yuan(800) and case.chance(0.06) else due
    for amount in (first, due - first):
        if amount:
            _take(case, card.id, amount)


def _take(case: Case, settlement_id: int, amount: Money) -> billing.Payment:
    return workshop.take_payment(
        order_id=case.order_id,
        settlement_id=settlement_id,
        method=_method(case),
        amount=amount,
        request_key=case.shop.key("pay"),
        by=case.shop.crew.one("cashier"),
        at=case.at,
    )


def hand_over(case: Case) -> Iterator[datetime]:
    """Now and then the payment is changed first; then the customer gets the key."""
    yield case.wait(2, 20)
    yield from _pay_differently(case)
    workshop.deliver(order_id=case.order_id, by=case.advisor, at=case.at)


def _pay_differently(case: Case) -> Iterator[datetime]:
    """Paid in cash, but wants a transfer for the books: money back with the manager's approval, then again."""
    card = next((c for c in bills.settlements_for(case.order_id) if c.payer_kind == "customer" and c.paid), None)
    if card is None or case.deposit or case.guest.company or not case.chance(0.02):
        return
    payment = billing.Payment.objects.filter(settlement_id=card.id, amount__gt=0).order_by("pk").first()
    facts: dict[str, Any] = {
        "payment_id": payment.pk,
        "amount": payment.amount,
        "reason": "客户改用对公转账",
        "request_key": case.shop.key("refund"),
        "by": case.shop.crew.one("cashier"),
    }
    asked = billing.refund_or_request(**facts, at=case.at)
    if asked.approval is not None:
        yield case.wait(3, 12)
        boss = case.shop.crew.one("manager")
        accounts.decide_approval(approval_id=asked.approval.pk, approve=True, note="同意", by=boss, at=case.at)
        billing.refund_or_request(**facts, at=case.at)
    workshop.follow_money(order_id=case.order_id, by=case.shop.crew.one("cashier"), at=case.at)
    _take(case, card.id, payment.amount)


def follow_up(case: Case) -> dict[str, Any]:
    """What the call centre writes after the call."""
    rng = case.shop.rng
    said = rng.choice(
        (
            ("回访：车辆使用正常，对服务满意", "reached", ""),
            ("回访：满意，觉得等待时间有点长", "reached", ""),
            ("回访：无人接听", "no_answer", "再次回访"),
            ("回访：制动声音消失了，谢谢林顾问", "reached", ""),
            ("回访：提醒下次更换空调滤芯，客户说换季再来", "later", "提醒更换空调滤芯"),
        )
    )
    facts: dict[str, Any] = {"text": said[0], "outcome": said[1]}
    if said[2]:
        facts |= {"next_step": said[2], "next_on": case.day + timedelta(days=rng.choice((3, 7, 30, 60)))}
    return facts
