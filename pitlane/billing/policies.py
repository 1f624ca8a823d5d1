"""Permissions of billing, and who may use them."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare
from pitlane.core.reach import reaches

from .models import CreditAccount, Payment, Settlement

declare(
    {
        "billing.view": _("查看结算和收款"),
        "billing.settle": _("结算工单"),
        "billing.pay": _("收款"),
        "billing.discount": _("给予优惠"),
        "billing.refund": _("退款"),
        "billing.reverse": _("反结算"),
        "billing.credit": _("管理挂账客户"),
        "billing.write_off": _("申请坏账核销"),
        "billing.close_day": _("日结和代交班"),
    },
    sensitive=frozenset({"billing.refund", "billing.reverse", "billing.credit", "billing.write_off"}),
)


def can_view(actor: Actor, store_id: int) -> bool:
    return actor.may("billing.view", store_id)


def can_settle(actor: Actor, store_id: int) -> bool:
    return actor.may("billing.settle", store_id)


def can_pay(actor: Actor, store_id: int) -> bool:
    return actor.may("billing.pay", store_id)


def can_refund(actor: Actor, store_id: int) -> bool:
    return actor.may("billing.refund", store_id)


def can_reverse(actor: Actor, store_id: int) -> bool:
    return actor.may("billing.reverse", store_id)


def can_write_off(actor: Actor, store_id: int) -> bool:
    """Propose that a debt be given up; somebody else agrees to it."""
    return actor.may("billing.write_off", store_id)


def can_approve_write_off(actor: Actor, store_id: int | None) -> bool:
    return actor.may("accounts.approve_write_off", store_id)


def can_manage_credit(actor: Actor) -> bool:
    return actor.may("billing.credit")


def can_see_day(actor: Actor, store_id: int) -> bool:
    """The day's takings are for those who close the day and those who may see all bills."""
    return actor.may("billing.view", store_id)


def can_open_till(actor: Actor, store_id: int) -> bool:
    """A till belongs to a person; programs have none."""
    return actor.kind == "staff" and actor.may("billing.pay", store_id)


def can_close_till(actor: Actor, store_id: int, cashier_id: int) -> bool:
    """The cashier closes their own shift, a manager that of somebody who went home."""
    own = actor.kind == "staff" and actor.id == cashier_id and actor.may("billing.pay", store_id)
    return own or actor.may("billing.close_day", store_id)


def reaches_bill(actor: Actor, settlement_id: int) -> bool:
    """A bill is in reach with its order or its customer."""
    bill = Settlement.objects.filter(pk=settlement_id).values_list("order_id", "customer_id").first()
    return bill is not None and _reaches(actor, *bill)


def reaches_payment(actor: Actor, payment_id: int) -> bool:
    payment = Payment.objects.filter(pk=payment_id).values_list("order_id", "customer_id").first()
    return payment is not None and _reaches(actor, *payment)


def reaches_account(actor: Actor, account_id: int) -> bool:
    customer_id = CreditAccount.objects.filter(pk=account_id).values_list("customer_id", flat=True).first()
    return customer_id is not None and reaches(actor, "cus", customer_id)


def _reaches(actor: Actor, order_id: int | None, customer_id: int) -> bool:
    return reaches(actor, "cus", customer_id) or (order_id is not None and reaches(actor, "ord", order_id))
