"""Core: what every domain stands on and no domain owns.

Money, errors, organisations kept apart (tenancy), who may do what (access), document states, event rows
with their hash chain, jobs on the table queue, encrypted fields, search keys, files, private links,
document numbers, imports, and the UI kit. Core knows no domain: domains register what they bring
(permissions, events, reactions, jobs, search kinds, doctor checks, import profiles).

Begin with ``commands.py`` (how a write happens), then ``tenancy.py`` and ``events.py``.
"""
