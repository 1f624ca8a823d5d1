"""Forms of scheduling. They ask and read; commands decide."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .commands.calendar import STEPS
from .days import DayKind
from .equipment import EQUIPMENT
from .holidays import NAMES
from .models import BayType, CalendarDay
from .week import ShiftInput

DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
RANGE = re.compile(r"(\d{1,2})[:：]?(\d{2})?\s*[-–—~至到]\s*(\d{1,2})[:：]?(\d{2})?")  # zh-data


class HoursField(forms.CharField):
    """Working hours of a day: ``8:30-12 13-17:30``; nothing means a free day."""

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        found = list(RANGE.finditer(text))
        if text and (not found or RANGE.sub("", text).strip(" ,，、;；")):  # zh-data
            raise ValidationError(_("写成 08:30-12:00 13:00-17:30；休息留空"), code="hours")
        return [_hours(match) for match in found]


def _hours(match: re.Match[str]) -> tuple[time, time]:
    h1, m1, h2, m2 = (int(group or 0) for group in match.groups())
    try:
        return time(h1, m1), time(h2, m2)
    except ValueError:
        raise ValidationError(_("没有这个时间"), code="hours") from None


class BayForm(forms.Form):
    """A place to work on one car."""

    name = forms.CharField(label=_("名称"), max_length=20)
    bay_type = forms.ChoiceField(label=_("类型"), choices=BayType.choices)
    equipment = forms.MultipleChoiceField(
        label=_("设备"),
        choices=list(EQUIPMENT.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("需要这些设备的项目只排到这里"),
    )
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)


class WeekForm(forms.Form):
    """A person's working week, a line for each day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(DAYS):
            self.fields[f"day_{number}"] = HoursField(label=name, required=False)

    def shifts(self) -> list[ShiftInput]:
        """The week as the command takes it."""
        return [ShiftInput(n, *hours) for n in range(7) for hours in self.cleaned_data[f"day_{n}"]]


class LeaveForm(forms.Form):
    """Days on which a person is away."""

    staff = forms.ChoiceField(label=_("员工"))
    first_day = forms.DateField(label=_("开始日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("结束日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("原因"), max_length=60, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = people  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """One day of a store against its week and the holidays."""

    kind = forms.ChoiceField(label=_("当天"), choices=CalendarDay.Kind.choices)
    hours = HoursField(label=_("营业时间"), required=False, help_text=_("只在特别时间时填写，例如 10:00-15:00"))
    note = forms.CharField(label=_("说明"), max_length=60, required=False, help_text=_("客户选到这一天时会看到"))

    def clean(self) -> dict[str, Any]:
        """Hours of a day that is not special are not looked at."""
        facts = super().clean() or {}
        if facts.get("kind") != DayKind.SPECIAL:
            facts["hours"] = []
        return facts


class TermsForm(forms.Form):
    """How a store takes bookings."""

    horizon_days = forms.IntegerField(label=_("最远可约"), min_value=1, help_text=_("天"))
    lead_minutes = forms.IntegerField(label=_("至少提前"), min_value=0, help_text=_("分钟；到店的客户不受限制"))
    step_minutes = forms.TypedChoiceField(label=_("预约间隔"), choices=[(n, n) for n in STEPS], coerce=int)
    before_minutes = forms.IntegerField(label=_("进工位前留"), min_value=0, help_text=_("分钟"))
    after_minutes = forms.IntegerField(label=_("离工位后留"), min_value=0, help_text=_("分钟"))
    overbook_per_day = forms.IntegerField(label=_("每天最多超约"), min_value=0, help_text=_("台；用来补爽约的空"))
    closed_holidays = forms.MultipleChoiceField(
        label=_("放假的节日"), choices=list(NAMES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
