"""What can be done about a refusal of an outside service; each client brings the beginnings of its own codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pitlane.core.errors import Text
from pitlane.messaging.ports import Misconfigured, Rejected, Temporary, Unsent

from .wire import quoted


def verdict(
    code: str,
    text: str,
    *,
    settings: tuple[str, ...],
    later: tuple[str, ...] = (),
    reasons: Mapping[str, Text] | None = None,
) -> Unsent:
    """Wrong settings stop the channel, the service's own trouble waits, anything else is the message's end.

    An answer without a code leaves it open whether the message was taken.
    """
    if not code:
        return Temporary(_("服务商的回答读不懂"), uncertain=True)
    if code.startswith(settings):
        return Misconfigured(f"{quoted(text)} ({code})", code=code)
    if later and code.startswith(later):
        return Temporary(_("服务商内部错误"), code=code)
    known = (reasons or {}).get(code)
    return Rejected(code, str(known) if known else f"{quoted(text)} ({code})")
