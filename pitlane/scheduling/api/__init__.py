"""The API of scheduling, split by what it is about."""

from . import calendar, people, slots
from .shared import router

__all__ = ["calendar", "people", "router", "slots"]
