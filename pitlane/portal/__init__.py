"""Portal: the customer's phone. Pages for approval, progress and bill behind a private link, and the customer's own
pages behind a phone number and a code by SMS: booking, what belongs to them. No account, no app.

Owns the sessions of signed-in phones; for the rest it composes the queries and commands of the domains below. Begin
with ``views.py`` (links), ``members.py`` (who is signed in) and ``booking_views.py`` (booking by the customer).
Events: CustomerSignedIn, CustomerSignedOut.
"""
