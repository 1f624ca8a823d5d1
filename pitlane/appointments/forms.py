"""Forms of appointments: booking, moving, the store's plan."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Source


def text(label: Any, length: int, **attrs: str) -> forms.CharField:
    """One optional line."""
    return forms.CharField(label=label, max_length=length, required=False, widget=forms.TextInput(attrs=attrs))


class MomentField(forms.DateTimeField):
    """A chosen time: from a button of an offer, or typed."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "900"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        """An offered moment as the browser's field shows it: in the shop's own time."""
        if isinstance(value, str) and "+" in value:
            value = self.to_python(value)
        return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and "+" in value:
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        return super().to_python(value)


class BookForm(forms.Form):
    """A booking at the desk or on the phone. Somebody unknown gives name and phone; a known car needs neither."""

    plate = text(_("车牌"), 12, **{"data-plate": ""})
    name = text(_("姓名"), 40)
    phone = text(_("手机号"), 24, inputmode="tel")
    wish = forms.CharField(
        label=_("故障描述"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    start = MomentField(label=_("到店时间"), required=False)
    other = MomentField(label=_("别的时间"), required=False)
    wished = MomentField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("来源"), choices=Source.choices[:2], initial=Source.PHONE)
    technician = forms.ChoiceField(label=_("指定技师"), required=False)

    def __init__(self, *args: Any, known: bool = False, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].choices = [("", _("不指定")), *people]  # type: ignore[attr-defined]
        if known:
            for name in ("plate", "name", "phone"):
                del self.fields[name]

    @property
    def moment(self) -> datetime | None:
        """What was typed goes before what was ticked."""
        chosen: datetime | None = self.cleaned_data.get("other") or self.cleaned_data.get("start")
        return chosen


class MoveForm(forms.Form):
    """Another time, another bay, another person."""

    start = MomentField(label=_("到店时间"), required=False)
    other = MomentField(label=_("别的时间"), required=False)
    technician = forms.ChoiceField(label=_("技师"), required=False)
    bay = forms.ChoiceField(label=_("工位"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[tuple[str, str]], bays: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].choices = [("", _("不变")), *people]  # type: ignore[attr-defined]
        self.fields["bay"].choices = [("", _("自动安排")), *bays]  # type: ignore[attr-defined]

    @property
    def moment(self) -> datetime | None:
        """What was typed goes before what was ticked."""
        chosen: datetime | None = self.cleaned_data.get("other") or self.cleaned_data.get("start")
        return chosen


class ServicesForm(forms.Form):
    """Other services for a booking; what is ticked comes from the catalogue's choices."""

    services = forms.Field(required=False, widget=forms.SelectMultiple)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """When the store reminds, when it stops waiting."""

    reminders = text(_("提前多久提醒（小时，用空格分开）"), 40)
    late_minutes = forms.IntegerField(label=_("超过多少分钟算爽约"), min_value=15, max_value=720)
    offer_minutes = forms.IntegerField(label=_("候补空位保留多少分钟"), min_value=10, max_value=1440)
    risky_percent = forms.IntegerField(label=_("爽约风险达到多少算高（%）"), min_value=1, max_value=100)

    online = forms.BooleanField(label=_("客户可以在网上预约"), required=False)
    most_open = forms.IntegerField(label=_("一个手机号最多几个未完成的预约"), min_value=1, max_value=20)
    notice = forms.CharField(
        label=_("预约页上的提示"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    overbook_by_risk = forms.BooleanField(
        label=_("按爽约风险超额预约"),
        required=False,
        help_text=_("某个时段预计有 1 人以上不来时，多收相应的预约，不超过营业日历里的每天最多超约"),
    )
    priority_tags = text(_("候补优先的客户标签"), 120)

    def clean_priority_tags(self) -> list[str]:
        return [word for word in re.split(r"[\s,，、;；]+", self.cleaned_data["priority_tags"]) if word]

    def clean_reminders(self) -> list[int]:
        words = self.cleaned_data["reminders"].replace("，", " ").replace(",", " ").split()  # zh-data
        try:
            return [round(float(word) * 60) for word in words]
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("请填写小时数，例如 24 2")) from None
