"""The orders as a list that may leave the house."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.exports import ExportKind, Filters, of_stores, register
from pitlane.core.listing import clean_filters

from . import queries


def _on_the_page(given: Mapping[str, str]) -> Filters:
    conditions = {name: value for name, value in clean_filters(queries.ORDERS, given).items() if value}
    return {"list": conditions} if conditions else {}


def _narrow(filters: Filters, by: Actor) -> Filters:
    """What the list showed whoever asked for it, and never more than this person may see when the file is made."""
    return of_stores(queries.as_shown(filters, by), by)


ORDERS = ExportKind(
    key="orders",
    label=_("工单"),
    permission="workshop.view",
    narrow=_narrow,
    count=queries.count_exported_orders,
    header=queries.order_header,
    rows=queries.order_rows,
    asked=_on_the_page,
)
register(ORDERS)
