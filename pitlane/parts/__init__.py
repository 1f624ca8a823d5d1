"""Parts: the catalogue, and stock as an append-only ledger of movements per warehouse.

Documents: Requisition (backordered → reserved → issued → partly_returned | returned; cancelled), Adjustment (a
correction that waits for approval because of its value). On hand, reserved and available come from the ledger and are
guarded by one statement and by database checks: never negative. Costing by moving average. Events: PartChanged,
WarehouseOpened, StockReceived, StockReserved, PartsShort, StockReleased, StockIssued, StockReturned, StockAdjusted.
Begin with ``models.py`` and ``ledger.py``, then ``commands/requisitions.py``.
"""
