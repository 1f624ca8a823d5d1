"""The parts with what lies in stock, as a list that may leave the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pitlane.core.exports import ExportKind, of_stores, register

from . import queries

register(
    ExportKind(
        key="parts",
        label=_("配件和库存"),
        permission="parts.view",
        narrow=of_stores,
        count=queries.count_exported_parts,
        header=queries.stock_header,
        rows=queries.stock_rows,
        people=False,
    )
)
