"""Scheduling: the shop's bays with their equipment, technicians' shifts and leave. Capacity and slots come later.

Begin with ``models.py``. Events: BayChanged, ShiftsSet, LeaveRecorded, LeaveCancelled.
"""
