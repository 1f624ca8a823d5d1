from django.urls import path

from pitlane.core.ids import converter

from .views import channels, log, preferences, templates

app_name = "messaging"
converter("msg")
converter("tpl")

urlpatterns = [
    path("messages/", log.log, name="log"),
    path("messages/<msg:pk>/", log.message, name="message"),
    path("messages/<msg:pk>/cancel", log.message_cancel, name="message_cancel"),
    path("messages/<msg:pk>/resend", log.message_resend, name="message_resend"),
    path("messages/<msg:pk>/settle", log.message_settle, name="message_settle"),
    path("messages/templates/", templates.template_list, name="templates"),
    path("messages/templates/load", templates.load, name="load"),
    path("messages/templates/new", templates.template_new, name="template_new"),
    path("messages/templates/<tpl:pk>/", templates.template, name="template"),
    path("messages/templates/<tpl:pk>/facts", templates.template_facts, name="template_facts"),
    path("messages/templates/<tpl:pk>/switch", templates.switch, name="switch"),
    path("messages/templates/<tpl:pk>/preview/<slug:channel>", templates.preview, name="preview"),
    path("messages/templates/<tpl:pk>/<slug:channel>/<slug:language>/", templates.editor, name="editor"),
    path("messages/channels/", channels.channels, name="channels"),
    path("messages/channels/<slug:channel>/", channels.channel, name="channel"),
    path("messages/channels/<slug:channel>/check", channels.check, name="check"),
    path("messages/channels/<slug:channel>/trial", channels.trial, name="trial"),
    path("messages/channels/<slug:channel>/stop", channels.stop, name="stop"),
    path("messages/rules/", channels.rules, name="rules"),
    path("messages/preferences/<cus:pk>/", preferences.preference, name="preference"),
]
