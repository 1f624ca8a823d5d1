"""Programs' door to accounts: the organisation and its people, and the views that a signed-in person keeps."""

from .organisation import router
from .views import router as views

router.add_router("", views)

__all__ = ["router"]
