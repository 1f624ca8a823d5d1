"""The API of the catalogue: operations, packages, schedules, labour rates, guarantee rules, standard lists."""

from . import operations, packages, prices, schedules
from .frame import router

__all__ = ["operations", "packages", "prices", "router", "schedules"]
