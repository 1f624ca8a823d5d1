"""Billing for programs: bills, payments, deposits, refunds, credit accounts, tills and the day."""

from ninja import Router

from . import bills, credit, payments, tills

router = Router()
for part in (bills, payments, credit, tills):
    router.add_router("", part.router)
