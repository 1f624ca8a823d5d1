from django.urls import path

from pitlane.core.ids import converter

from .views import home, sign_in

for prefix in ("sto", "stf", "rol", "apv", "key", "ses"):
    converter(prefix)

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.second_factor, name="second_factor"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("me/store", sign_in.switch_store, name="switch_store"),
    path("me/preferences", sign_in.preferences, name="preferences"),
]
