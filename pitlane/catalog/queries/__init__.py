"""Reads of the catalogue, and the rules and rows that higher domains take through this door."""

from ..dataset import parts as starting_parts
from ..dataset import vehicles as starting_vehicles
from ..due import (
    Done,
    DueItem,
    DueState,
    Reading,
    ScheduleItem,
    due_items,
    estimate_odometer,
    km_per_day,
    odometer_problem,
    trusted,
)
from ..naming import name_keys, search_by_name
from .operations import (
    OperationCard,
    categories,
    find_operations,
    operation_by_code,
    operation_by_id,
    operation_filter,
    operations_by_id,
    trade_label,
)
from .operations import card as operation_card
from .packages import (
    PackageCard,
    PackageLineCard,
    find_packages,
    package_by_code,
    package_by_id,
    package_filter,
    with_lines,
)
from .packages import card as package_card
from .prices import RateRow, RuleRow, Terms, guarantee_rules, guarantee_terms, labour_rates, rate_for
from .schedules import (
    Entry,
    Need,
    ScheduleCard,
    checklist,
    due_for,
    schedule_by_id,
    schedule_for,
    schedules,
)

__all__ = [
    "Done",
    "DueItem",
    "DueState",
    "Entry",
    "Need",
    "OperationCard",
    "PackageCard",
    "PackageLineCard",
    "RateRow",
    "Reading",
    "RuleRow",
    "ScheduleCard",
    "ScheduleItem",
    "Terms",
    "categories",
    "checklist",
    "due_for",
    "due_items",
    "estimate_odometer",
    "find_operations",
    "find_packages",
    "guarantee_rules",
    "guarantee_terms",
    "km_per_day",
    "labour_rates",
    "name_keys",
    "odometer_problem",
    "operation_by_code",
    "operation_by_id",
    "operation_card",
    "operation_filter",
    "operations_by_id",
    "package_by_code",
    "package_by_id",
    "package_card",
    "package_filter",
    "rate_for",
    "schedule_by_id",
    "schedule_for",
    "schedules",
    "search_by_name",
    "starting_parts",
    "starting_vehicles",
    "trade_label",
    "trusted",
    "with_lines",
]
