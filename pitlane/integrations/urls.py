from django.urls import path

from .views import hooks, inbox

app_name = "integrations"

urlpatterns = [
    *[path(f"hooks/{name}/<str:token>", hooks.receive, {"provider": name}, name=name) for name in hooks.READERS],
    path("messages/sandbox/", inbox.inbox, name="inbox"),
    path("messages/sandbox/fault", inbox.fault, name="fault"),
]
