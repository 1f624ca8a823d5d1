from django.urls import path

from . import my_views, sign_in_views, views, visit_views

app_name = "portal"
urlpatterns = [
    path("p/<str:token>/", views.order, name="order"),
    path("p/<str:token>/answer", views.answer, name="answer"),
    path("p/<str:token>/bill/", views.bill, name="bill"),
    path("a/<str:token>/", visit_views.visit, name="visit"),
    path("a/<str:token>/come", visit_views.come, name="come"),
    path("a/<str:token>/move", visit_views.move, name="move"),
    path("a/<str:token>/cancel", visit_views.cancel, name="cancel"),
    path("m/<slug:code>/", my_views.home, name="my_home"),
    path("m/<slug:code>/sign-in", sign_in_views.sign_in, name="my_sign_in"),
    path("m/<slug:code>/sign-in/code", sign_in_views.code, name="my_code"),
    path("m/<slug:code>/sign-out", sign_in_views.sign_out, name="my_sign_out"),
    path("p/<str:token>/photos/<fil:pk>", views.photo, name="photo"),
]
