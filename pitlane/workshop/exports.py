"""The orders as a list that may leave the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pitlane.core.exports import ExportKind, of_stores, register

from . import queries

ORDERS = ExportKind(
    key="orders",
    label=_("工单"),
    permission="workshop.view",
    narrow=of_stores,
    count=queries.count_exported_orders,
    header=queries.order_header,
    rows=queries.order_rows,
)
register(ORDERS)
