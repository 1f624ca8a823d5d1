from django.urls import path

from . import views
from .ids import converter

converter("fil")
app_name = "core"
urlpatterns = [
    path("search", views.search, name="search"),
    path("files/<fil:pk>", views.stored_file, name="file"),
]
