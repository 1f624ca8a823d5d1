"""Pages of the catalogue, split by what they show."""

from .checklists import checklist_entry, checklists
from .operations import load, operation, operations
from .packages import package, packages
from .prices import guarantee, guarantees, rate, rates
from .schedules import schedule, schedules

__all__ = [
    "checklist_entry",
    "checklists",
    "guarantee",
    "guarantees",
    "load",
    "operation",
    "operations",
    "package",
    "packages",
    "rate",
    "rates",
    "schedule",
    "schedules",
]
