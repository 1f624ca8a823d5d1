"""Ending the sessions of a person: one step of several commands."""

from __future__ import annotations

from datetime import datetime

from .models import Staff


def close_sessions(person: Staff, at: datetime, but: int | None = None) -> None:
    """Make every session of a person invalid (``session_epoch`` is saved by the caller) and say so in their list."""
    person.session_epoch += 1
    person.sign_ins.filter(ended_at=None).exclude(pk=but or 0).update(ended_at=at)
