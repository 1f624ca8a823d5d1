"""What the catalogue plugs in: its module in the rail and its list."""

from django.utils.translation import pgettext_lazy

from pitlane.core import listing
from pitlane.core.navigation import Entry, register

from .queries import OPERATIONS


def connect() -> None:
    """Called once by ``project``."""
    listing.register(OPERATIONS)
    register(Entry("catalog", pgettext_lazy("rail", "项目"), "book-2", "catalog:operations", "catalog.view", 130))
