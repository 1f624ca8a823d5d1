"""Stored phone numbers as SMS services want them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from pitlane.messaging.ports import Rejected

MOBILE = re.compile(r"1[3-9]\d{9}")
ABROAD = re.compile(r"\+[1-9]\d{6,14}")


def international(phone: str) -> str:
    """``+8613800116217``; a landline takes no text messages."""
    if MOBILE.fullmatch(phone):
        return f"+86{phone}"
    if ABROAD.fullmatch(phone):
        return phone
    raise Rejected("number", _("这个号码收不到短信"))


def domestic(phone: str) -> str:
    """``13800116217`` at home, ``85261234567`` abroad."""
    return international(phone).removeprefix("+86").removeprefix("+")
