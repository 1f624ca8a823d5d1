from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("p/<str:token>/", views.order, name="order"),
    path("p/<str:token>/answer", views.answer, name="answer"),
    path("p/<str:token>/bill/", views.bill, name="bill"),
    path("p/<str:token>/photos/<fil:pk>", views.photo, name="photo"),
]
