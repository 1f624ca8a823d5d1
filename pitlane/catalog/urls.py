from django.urls import path

from pitlane.core.ids import converter

from . import views

app_name = "catalog"
converter("opn")
converter("pkg")
converter("sch")

urlpatterns = [
    path("catalog/", views.operations, name="operations"),
    path("catalog/operations/new", views.operation, name="operation_new"),
    path("catalog/operations/<opn:pk>/", views.operation, name="operation"),
    path("catalog/load", views.load, name="load"),
    path("catalog/packages/", views.packages, name="packages"),
    path("catalog/packages/new", views.package, name="package_new"),
    path("catalog/packages/<pkg:pk>/", views.package, name="package"),
    path("catalog/schedules/", views.schedules, name="schedules"),
    path("catalog/schedules/new", views.schedule, name="schedule_new"),
    path("catalog/schedules/<sch:pk>/", views.schedule, name="schedule"),
    path("catalog/rates/", views.rates, name="rates"),
    path("catalog/rates/new", views.rate, name="rate_new"),
    path("catalog/lists/", views.checklists, name="checklists"),
    path("catalog/lists/<slug:kind>/new", views.checklist_entry, name="checklist_new"),
    path("catalog/lists/<slug:kind>/<str:entry>/", views.checklist_entry, name="checklist_entry"),
    path("catalog/guarantees/", views.guarantees, name="guarantees"),
    path("catalog/guarantees/new", views.guarantee, name="guarantee_new"),
]
