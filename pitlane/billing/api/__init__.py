"""Billing for programs: bills, payments, deposits, refunds, write-offs, credit accounts, tills and the day."""

from . import bills, credit, payments, tills, write_offs
from .table import router

__all__ = ["bills", "credit", "payments", "router", "tills", "write_offs"]
