"""What accounts puts into the rail."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.navigation import Entry, register


def connect() -> None:
    """Called once by ``project``."""
    register(
        Entry("home", _("工作台"), "layout-dashboard", "accounts:home", "catalog.view", 10, "g h"),
    )
