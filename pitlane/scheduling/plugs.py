"""What scheduling plugs in: its module in the rail."""

from django.utils.translation import pgettext_lazy

from pitlane.core.navigation import Entry, register


def connect() -> None:
    """Called once by ``project``."""
    register(Entry("scheduling", pgettext_lazy("rail", "工位"), "car-garage", "scheduling:bays", "scheduling.view", 68))
