"""Reads of billing: one object for each screen, and the sums that higher domains show."""

from .credit import AccountList, AccountScreen, CreditCard, account_screen, credit_card, credit_list, credit_of
from .customers import CustomerTotals, customer_totals, customer_totals_for, own_bills, personal_rows
from .days import DayReport, day_report
from .kept import BILLS, PAYMENTS, bill_filter, payment_filter
from .listing import PERIODS, ListFilter, SettlementList, settlement_list, waiting_count
from .matters import refund_matter, write_off_matter
from .papers import Paper, Receipt, receipt, statement, statements_for_order
from .payments import VIEWS as PAYMENT_VIEWS
from .payments import PaymentFilter, PaymentList, PaymentScreen, payment_list, payment_screen
from .receivables import Receivables, receivables
from .screen import LineRow, May, PaymentRow, SettlementScreen, payment_row, settlement_screen
from .settlements import (
    OrderMoney,
    SettlementCard,
    Standing,
    bill_counts,
    check_visible,
    deposit_for,
    deposit_of,
    deposits_for,
    methods,
    order_known,
    order_money,
    settlement_card,
    settlements_for,
    standing,
)
from .tills import TillScreen, TillSheet, open_shift, till_screen, till_sheet

__all__ = [
    "BILLS",
    "PAYMENTS",
    "PAYMENT_VIEWS",
    "PERIODS",
    "AccountList",
    "AccountScreen",
    "CreditCard",
    "CustomerTotals",
    "DayReport",
    "LineRow",
    "ListFilter",
    "May",
    "OrderMoney",
    "Paper",
    "PaymentFilter",
    "PaymentList",
    "PaymentRow",
    "PaymentScreen",
    "Receipt",
    "Receivables",
    "SettlementCard",
    "SettlementList",
    "SettlementScreen",
    "Standing",
    "TillScreen",
    "TillSheet",
    "account_screen",
    "bill_counts",
    "bill_filter",
    "check_visible",
    "credit_card",
    "credit_list",
    "credit_of",
    "customer_totals",
    "customer_totals_for",
    "day_report",
    "deposit_for",
    "deposit_of",
    "deposits_for",
    "methods",
    "open_shift",
    "order_known",
    "order_money",
    "own_bills",
    "payment_filter",
    "payment_list",
    "payment_row",
    "payment_screen",
    "personal_rows",
    "receipt",
    "receivables",
    "refund_matter",
    "settlement_card",
    "settlement_list",
    "settlement_screen",
    "settlements_for",
    "standing",
    "statement",
    "statements_for_order",
    "till_screen",
    "till_sheet",
    "waiting_count",
    "write_off_matter",
]
