"""Forms of the counter: a new customer with the car, the intake, the walk-around, the answer to a quote."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused

from .fault_codes import checked_codes

ORDER_TYPES = [
    ("maintenance", _("保养")),
    ("repair", _("维修")),
    ("first_service", _("首保")),
    ("accident", _("事故")),
    ("body", _("钣喷")),
    ("claim", _("索赔")),
    ("recall", _("召回")),
    ("pdi", _("PDI")),
    ("menu", _("美容加装")),
    ("rescue", _("救援")),
    ("goodwill", _("善意")),
    ("internal", _("内部")),
]
PLATE_KINDS = [
    ("", _("按车牌识别")),
    ("blue", _("蓝牌")),
    ("green", _("新能源绿牌")),
    ("yellow", _("黄牌")),
    ("dual", _("黄绿牌")),
    ("black", _("黑牌")),
    ("white", _("白牌")),
    ("none", _("未上牌")),
]
FUELS = [("petrol", _("汽油")), ("diesel", _("柴油")), ("hybrid", _("混动")), ("ev", _("纯电"))]
CLASSES = [
    ("standard", _("普通型")),
    ("economy", _("经济型")),
    ("premium", _("中高级")),
    ("luxury", _("豪华型")),
    ("nev", _("新能源")),
    ("commercial", _("商用车")),
]
SIGNATURE_LIMIT = 1_400_000
BESIDE = ("advisor", "fault_codes")
REFUSALS = [_("检查后排除"), _("刚换过"), _("与现象不符"), _("客户不做")]


def clean_codes(typed: str) -> str:
    """Fault codes as typed; the words that are none are named at the field."""
    try:
        checked_codes(typed)
    except Refused as refused:
        raise forms.ValidationError(str(refused.message)) from refused
    return typed


def text(label: Any, most: int, required: bool = False, **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.TextInput(attrs=attrs))


def choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


class OwnerForm(forms.Form):
    """The owner of a car whose file has none."""

    kind = forms.ChoiceField(
        label=_("客户类型"), choices=[("person", _("个人")), ("company", _("单位"))], initial="person"
    )
    name = text(_("车主姓名或单位名称"), 80, required=True, **{"data-autofocus": True})
    phone = text(_("手机号"), 24)


class NewCarForm(OwnerForm):
    """A car the shop sees for the first time."""

    plate = text(_("车牌"), 12, **{"data-plate": True})
    plate_kind = choice(_("车牌种类"), PLATE_KINDS)
    vin = text(_("车架号"), 17, **{"data-vin": True})
    make = text(_("品牌"), 30)
    series = text(_("车系"), 40)
    model = text(_("车型"), 60)
    model_year = forms.IntegerField(label=_("年款"), required=False, min_value=1950, max_value=2100)
    fuel = choice(_("能源"), FUELS)
    vehicle_class = choice(_("车辆级别"), CLASSES)


class IntakeForm(forms.Form):
    """Step two: why the car is here and until when."""

    order_type = forms.ChoiceField(label=_("维修类别"), choices=ORDER_TYPES, initial="repair")
    concern = forms.CharField(
        label=_("客户描述"),
        max_length=500,
        required=False,
        help_text=_("用客户自己的话：什么时候、什么声音、什么条件下出现"),
        widget=forms.Textarea(attrs={"rows": 3, "data-autofocus": True}),
    )
    odometer = forms.IntegerField(label=_("里程"), min_value=0, required=False)
    fuel_level = forms.IntegerField(label=_("油量或电量"), min_value=0, max_value=100, required=False)
    promised_at = forms.DateTimeField(
        label=_("预计交车时间"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    fault_codes = text(_("故障码"), 200, autocapitalize="characters", placeholder="P0302 P0171")
    key_place = text(_("钥匙位置"), 20)
    bringer_name = text(_("送修人"), 40)
    bringer_phone = text(_("送修人电话"), 24)
    advisor = forms.TypedChoiceField(label=_("服务顾问"), coerce=int, empty_value=None, required=False)

    def __init__(
        self,
        *args: Any,
        advisors: Iterable[Any] = (),
        last_odometer: int | None = None,
        needed: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needed = before_signing(needed)
        self.fields["advisor"].choices = [("", _("本人")), *((person.pk, person.name) for person in advisors)]  # type: ignore[attr-defined]
        if last_odometer:
            self.fields["odometer"].widget.attrs["placeholder"] = f"{last_odometer:,}"

    def facts(self) -> dict[str, Any]:
        """What ``check_in`` and ``change_order`` take."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in BESIDE}
        return data | {"advisor_id": self.cleaned_data["advisor"]}

    def clean_fault_codes(self) -> str:
        return clean_codes(self.cleaned_data["fault_codes"])

    def clean_promised_at(self) -> datetime | None:
        promised: datetime | None = self.cleaned_data["promised_at"]
        return promised


class SignatureForm(forms.Form):
    """A drawn signature (PNG as data address) or the typed name."""

    signature = forms.CharField(required=False, max_length=SIGNATURE_LIMIT, widget=forms.HiddenInput)
    signature_typed = forms.CharField(required=False, max_length=40)

    def clean_signature(self) -> bytes | None:
        raw = self.cleaned_data["signature"]
        if not raw:
            return None
        head, _comma, body = raw.partition(",")
        try:
            content = b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if head != "data:image/png;base64" or not content:
            raise forms.ValidationError(_("签名没有传完整，请重签"))
        return content

    def signed(self) -> dict[str, Any]:
        """What the signing commands take."""
        return {"signature_png": self.cleaned_data["signature"], "name": self.cleaned_data["signature_typed"]}


def before_signing(names: Iterable[str]) -> dict[str, Any]:
    """The marks of fields that may be left open now but not when the customer signs."""
    return {name: _("签字前必填") for name in names}


class WalkaroundForm(SignatureForm):
    """Step three: marks on the car, the checklist, belongings, photos."""

    def __init__(self, *args: Any, needed: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = before_signing(needed)

    marks = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    belongings = text(_("车内及后备箱物品"), 200)
    key_place = text(_("钥匙位置"), 20)
    note = text(_("其他说明"), 300)
    fuel_level = forms.IntegerField(label=_("油量或电量"), min_value=0, max_value=100, required=False)
    odometer = forms.IntegerField(label=_("里程"), min_value=0, required=False)

    def clean_marks(self) -> list[dict[str, Any]]:
        try:
            marks = json.loads(self.cleaned_data["marks"] or "[]")
        except ValueError:
            marks = None
        if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
            raise forms.ValidationError(_("损伤标记没有传完整，请重新标记"))
        return marks

    def facts(self) -> dict[str, Any]:
        """What ``save_walkaround`` takes besides the checklist."""
        names = ("marks", "belongings", "note", "fuel_level", "odometer", "key_place")
        return {name: self.cleaned_data[name] for name in names}


class LineForm(forms.Form):
    """A line of the quote changed in place: hours or quantity, and the discount in percent."""

    amount = forms.DecimalField(min_value=Decimal("0.001"), max_digits=9, decimal_places=3, required=False)
    discount = forms.DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)


class SendForm(forms.Form):
    """How long the quote stands."""

    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(3, _("3 天")), (7, _("7 天")), (15, _("15 天")), (30, _("30 天"))],
        initial=7,
        widget=forms.Select(attrs={"class": "pl-input", "style": "width:96px"}),
    )


class CloseForm(forms.Form):
    """Why a recommendation is not heard again."""

    reason = text(_("原因"), 60)


class CodesForm(forms.Form):
    """The fault codes read from the car."""

    codes = text(_("故障码"), 200, autocapitalize="characters", placeholder="P0302 P0171")

    def clean_codes(self) -> str:
        return clean_codes(self.cleaned_data["codes"])


class OwnCauseForm(forms.Form):
    """A cause that only this shop knows."""

    name = text(_("原因"), 60, required=True, **{"data-autofocus": True})
    operation = text(_("项目编码"), 20, required=True)
    words = forms.CharField(
        label=_("客户会怎么说"),
        max_length=800,
        required=False,
        help_text=_("每行一种说法"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    fault_codes = text(_("故障码"), 200)
    check_text = text(_("先检查什么"), 120)
    from_km = forms.IntegerField(label=_("多在多少公里以后"), min_value=0, max_value=2_000_000, required=False)
    active = forms.BooleanField(label=_("启用"), required=False)

    def facts(self) -> dict[str, Any]:
        """What ``save_own_cause`` takes besides the operation."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "operation"}
        return data | {"words": data["words"].splitlines(), "from_km": data["from_km"] or 0}
