from django.urls import path

from . import my_data_views, my_views, my_visit_views, sign_in_views, views, visit_views

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
    path("m/<slug:code>/cars/<veh:pk>/", my_views.car, name="my_car"),
    path("m/<slug:code>/orders/<ord:pk>/", my_views.order, name="my_order"),
    path("m/<slug:code>/orders/<ord:pk>/answer", my_views.answer, name="my_answer"),
    path("m/<slug:code>/orders/<ord:pk>/bill/", my_views.bill, name="my_bill"),
    path("m/<slug:code>/orders/<ord:pk>/record.pdf", my_views.record, name="my_record"),
    path("m/<slug:code>/orders/<ord:pk>/photos/<fil:file>", my_views.photo, name="my_photo"),
    path("m/<slug:code>/visits/<apt:pk>/", my_visit_views.visit, name="my_visit"),
    path("m/<slug:code>/visits/<apt:pk>/come", my_visit_views.come, name="my_come"),
    path("m/<slug:code>/visits/<apt:pk>/move", my_visit_views.move, name="my_move"),
    path("m/<slug:code>/visits/<apt:pk>/cancel", my_visit_views.cancel, name="my_cancel"),
    path("m/<slug:code>/data/<str:ref>/", my_data_views.data, name="my_data"),
    path("m/<slug:code>/data/<str:ref>/code", my_data_views.ask_code, name="my_data_code"),
    path("m/<slug:code>/data/<str:ref>/copy", my_data_views.copy, name="my_data_copy"),
    path("m/<slug:code>/data/<str:ref>/erase", my_data_views.erase, name="my_data_erase"),
    path("m/<slug:code>/sign-out", sign_in_views.sign_out, name="my_sign_out"),
    path("p/<str:token>/photos/<fil:pk>", views.photo, name="photo"),
]
