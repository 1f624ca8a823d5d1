"""The API of parts: catalogue, stock and its ledger, requisitions. Cost needs its own permission."""

from . import catalogue, requisitions, stock
from .frame import router

__all__ = ["catalogue", "requisitions", "router", "stock"]
