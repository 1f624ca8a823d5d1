"""Chinese public holidays and the weekend days that are worked instead, as far as they have been published.

The State Council publishes a year's calendar in the autumn before; the package that carries it ends there. A later day
is neither a holiday nor a make-up workday: the shop's weekly pattern decides, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants
from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

NAMES: dict[str, Text] = {
    "new_years_day": _("元旦"),
    "spring_festival": _("春节"),
    "tomb_sweeping_day": _("清明节"),
    "labour_day": _("劳动节"),
    "dragon_boat_festival": _("端午节"),
    "mid_autumn_festival": _("中秋节"),
    "national_day": _("国庆节"),
    "anti_fascist_70th_day": _("抗战胜利纪念日"),
}
CODES = {holiday.value: holiday.name for holiday in chinese_calendar.Holiday}
LAST_YEAR = max(constants.holidays).year
FIRST_YEAR = min(constants.holidays).year


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off by law, or (``makeup``) a weekend day worked for one."""

    code: str
    makeup: bool

    @property
    def name(self) -> Text:
        return NAMES.get(self.code, self.code)


def published(day: date) -> bool:
    """Whether the public calendar of that year is known."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@lru_cache(maxsize=4096)
def holiday_on(day: date) -> Holiday | None:
    """What the public calendar says of a day; None for an ordinary one and for years not yet published."""
    if not published(day):
        return None
    off, name = chinese_calendar.get_holiday_detail(day)
    return Holiday(CODES.get(name, name), makeup=not off) if name else None
