"""Appointments: who comes when, for what, and what became of it.

Document: Appointment (requested → confirmed → reminded → arrived → converted; rescheduled, cancelled, no_show,
waitlisted) with its services and photos. While somebody is expected, the visit holds a claim of ``scheduling`` made in
the same transaction, so the database guarantees that no time is promised twice. BookingPlan holds the store's reminders
and limits, Feed the secret addresses of calendars. BookingDraft is what a customer has chosen so far on the booking
page, OnlineCaller the phone that books there.
Events: AppointmentBooked, AppointmentConfirmed, AppointmentMoved, AppointmentChanged, AppointmentCancelled,
AppointmentArrived, AppointmentConverted, AppointmentMissed, AppointmentWaiting, AppointmentOffered,
AppointmentReminded, BookingPlanSet, FeedIssued, FeedEnded, AppointmentVerified, OnlineBookingBlocked,
OnlineBookingAllowed.
Begin with ``states.py``, ``commands/booking.py``, ``queries/work.py`` (what a visit needs and costs).
"""
