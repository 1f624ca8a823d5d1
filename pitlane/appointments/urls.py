from django.urls import path

from pitlane.core.ids import converter

from .views import acts, booking, calendar, changing, lists, peaks, plans

converter("apt")
converter("fee")
app_name = "appointments"
urlpatterns = [
    path("appointments/", lists.listing, name="list"),
    path("appointments/calendar/", calendar.page, name="calendar"),
    path("appointments/peaks/", peaks.page, name="peaks"),
    path("appointments/new/", booking.book, name="book"),
    path("appointments/new/choices", booking.choices, name="choices"),
    path("appointments/settings/", plans.page, name="plan"),
    path("appointments/online/", plans.online, name="online"),
    path("appointments/settings/feeds", plans.issue, name="issue_feed"),
    path("appointments/settings/feeds/<fee:pk>/end", plans.end, name="end_feed"),
    path("appointments/feed/<str:token>.ics", plans.feed, name="feed"),
    path("appointments/<apt:pk>/", lists.detail, name="detail"),
    path("appointments/<apt:pk>/move/", booking.move, name="move"),
    path("appointments/<apt:pk>/services/", changing.change, name="services"),
    path("appointments/<apt:pk>/services/choices", changing.choices, name="service_choices"),
    path("appointments/<apt:pk>/check", calendar.check, name="check"),
    path("appointments/<apt:pk>/place", calendar.place, name="place"),
    path("appointments/<apt:pk>/confirm", acts.confirm, name="confirm"),
    path("appointments/<apt:pk>/arrive", acts.arrive, name="arrive"),
    path("appointments/<apt:pk>/cancel", acts.cancel, name="cancel"),
    path("appointments/<apt:pk>/verify", acts.verify, name="verify"),
    path("appointments/<apt:pk>/block-online", acts.block, name="block_online"),
    path("appointments/<apt:pk>/allow-online", acts.allow, name="allow_online"),
    path("appointments/<apt:pk>/no-show", acts.no_show, name="no_show"),
    path("appointments/<apt:pk>/offer", acts.offer, name="offer"),
    path("appointments/<apt:pk>/withdraw", acts.withdraw, name="withdraw"),
]
