from django.urls import path

from . import views
from .ids import converter
from .imports import views as imports

converter("fil")
converter("imp")
app_name = "core"
urlpatterns = [
    path("search", views.search, name="search"),
    path("files/<fil:pk>", views.stored_file, name="file"),
    path("imports/", imports.overview, name="imports"),
    path("imports/<imp:pk>/", imports.detail, name="import"),
    path("imports/<imp:pk>/mapping", imports.mapping, name="import_mapping"),
    path("imports/<imp:pk>/again", imports.again, name="import_again"),
    path("imports/<imp:pk>/go", imports.go, name="import_go"),
    path("imports/<imp:pk>/report", imports.report, name="import_report"),
]
