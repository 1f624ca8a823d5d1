"""Forms of customers and cars. They ask and split; commands decide."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import staff_with_permission
from pitlane.core.access import Actor
from pitlane.core.exports import ExportKind
from pitlane.core.imports.cells import day as solar_day

from .lunar import is_lunar, lunar_day
from .models import ContactLog, Customer, Export, Vehicle
from .names import CONTACT_WAYS, GENDERS, OUTCOMES, SOURCES
from .plates import KIND_NAMES, PlateKind
from .queries import VehicleCard, customer_card

CAR_FIELDS = (
    *("plate", "plate_kind", "vin", "make", "series", "model", "model_year", "vehicle_class", "fuel", "engine_no"),
    *("colour", "purchased_on", "insurance_until", "insurer", "inspection_until", "warranty_until", "warranty_km"),
)
PREFERENCES = ("channel", "time", "technician")
SEALED = ("wechat", "email", "address", "id_number")
COLOURS_BY_HAND = (PlateKind.YELLOW, PlateKind.BLACK, PlateKind.FOREIGN, PlateKind.NONE)
NO_SUCH_DAY = _("没有这一天：请写成 1978-05-20，或「1978年农历八月十五」")
NO_SUCH_LUNAR = _("农历没有这一天：请核对月份、闰月和日子，如「1978年农历八月十五」")
PLATE_KINDS = [("", _("自动识别")), *((kind.value, _(KIND_NAMES[kind])) for kind in COLOURS_BY_HAND)]


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )


def _text(label: Any, longest: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, **options)


def _phone(label: Any, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    return forms.CharField(label=label, max_length=30, widget=widget, **options)


def _blank(choices: Any) -> list[tuple[str, Any]]:
    return [("", "—"), *choices]


class PersonFields(forms.Form):
    """The card of a person or company, without phones and cars."""

    kind = forms.ChoiceField(label=_("类型"), choices=Customer.Kind.choices, widget=forms.RadioSelect, initial="person")
    name = forms.CharField(
        label=_("姓名或单位名称"), max_length=80, widget=forms.TextInput(attrs={"data-autofocus": ""})
    )
    gender = forms.ChoiceField(label=_("称呼"), choices=_blank(GENDERS.items()), required=False)
    contact_name = _text(_("联系人"), 40, help_text=_("单位客户的经办人"))
    source = forms.ChoiceField(label=_("来源"), choices=_blank(SOURCES.items()), required=False)
    advisor_id = forms.TypedChoiceField(label=_("负责顾问"), coerce=int, empty_value=None, required=False)
    tags = _text(_("标签"), 200, help_text=_("用空格或逗号隔开"))
    wechat = _text(_("微信"), 60)
    email = forms.EmailField(label=_("邮箱"), required=False)
    address = _text(_("地址"), 120, widget=forms.TextInput(attrs={"autocomplete": "street-address"}))
    birthday = _text(
        _("生日"),
        20,
        help_text=_("公历日期；也可以写农历，如「1978年农历八月十五」"),
        widget=forms.TextInput(attrs={"placeholder": "1978-05-20"}),
    )
    birthday_lunar = forms.BooleanField(label=_("按农历过生日"), required=False)
    id_number = _text(_("证件号"), 30)
    invoice_title = _text(_("发票抬头"), 80)
    tax_id = _text(_("税号"), 24)
    channel = forms.ChoiceField(label=_("联系偏好"), choices=_blank(CONTACT_WAYS.items()), required=False)
    time = _text(_("方便联系的时间"), 30)
    technician = forms.ChoiceField(label=_("指定技师"), required=False)
    note = _text(_("备注"), 500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = staff_with_permission("customers.edit", actor.store_id) if actor.store_id else []
        choices = [("", "—"), *((person.pk, person.name) for person in people)]
        current = self.initial.get("advisor_id")
        if current and current not in dict(choices):
            choices.append((current, self.initial.get("advisor_name", "")))
        self.fields["advisor_id"].choices = choices  # type: ignore[attr-defined]
        self._offer_technicians(actor)

    def _offer_technicians(self, actor: Actor) -> None:
        people = staff_with_permission("workshop.work", actor.store_id) if actor.store_id else []
        choices = [("", "—"), *((person.ref, person.name) for person in people)]
        current = self.initial.get("technician")
        if current and current not in dict(choices):
            choices.append((current, self.initial.get("technician_name", "")))
        self.fields["technician"].choices = choices  # type: ignore[attr-defined]
        if written := self.initial.get("technician_note"):
            self.fields["technician"].help_text = _("原来写的：%(text)s") % {"text": written}

    def clean_birthday(self) -> date | None:
        """A day of either calendar; a lunar one is kept as the day on which it fell."""
        text = self.cleaned_data["birthday"].strip()
        lunar = is_lunar(text)
        found = lunar_day(text, timezone.localdate()) if lunar else solar_day(text)
        if text and found is None:
            raise forms.ValidationError(NO_SUCH_LUNAR if lunar else NO_SUCH_DAY, code="birthday")
        self.said_lunar = lunar
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return data | {"birthday_lunar": data.get("birthday_lunar", False) or getattr(self, "said_lunar", False)}

    def tag_list(self) -> list[str]:
        return [tag for tag in re.split(r"[\s,，、;；]+", self.cleaned_data["tags"]) if tag]

    def facts(self) -> dict[str, Any]:
        """What the commands take; the preferences folded together."""
        given = {
            name: self.cleaned_data[name] for name in PersonFields.base_fields if name not in (*PREFERENCES, "tags")
        }
        wishes = {name: self.cleaned_data[name] for name in PREFERENCES if self.cleaned_data[name]}
        if "technician" not in wishes and (written := self.initial.get("technician_note")):
            wishes["technician_note"] = written
        return {**given, "preferences": wishes, "tags": self.tag_list()}


class CarFields(forms.Form):
    """The columns of a car."""

    plate = _text(
        _("车牌"), 12, widget=forms.TextInput(attrs={"data-plate": ""}), help_text=_("没上牌可留空，填车架号")
    )
    plate_kind = forms.ChoiceField(label=_("号牌种类"), choices=PLATE_KINDS, required=False)
    vin = _text(_("车架号"), 24, widget=forms.TextInput(attrs={"data-vin": ""}))
    make = _text(_("品牌"), 30)
    series = _text(_("车系"), 40)
    model = _text(_("车型"), 60)
    model_year = forms.IntegerField(label=_("年款"), min_value=1950, max_value=2100, required=False)
    odometer = forms.IntegerField(label=_("里程"), min_value=0, max_value=9_999_999, required=False)
    fuel = forms.ChoiceField(label=_("能源"), choices=_blank(Vehicle.Fuel.choices), required=False)
    vehicle_class = forms.ChoiceField(
        label=_("车辆档次"), choices=_blank(Vehicle.VehicleClass.choices), required=False, help_text=_("决定工时单价")
    )
    colour = _text(_("颜色"), 20)
    engine_no = _text(_("发动机号"), 30)
    insurance_until = _day(_("保险到期日"))
    insurer = _text(_("保险公司"), 30)
    inspection_until = _day(_("年检到期日"))
    purchased_on = _day(_("购车日期"))
    warranty_until = _day(_("质保到期日"))
    warranty_km = forms.IntegerField(label=_("质保里程"), min_value=0, required=False)

    def car_facts(self) -> dict[str, Any]:
        """What the commands take; empty choices leave the default."""
        given = {name: self.cleaned_data[name] for name in CAR_FIELDS}
        return {key: value for key, value in given.items() if key not in ("fuel", "vehicle_class") or value}


class NewCustomerForm(CarFields, PersonFields):
    """A new customer with the first car: everything the counter asks in one go."""

    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    more_phones = _text(_("其他电话"), 120, help_text=_("多个用空格隔开"))
    service = forms.BooleanField(label=_("服务通知"), required=False)
    marketing = forms.BooleanField(label=_("营销"), required=False)
    despite_duplicates = forms.BooleanField(label=_("确认是另一位客户，仍然新建"), required=False)
    take_plate = forms.BooleanField(label=_("车牌已换到这台车"), required=False)

    def phones(self) -> list[str]:
        more = re.split(r"[\s,，、;；]+", self.cleaned_data["more_phones"])
        return [number for number in (self.cleaned_data["phone"], *more) if number]

    def consents(self) -> dict[str, bool]:
        """Only what was ticked is an answer."""
        return {purpose: True for purpose in ("service", "marketing") if self.cleaned_data[purpose]}

    def has_car(self) -> bool:
        return bool(self.cleaned_data["plate"] or self.cleaned_data["vin"])


class EditCustomerForm(PersonFields):
    """A known card. Sealed values are not shown; what is left empty stays as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, customer: Customer, **kwargs: Any) -> None:
        card = customer_card(customer.pk)
        names = ("kind", "name", "gender", "contact_name", "source", "advisor_id", "birthday", "birthday_lunar")
        known = {name: getattr(customer, name) for name in (*names, "invoice_title", "tax_id", "note", "version")}
        known |= {"tags": " ".join(card.tags), "advisor_name": card.advisor_name, **customer.preferences}
        super().__init__(*args, actor=actor, initial=known, **kwargs)
        for name in SEALED:
            if getattr(customer, name):
                self.fields[name].help_text = _("已登记，不显示；重填则替换")

    def facts(self) -> dict[str, Any]:
        return {key: value for key, value in super().facts().items() if key not in SEALED or value}


class NewVehicleForm(CarFields):
    """A further car."""

    take_plate = forms.BooleanField(label=_("车牌已换到这台车"), required=False)


class EditVehicleForm(CarFields):
    """A known car; kilometres have their own form."""

    note = _text(_("备注"), 300, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    take_plate = forms.BooleanField(label=_("车牌已换到这台车"), required=False)

    def __init__(self, data: Any, *, card: VehicleCard) -> None:
        known = {name: getattr(card, name) for name in (*CAR_FIELDS, "note", "version")}
        known["plate_kind"] = card.plate_kind if card.plate_kind in COLOURS_BY_HAND else ""
        super().__init__(data, initial=known)
        del self.fields["odometer"]

    def car_facts(self) -> dict[str, Any]:
        facts = {**super().car_facts(), "note": self.cleaned_data["note"]}
        if not {"plate", "plate_kind"} & set(self.changed_data):
            del facts["plate"], facts["plate_kind"]
        return facts


class ContactForm(forms.Form):
    """记一笔: what was said, how it ended, what comes next."""

    channel = forms.ChoiceField(
        label=_("方式"), choices=ContactLog.Channel.choices, widget=forms.RadioSelect, initial="call_out"
    )
    outcome = forms.ChoiceField(label=_("结果"), choices=_blank(OUTCOMES.items()), required=False)
    text = _text(_("内容"), 500, widget=forms.Textarea(attrs={"rows": 3, "data-autofocus": ""}))
    next_step = _text(_("下一步"), 120)
    next_on = _day(_("哪天做"))


class CallForm(forms.Form):
    """记录来电: who calls, what they want, what we promised."""

    number = forms.CharField(
        label=_("来电号码"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "data-autofocus": ""}),
        help_text=_("手机号，或先输尾号 4 位找老客户"),
    )
    name = _text(_("怎么称呼"), 40)
    plate = _text(_("车牌"), 12, widget=forms.TextInput(attrs={"data-plate": True}))
    text = forms.CharField(label=_("来意"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    next_step = _text(_("下一步"), 120, help_text=_("如：14:00 前回电报价"))
    next_on = _day(_("哪天做"))
    customer = forms.CharField(max_length=24, required=False)


class PhoneForm(forms.Form):
    """A further number."""

    number = _phone(_("电话"))
    label = _text(_("说明"), 20, help_text=_("如：司机、配偶、办公室"))
    primary = forms.BooleanField(label=_("作为首选号码"), required=False)


class DateForm(forms.Form):
    """A day worth remembering."""

    label = forms.CharField(label=_("名称"), max_length=30)
    on = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    lunar = forms.BooleanField(label=_("按农历"), required=False)
    yearly = forms.BooleanField(label=_("每年"), required=False, initial=True)


class OdometerForm(forms.Form):
    """Kilometres read today or on an earlier day."""

    odometer = forms.IntegerField(label=_("里程"), min_value=0, max_value=9_999_999)
    on = _day(_("日期"), help_text=_("不填是今天"))


class ReasonForm(forms.Form):
    """Why something serious is done."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ExportForm(forms.Form):
    """What leaves the house, and why."""

    file_format = forms.ChoiceField(
        label=_("文件格式"), choices=Export.FileFormat.choices, widget=forms.RadioSelect, initial="xlsx"
    )
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    with_phones = forms.BooleanField(label=_("包含完整电话号码"), required=False)
    reason = forms.CharField(label=_("用途"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kind: ExportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.key != "orders":
            del self.fields["since"], self.fields["until"]
        if not kind.people:
            del self.fields["with_phones"]

    def days(self) -> dict[str, str]:
        """The first and last day, where the list has them."""
        found = {name: self.cleaned_data.get(name) for name in ("since", "until")}
        return {name: on.isoformat() for name, on in found.items() if on}

    def wish(self) -> dict[str, Any]:
        """What is asked for beside the conditions."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("since", "until")}
