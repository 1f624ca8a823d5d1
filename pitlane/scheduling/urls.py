from django.urls import path

from pitlane.core.ids import converter

from . import views

app_name = "scheduling"
converter("bay")
converter("lea")

urlpatterns = [
    path("scheduling/", views.bays, name="bays"),
    path("scheduling/bays/new", views.bay, name="bay_new"),
    path("scheduling/bays/<bay:pk>/", views.bay, name="bay"),
    path("scheduling/shifts/", views.shifts, name="shifts"),
    path("scheduling/shifts/<str:ref>/", views.week, name="week"),
    path("scheduling/calendar/", views.calendar, name="calendar"),
    path("scheduling/calendar/<str:day>/", views.day, name="day"),
    path("scheduling/calendar/<str:day>/clear", views.day_clear, name="day_clear"),
    path("scheduling/hours/", views.hours, name="hours"),
    path("scheduling/terms/", views.terms, name="terms"),
    path("scheduling/capacity/", views.capacity, name="capacity"),
    path("scheduling/leave/", views.leave, name="leave"),
    path("scheduling/leave/new", views.leave_form, name="leave_new"),
    path("scheduling/leave/<lea:pk>/cancel", views.leave_cancel, name="leave_cancel"),
]
