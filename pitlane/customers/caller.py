"""The request as our screens and calls get it: the middleware has put the caller and the time on it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pitlane.core.access import Actor


class Request(HttpRequest):
    """Only a name for types: ``actor`` is whoever acts, ``now`` the one clock of the request."""

    actor: Actor
    now: datetime
