"""Programs' door to accounts: the organisation and its people, and the views that a signed-in person keeps."""

from .organisation import router
from .terms import router as terms
from .views import router as views

for more in (terms, views):
    router.add_router("", more)

__all__ = ["router"]
