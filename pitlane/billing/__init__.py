"""Billing: settlements, payments, refunds, on-account credit, the cashier's day.

Documents: Settlement (open → partial → paid | on_account; reversed), Payment (received; reversed). A settled bill can only be
reversed, never edited. One order yields one settlement for each payer. Balances are sums of entries.
Events: SettlementMade, SettlementReversed, PaymentReceived, DepositTaken, RefundMade, CreditCharged, TillOpened, TillClosed.
Begin with ``models.py``, then ``commands/settle.py``; ``pricing.py`` is the rule of how a price comes about.
"""
