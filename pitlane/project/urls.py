"""All addresses: each domain's ``urls.py`` as it is, the API, health."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from pitlane.core.gallery import gallery
from pitlane.core.views import live, ready

from .api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("health/live", live),
    path("health/ready", ready),
    *[path("", include(f"pitlane.{name}.urls")) for name in settings.DOMAINS if find_spec(f"pitlane.{name}.urls")],
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery))
handler400 = "pitlane.core.views.bad_request"
handler404 = "pitlane.core.views.not_found"
handler500 = "pitlane.core.views.server_error"
