"""Founding (开业): how an installation gets its first organisation, and later others: on the console or on one page.

Owns no tables: it composes the first steps of ``accounts`` with the commands of the domains below. Begin with
``opening.py``; ``management/commands/setup.py`` and ``views.py`` are its two doors.
"""
