"""What the catalogue plugs in: its module in the rail."""

from django.utils.translation import pgettext_lazy

from pitlane.core.navigation import Entry, register


def connect() -> None:
    """Called once by ``project``."""
    register(Entry("catalog", pgettext_lazy("rail", "项目"), "book-2", "catalog:operations", "catalog.view", 130))
