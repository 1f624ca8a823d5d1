"""Rules for why work failed (rules of this domain are split by document).

The shop keeps its own list of cause codes in the catalogue; each belongs to one side: the part, the technician, the
diagnosis or something else. Come-backs and inspections use the same list, so that their figures add up.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused, Text

SIDES: dict[str, Text] = {
    "part": _("配件"),
    "technician": _("技师"),
    "diagnosis": _("诊断"),
    "other": _("其他"),
    "": _("未定"),
}
LONGEST = 30


def checked_cause(cause: str, known: Collection[str], field: str = "cause") -> str:
    """A cause from the shop's list; a shop that emptied its list writes its own words."""
    cause = cause.strip()
    if len(cause) > LONGEST or (cause and known and cause not in known):
        raise Refused(_("请从原因列表里选择"), code=field, field=field)
    return cause
