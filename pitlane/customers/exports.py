"""The lists of this domain that may leave the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.exports import ExportKind, Filters, of_stores, register

from . import queries


def _as_asked(filters: Filters, by: Actor) -> Filters:
    """Customers belong to the whole group; own-only roles are narrowed when the file is made."""
    return filters


def _on_the_page(given: Mapping[str, str]) -> Filters:
    return queries.customer_filter(given).as_dict()


def _cars_on_the_page(given: Mapping[str, str]) -> Filters:
    conditions = queries.vehicle_filter(given).as_dict()
    return {"list": conditions} if conditions else {}


def _customers(filters: Filters, with_phones: bool, by: Actor, at: datetime) -> Iterator[list[Any]]:
    return queries.export_rows(filters, with_phones=with_phones, by=by, at=at)


register(
    ExportKind(
        key="customers",
        label=_("客户"),
        permission="customers.export",
        narrow=_as_asked,
        count=queries.count_customers,
        header=queries.export_header,
        rows=_customers,
        asked=_on_the_page,
    ),
    ExportKind(
        key="vehicles",
        label=_("车辆"),
        permission="customers.view",
        narrow=of_stores,
        count=queries.count_vehicles,
        header=queries.vehicle_header,
        rows=queries.vehicle_rows,
        asked=_cars_on_the_page,
    ),
)
