"""Workshop: repair orders, their work items and parts, dispatch, holds, findings, quality, archive.

Documents: RepairOrder (checked_in → … → closed, see states.py), WorkItem, line approval (proposed → approved |
declined | deferred), QualityCheck. Approval belongs to the line, labour to technician × line, money to payer × line.
Events: OrderOpened, LinesChanged, LinesDecided, OrderDispatched, WorkStarted, WorkPaused, WorkFinished, OrderHeld,
OrderResumed, FindingReported, QualityChecked, OrderCompleted, OrderSettled, OrderPaid, OrderDelivered, OrderClosed,
OrderCancelled, OrderReopened. Begin with ``states.py`` and ``commands/orders.py``.
"""
