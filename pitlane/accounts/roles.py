"""The fourteen roles a new organisation starts with. Afterwards they are rows that the group admin edits."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

READ = ("customers.view", "catalog.view", "workshop.view")
BOOK = (
    "customers.edit",
    "customers.reveal",
    "scheduling.view",
    "scheduling.claim",
    "appointments.view",
    "appointments.book",
)
DESK = (*READ, *BOOK, "parts.view", "billing.view")


@dataclass(frozen=True, slots=True)
class StartingRole:
    """A built-in role: permission patterns, data scope, home page, discount it may give (percent)."""

    code: str
    name: Text
    permissions: tuple[str, ...]
    data_scope: str = "store"
    home: str = "frontdesk"
    discount_limit: int = 0


STARTING_ROLES = (
    StartingRole(
        "manager",
        _("店长"),
        (
            *DESK,
            "customers.import",
            "customers.export",
            "catalog.edit",
            "parts.*",
            "scheduling.*",
            "appointments.*",
            "billing.*",
            "workshop.*",
            "reception.*",
            "messaging.view",
            "messaging.send",
            "messaging.templates",
            "messaging.settings",
            "accounts.view",
            "accounts.staff",
            "accounts.approve_discount",
            "accounts.approve_below_cost",
            "accounts.approve_refund",
            "accounts.approve_export",
            "accounts.approve_write_off",
            "accounts.approve_stock",
            "accounts.audit",
            "core.jobs",
        ),
        home="manager",
        discount_limit=30,
    ),
    StartingRole(
        "advisor",
        _("服务顾问"),
        (
            *DESK,
            "reception.*",
            "messaging.view",
            "messaging.send",
            "workshop.open",
            "workshop.edit",
            "workshop.deliver",
            "workshop.cancel",
            "billing.settle",
            "billing.discount",
        ),
        discount_limit=10,
    ),
    StartingRole("technician", _("技师"), ("workshop.view", "workshop.work", "catalog.view"), home="technician"),
    StartingRole(
        "foreman",
        _("车间主管"),
        (
            *READ,
            "parts.view",
            "scheduling.*",
            "appointments.view",
            "workshop.edit",
            "workshop.dispatch",
            "workshop.work",
            "workshop.inspect",
        ),
        home="foreman",
    ),
    StartingRole("inspector", _("质检"), (*READ, "workshop.inspect"), home="foreman"),
    StartingRole(
        "parts",
        _("配件"),
        (
            "catalog.view",
            "workshop.view",
            "parts.view",
            "parts.edit",
            "parts.cost",
            "parts.receive",
            "parts.issue",
            "parts.adjust",
        ),
        home="parts",
    ),
    StartingRole(
        "cashier",
        _("收银"),
        (
            "customers.view",
            "workshop.view",
            "billing.view",
            "billing.settle",
            "billing.pay",
            "billing.refund",
            "billing.close_day",
        ),
        home="cashier",
    ),
    StartingRole(
        "callcentre",
        _("客服"),
        (*READ, *BOOK, "messaging.view", "messaging.send"),
        home="frontdesk",
    ),
    StartingRole(
        "marketing",
        _("市场"),
        ("customers.view", "catalog.view", "messaging.view", "messaging.send", "messaging.templates"),
        home="frontdesk",
    ),
    StartingRole("sales", _("销售顾问"), ("customers.view", "customers.edit", "customers.reveal"), data_scope="own"),
    StartingRole(
        "sales_manager",
        _("销售经理"),
        ("customers.view", "customers.edit", "customers.reveal", "accounts.approve_discount"),
    ),
    StartingRole(
        "finance",
        _("财务"),
        (
            "customers.view",
            "workshop.view",
            "billing.*",
            "parts.view",
            "parts.cost",
            "accounts.approve_refund",
            "accounts.approve_write_off",
            "accounts.approve_stock",
        ),
        data_scope="org",
        home="cashier",
    ),
    StartingRole("admin", _("集团管理员"), ("*",), data_scope="org", home="manager", discount_limit=100),
    StartingRole(
        "auditor",
        _("审计"),
        (
            "customers.view",
            "catalog.view",
            "parts.view",
            "parts.cost",
            "billing.view",
            "workshop.view",
            "accounts.view",
            "accounts.audit",
        ),
        data_scope="org",
        home="manager",
    ),
)
