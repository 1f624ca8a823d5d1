"""Writes of billing, split by document."""

from ..bills import Bill, BillLine, OrderFacts
from ..models import CreditAccount, Payment, Settlement, TillSession
from .credit import change_credit, charge_account, clear_account, open_credit
from .deposits import apply_deposit, refund_deposit, take_deposit
from .payments import take_payment
from .refunds import Refund, refund_deposit_or_request, refund_or_request, refund_payment
from .reversal import request_reversal, reverse_settlements
from .settle import settle
from .tills import close_till, open_till
from .write_offs import carry_out_write_off, recover_write_off, request_account_write_off, request_write_off

__all__ = [
    "Bill",
    "BillLine",
    "CreditAccount",
    "OrderFacts",
    "Payment",
    "Refund",
    "Settlement",
    "TillSession",
    "apply_deposit",
    "carry_out_write_off",
    "change_credit",
    "charge_account",
    "clear_account",
    "close_till",
    "open_credit",
    "open_till",
    "recover_write_off",
    "refund_deposit",
    "refund_deposit_or_request",
    "refund_or_request",
    "refund_payment",
    "request_account_write_off",
    "request_reversal",
    "request_write_off",
    "reverse_settlements",
    "settle",
    "take_deposit",
    "take_payment",
]
