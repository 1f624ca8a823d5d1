"""Portal: the customer's phone. Pages for quote approval, progress and bill behind a private link; no account, no app.

Owns no tables: it composes the queries and commands of the domains below. Begin with ``views.py``.
"""
