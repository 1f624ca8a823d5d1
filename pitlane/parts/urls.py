from django.urls import path

from pitlane.core.ids import converter

from . import views

app_name = "parts"
converter("prt")
converter("req")

urlpatterns = [
    path("parts/", views.part_list, name="list"),
    path("parts/find", views.find, name="find"),
    path("parts/new", views.part_form, name="new"),
    path("parts/receive", views.receive, name="receive"),
    path("parts/labels", views.labels, name="labels"),
    path("parts/warehouse", views.open_warehouse, name="open_warehouse"),
    path("parts/requisitions/", views.queue, name="requisitions"),
    path("parts/requisitions/issue", views.issue, name="issue"),
    path("parts/requisitions/<req:pk>/return", views.return_part, name="return"),
    path("parts/requisitions/<req:pk>/cancel", views.cancel, name="cancel"),
    path("parts/<prt:pk>/", views.part_page, name="detail"),
    path("parts/<prt:pk>/label", views.label, name="label"),
    path("parts/<prt:pk>/edit", views.part_form, name="edit"),
    path("parts/<prt:pk>/adjust", views.adjust, name="adjust"),
    path("parts/<prt:pk>/substitutes", views.substitutes, name="substitutes"),
]
