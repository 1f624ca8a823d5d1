"""Secrets that the program makes up for people: one-time passwords and recovery codes."""

from __future__ import annotations

import re
import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUP = 5
RECOVERY_CODES = 10
RECOVERY_CODE = re.compile(f"[{ALPHABET}]{{{2 * GROUP}}}")


def _groups(number: int) -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(GROUP)) for _group in range(number))


def one_time_password() -> str:
    """Three groups of letters that are not mistaken for each other; changed at the first sign-in."""
    return _groups(3)


def recovery_codes() -> list[str]:
    """The codes that a person writes down for the day on which the phone is lost."""
    return [_groups(2) for _code in range(RECOVERY_CODES)]
