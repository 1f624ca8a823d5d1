from django.urls import path

from pitlane.core.ids import converter

from .views import calls, contacts, exports, people, privacy, vehicles

for prefix in ("cus", "veh", "con", "pho", "day", "exp", "cal"):
    converter(prefix)
app_name = "customers"
urlpatterns = [
    path("customers", people.listing, name="list"),
    path("customers/new", people.create, name="create"),
    path("customers/checks", people.checks, name="checks"),
    path("customers/exports", exports.listing, name="exports"),
    path("customers/exports/new", exports.create, name="create_export"),
    path("customers/exports/<exp:pk>", exports.detail, name="export"),
    path("customers/exports/<exp:pk>/start", exports.start, name="start_export"),
    path("customers/exports/<exp:pk>/file", exports.download, name="export_file"),
    path("customers/<cus:pk>", people.detail, name="detail"),
    path("customers/<cus:pk>/edit", people.edit, name="edit"),
    path("customers/<cus:pk>/tags", people.tags, name="tags"),
    path("customers/<cus:pk>/phones", people.phones, name="phones"),
    path("customers/<cus:pk>/phones/<pho:phone>/remove", people.remove_phone, name="remove_phone"),
    path("customers/<cus:pk>/phones/<pho:phone>/primary", people.primary_phone, name="primary_phone"),
    path("customers/<cus:pk>/dates", people.dates, name="dates"),
    path("customers/<cus:pk>/dates/<day:date>/remove", people.remove_date, name="remove_date"),
    path("customers/<cus:pk>/contacts/new", contacts.create, name="log_contact"),
    path("customers/contacts/<con:pk>/done", contacts.done, name="finish_step"),
    path("customers/<cus:pk>/reveal", privacy.reveal, name="reveal"),
    path("customers/<cus:pk>/consent", privacy.consent, name="consent"),
    path("customers/<cus:pk>/data", privacy.data, name="data"),
    path("customers/<cus:pk>/erase", privacy.erase, name="erase"),
    path("calls/new", calls.record, name="record_call"),
    path("calls/who", calls.who, name="callers"),
    path("calls/<cal:pk>/close", calls.close, name="close_call"),
    path("vehicles", vehicles.listing, name="vehicles"),
    path("vehicles/new", vehicles.create, name="create_vehicle"),
    path("vehicles/<veh:pk>", vehicles.detail, name="vehicle"),
    path("vehicles/<veh:pk>/edit", vehicles.edit, name="edit_vehicle"),
    path("vehicles/<veh:pk>/people", vehicles.people, name="vehicle_people"),
    path("vehicles/<veh:pk>/odometer", vehicles.odometer, name="odometer"),
]
