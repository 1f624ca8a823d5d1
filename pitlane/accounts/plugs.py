"""What accounts puts into the rail."""

from django.utils.translation import gettext_lazy as _

from pitlane.core import listing, panels
from pitlane.core.access import Actor
from pitlane.core.navigation import Entry, register

from .policies import DECIDES
from .queries import STAFF, approvals_card, certificates_card, open_approval_count

SETTINGS = ("accounts.staff", "accounts.roles", "accounts.stores", "accounts.keys", "accounts.audit", "core.jobs")
IMPORTS = ("customers.import", "parts.receive")


def waiting(actor: Actor) -> int:
    """The badge of the approvals entry."""
    return open_approval_count(actor)


def connect() -> None:
    """Called once by ``project``."""
    listing.register(STAFF)
    panels.register("home", approvals_card)
    panels.register("home", certificates_card)
    register(
        Entry("home", _("工作台"), "layout-dashboard", "accounts:home", (), 10, "g h"),
        Entry("approvals", _("审批"), "rubber-stamp", "accounts:approvals", DECIDES, 140, "", waiting, _("等你审批")),
        Entry("organisation", _("组织"), "building-community", "accounts:organisation", SETTINGS, 150),
        Entry("imports", _("导入"), "file-import", "core:imports", IMPORTS, 160),
    )
