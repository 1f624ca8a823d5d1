from django.urls import path

from . import views

app_name = "founding"
urlpatterns = [path("setup", views.first_run, name="first_run")]
