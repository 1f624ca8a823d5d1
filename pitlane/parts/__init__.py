"""Parts: the catalogue, and stock as an append-only ledger of movements per warehouse.

Document: Requisition (reserved → issued → partly_returned | returned; cancelled). On hand, reserved and available come from
the ledger and are guarded by one statement and by database checks: never negative. Costing by moving average.
Events: PartChanged, StockReceived, StockReserved, StockReleased, StockIssued, StockReturned, StockAdjusted.
Begin with ``models.py``, then ``commands/stock.py``.
"""
