"""The shop's list of causes, for forms and figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from pitlane.catalog import queries as catalog
from pitlane.core.errors import Text

from ..causes import SIDES

KIND = "cause_code"


@dataclass(frozen=True, slots=True)
class Causes:
    """Code to name and side. What is no longer on the list is shown as it was written."""

    names: dict[str, str]
    sides: dict[str, str]

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def side(self, code: str) -> str:
        return self.sides.get(code, code if code in SIDES else "other" if code else "")

    def side_name(self, code: str) -> Text:
        return SIDES[self.side(code)]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.names.items())


def causes() -> Causes:
    """One read of the list, named in the reader's language."""
    rows = catalog.checklist(KIND)
    english = (get_language() or "").startswith("en")
    names = {row.code: row.name_en if english and row.name_en else row.name for row in rows}
    return Causes(names, {row.code: str(row.data.get("cause", "other")) for row in rows})
