"""What billing plugs in: the module in the rail, and the money of a customer on the 360° view."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import looking_at
from pitlane.core import approvals, listing, navigation, panels, reach
from pitlane.core.access import Actor

from . import commands, policies, queries
from .approving import WRITE_OFF


def spent(*, by: Actor, customer_id: int, **_facts: Any) -> panels.Panel | None:
    """累计消费 in the head of the 360° view."""
    if not by.may("billing.view"):
        return None
    totals = queries.customer_totals(customer_id)
    if not totals.bills:
        return None  # nothing was billed here: what a former program earned is unknown, not nought
    return panels.Panel("billing_spent", "billing/_panel_spent.html", {"totals": totals}, place="head", position=20)


def money(*, by: Actor, customer_id: int, at: datetime, **_facts: Any) -> panels.Panel | None:
    """What a customer owes, has on account and paid in advance, with the latest bills."""
    if not by.may("billing.view"):
        return None
    chosen = queries.ListFilter(view="all", period="", customer_id=customer_id, limit=5)
    found = queries.settlement_list(chosen, looking_at(by), at)
    context = {"totals": queries.customer_totals(customer_id), "bills": found.rows, "customer_id": customer_id}
    return panels.Panel("billing_money", "billing/_panel_money.html", context, place="aside", position=30)


def data(*, by: Actor, customer_id: int, **_facts: Any) -> panels.Panel | None:
    """Billing's part of what a person may ask to see about themselves."""
    rows = queries.personal_rows(customer_id)
    return panels.Panel("billing_data", "", {"title": _("结算和收款"), "rows": rows}) if rows else None


def obstacle(*, by: Actor, customer_id: int, **_facts: Any) -> panels.Panel | None:
    """A person who still owes money, or whose money lies here, is not erased yet."""
    totals = queries.customer_totals(customer_id)
    if totals.due or totals.on_account:
        return panels.Panel("billing_open", "", {"text": _("还有未结清的结算单或挂账")})
    return panels.Panel("billing_open", "", {"text": _("还有未退的定金")}) if totals.deposit else None


def till(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> panels.Panel | None:
    """Home page of who takes the money: what their shift should hold, or the way to begin one."""
    if by.kind != "staff" or not by.may("billing.pay", store_id):
        return None
    mine = queries.open_shift(by)
    if mine is None and by.may("workshop.edit", store_id):
        return None  # whoever also writes orders sits at the desk and opens a shift only when it is needed
    return panels.Panel("till", "billing/_panel_till.html", {"mine": mine}, "aside", 5, _("我的班次"))


def owed(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> panels.Panel | None:
    """Home page of who looks after the debtors: what lies on account, and for how long."""
    if not (policies.can_manage_credit(by) and by.may("billing.view")) or by.may("workshop.edit", store_id):
        return None
    context = {"owed": queries.receivables(by=by, at=at)}
    return panels.Panel("receivables", "billing/_panel_receivables.html", context, "main", 10, _("应收账龄"))


def connect() -> None:
    """Called once by ``project``."""
    approvals.register(
        approvals.ApprovalKind("refund", queries.refund_matter),
        approvals.ApprovalKind(WRITE_OFF, queries.write_off_matter, commands.carry_out_write_off),
    )
    listing.register(queries.BILLS, queries.PAYMENTS)
    reach.register("stl", policies.reaches_bill, "settlement_id")
    reach.register("pay", policies.reaches_payment, "payment_id")
    reach.register("crd", policies.reaches_account, "account_id")
    navigation.register(
        navigation.Entry(
            "billing",
            _("结算"),
            "cash-register",
            "billing:list",
            "billing.view",
            80,
            count=queries.waiting_count,
            waits=_("待收款的结算单"),
        )
    )
    panels.register("home", till)
    panels.register("home", owed)
    panels.register("customer360", spent)
    panels.register("customer360", money)
    panels.register("customer_data", data)
    panels.register("erase_obstacle", obstacle)
