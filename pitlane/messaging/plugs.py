"""What messaging plugs in: the provider that needs nobody outside."""

from . import notebook


def connect() -> None:
    """Called once by ``project``."""
    notebook.offer_all()
