"""The second factor: six digits from an authenticator app, good for one 30-second step."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp

SECRET = re.compile(r"[A-Z2-7]{32}")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step a code belongs to, one step of clock drift allowed either way; None when it fits none."""
    if not secret:
        return None
    totp = pyotp.TOTP(secret)
    present = totp.timecode(now)
    return next((step for step in (present, present - 1, present + 1) if totp.generate_otp(step) == code), None)


def address(secret: str, name: str) -> str:
    """What the app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Pitlane")
