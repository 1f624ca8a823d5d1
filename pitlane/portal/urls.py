from django.urls import path

from . import views, visit_views

app_name = "portal"
urlpatterns = [
    path("p/<str:token>/", views.order, name="order"),
    path("p/<str:token>/answer", views.answer, name="answer"),
    path("p/<str:token>/bill/", views.bill, name="bill"),
    path("a/<str:token>/", visit_views.visit, name="visit"),
    path("a/<str:token>/come", visit_views.come, name="come"),
    path("a/<str:token>/move", visit_views.move, name="move"),
    path("a/<str:token>/cancel", visit_views.cancel, name="cancel"),
    path("p/<str:token>/photos/<fil:pk>", views.photo, name="photo"),
]
