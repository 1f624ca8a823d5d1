"""What every new password must be, whoever sets it: one step of several commands."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pitlane.core.errors import Refused

from .models import Staff


def check_password(password: str, person: Staff) -> None:
    """Refuse a password that is short, common, all digits or like the person's name."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="weak_password", field="password") from error
