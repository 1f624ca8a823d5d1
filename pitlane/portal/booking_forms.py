"""What the booking page asks. Every field keeps what was typed, whatever was wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _


class CarForm(forms.Form):
    """One of the own cars, or a plate as it is typed."""

    car = forms.CharField(required=False, max_length=20)
    plate = forms.CharField(required=False, max_length=20)
    unplated = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if not (said.get("car") or said.get("plate") or said.get("unplated")) and "plate" not in self.errors:
            self.add_error("plate", _("请填写车牌；新车还没上牌的请打勾"))
        return said


class WorkForm(forms.Form):
    """Lines of the menu, and what is wrong in the customer's own words."""

    services = forms.CharField(required=False)
    wish = forms.CharField(required=False, strip=True)


class MomentField(forms.CharField):
    """A time from a button, or typed into the browser's field; without an offset it is the shop's own clock."""

    def clean(self, value: Any) -> datetime | None:
        text = (super().clean(value) or "").strip()
        if not text:
            return None
        try:
            found = parse_datetime(text)
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year <= 2100:
            raise forms.ValidationError(_("请选择日期和时间，例如 11-27 10:30"))
        return found if found.tzinfo else timezone.make_aware(found)


class TimeForm(forms.Form):
    """One of the free times, or another one that is wished."""

    start = MomentField(required=False, max_length=40)
    other = MomentField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if not self.errors and not (said.get("start") or said.get("other")):
            self.add_error("other", _("请选择时间"))
        return said

    @property
    def moment(self) -> datetime:
        """The button that was pressed goes before what was typed."""
        chosen: datetime = self.cleaned_data["start"] or self.cleaned_data["other"]
        return chosen


class ConfirmForm(forms.Form):
    """A name for somebody new, and the consent."""

    name = forms.CharField(required=False, max_length=40)
    consent = forms.BooleanField(required=False)
