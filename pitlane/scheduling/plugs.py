"""What scheduling plugs in: its module in the rail."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.navigation import Entry, register


def connect() -> None:
    """Called once by ``project``."""
    register(Entry("scheduling", _("工位"), "car-garage", "scheduling:bays", "scheduling.view", 68))
