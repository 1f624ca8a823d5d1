"""The API of appointments, split by what it is about."""

from . import stores, visits
from .shared import router

__all__ = ["router", "stores", "visits"]
