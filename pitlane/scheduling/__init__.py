"""Scheduling: when a store is open, what its bays and people can do, and the time that is promised.

Documents: Bay, Shift, Leave; OpenHours, CalendarDay, BookingTerms; Claim (time promised to a subject of a higher
domain, guaranteed by a UNIQUE constraint on its quarters of an hour) and PlannedWork (what the workshop has planned:
subtracts, never blocks). None has states.

Begin with ``slots.py`` (the arithmetic, pure), ``days.py`` (which day is open), ``ground.py`` (what a search reads).
Events: BayChanged, ShiftsSet, LeaveRecorded, LeaveCancelled, HoursSet, DaySet, DayCleared, TermsSet, TimeClaimed,
ClaimMoved, ClaimReleased.
"""
