"""Billing for programs: bills, payments, deposits, refunds, credit accounts, tills and the day."""

from . import bills, credit, payments, tills
from .table import router

__all__ = ["bills", "credit", "payments", "router", "tills"]
