"""Writes of the catalogue, split by what is written."""

from .loading import load_starting_catalogue
from .operations import save_operation
from .packages import PackageLineInput, save_package
from .prices import set_guarantee_rule, set_labour_rate
from .schedules import ScheduleItemInput, save_checklist_entry, save_schedule

__all__ = [
    "PackageLineInput",
    "ScheduleItemInput",
    "load_starting_catalogue",
    "save_checklist_entry",
    "save_operation",
    "save_package",
    "save_schedule",
    "set_guarantee_rule",
    "set_labour_rate",
]
