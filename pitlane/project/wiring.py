"""What is plugged in where: reactions to events, and panels that higher domains add to lower screens."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from pitlane.core import events


def connect() -> None:
    """Subscribe every domain's ``reactions.ON`` and call every domain's ``plugs.connect`` once."""
    for domain in settings.DOMAINS:
        if find_spec(f"pitlane.{domain}.reactions"):
            events.subscribe(import_module(f"pitlane.{domain}.reactions").ON)
        if find_spec(f"pitlane.{domain}.plugs"):
            import_module(f"pitlane.{domain}.plugs").connect()
