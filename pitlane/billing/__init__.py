"""Billing: settlements, payments, refunds, on-account credit, the cashier's day.

Documents: Settlement (open → partial → paid | on_account; reversed), Payment (never changed, only corrected by a
second row), TillSession (open → closed). A settled bill can only be reversed, never edited. One order yields one
settlement for each payer. Balances are sums of entries. A debt is given up (坏账核销) by an approval, as a payment in
which no money moved.
Events: SettlementMade, SettlementPaid, SettlementReversed, PaymentReceived, DepositTaken, DepositRefunded, RefundMade,
CreditOpened, CreditChanged, CreditCharged, CreditCleared, DebtWrittenOff, DebtRecovered, TillOpened, TillClosed.
Begin with ``models.py``, then ``commands/settle.py``; ``bills.py`` is the rule of how an order becomes the bills of its
payers, ``pricing.py`` of how a price comes about.
"""
