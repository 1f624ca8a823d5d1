"""What the catalogue plugs in: its module in the rail."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.navigation import Entry, register


def connect() -> None:
    """Called once by ``project``."""
    register(Entry("catalog", _("项目"), "book-2", "catalog:operations", "catalog.view", 130))
