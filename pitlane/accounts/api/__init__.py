"""Programs' door to accounts: the organisation and its people, and the views that a signed-in person keeps."""

from . import rights
from .background import router as background
from .organisation import router
from .own import router as own
from .terms import router as terms
from .views import router as views

for more in (own, terms, background, views):
    router.add_router("", more)

__all__ = ["rights", "router"]
