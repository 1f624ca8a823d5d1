"""Forms of the catalogue. They ask and read; commands decide."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.formfields import MoneyFormField
from pitlane.core.money import Money

from . import queries
from .commands import PackageLineInput, ScheduleItemInput
from .models import BayNeed, RepairClass, StatementPart, Trade
from .names import CLASSES, FUELS, SKILLS

FREE = Money(0)
LEVELS = [(1, _("初级")), (2, _("中级")), (3, _("高级"))]


def _text(label: Any, longest: int, size: int = 0, **options: Any) -> forms.CharField:
    field = forms.CharField(label=label, max_length=longest, required=options.pop("required", False), **options)
    if size:
        field.width = size  # type: ignore[attr-defined]
    return field


def _hours(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=6, decimal_places=3, min_value=0, **options)


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, required=False)


class WorkField(forms.CharField):
    """An operation by its code, alone or before its name; cleans to its id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, label=_("项目"), **options)
        self.widget.attrs["list"], self.width = "work-list", 240

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = queries.operation_by_code(text.split()[0].upper())
        if found is None:
            raise ValidationError(_("没有这个项目编码"), code="operation")
        return found.id

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((data or "").strip())


class PackageField(WorkField):
    """A package by its code; cleans to its id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.label = _("套餐")
        self.widget.attrs["list"], self.width = "package-list", 200

    def to_python(self, value: Any) -> Any:
        text = (forms.CharField.to_python(self, value) or "").strip()
        if not text:
            return None
        found = queries.package_by_code(text.split()[0].upper())
        if found is None:
            raise ValidationError(_("没有这个套餐编码"), code="package")
        return found.id


class OperationForm(forms.Form):
    """A labour operation without its steps."""

    code = _text(_("编码"), 20, required=True)
    name = _text(_("名称"), 60, required=True)
    name_en = _text(_("英文名称"), 80)
    trade = forms.ChoiceField(label=_("工种"), choices=Trade.choices)
    category = _text(_("类别"), 20, required=True, widget=forms.TextInput({"list": "categories"}))
    standard_hours = _hours(_("标准工时"))
    skill = forms.ChoiceField(label=_("技能"), choices=[("", _("不限")), *SKILLS], required=False)
    skill_level = forms.TypedChoiceField(label=_("技能等级"), choices=LEVELS, coerce=int, initial=1)
    bay_type = forms.ChoiceField(label=_("工位"), choices=[("", _("不限")), *BayNeed.choices], required=False)
    repair_class = forms.ChoiceField(label=_("维修类别"), choices=RepairClass.choices)
    statement_part = forms.ChoiceField(label=_("结算栏目"), choices=StatementPart.choices, initial="labour")
    fixed_price = MoneyFormField(label=_("一口价"), required=False, least=FREE, help_text=_("不填按工时单价计算"))
    standard = _text(_("质检标准"), 300, widget=forms.Textarea({"rows": 2}))
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)
    online = forms.BooleanField(label=_("客户可在网上预约"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StepForm(forms.Form):
    """One step; an empty text is no step."""

    text = _text(_("步骤"), 120, 320)
    label = _text(_("测量值"), 30)
    unit = _text(_("单位"), 12, 70)
    min = forms.FloatField(label=_("下限"), required=False)
    max = forms.FloatField(label=_("上限"), required=False)
    photo = forms.BooleanField(label=_("要拍照"), required=False)
    peer = forms.BooleanField(label=_("要互检"), required=False)

    def step(self) -> dict[str, Any]:
        """The step as the command takes it."""
        facts = self.cleaned_data
        measure = {name: facts[name] for name in ("label", "unit", "min", "max")}
        return {**facts, "measure": measure if facts["label"] else None}

    @staticmethod
    def initial_of(step: dict[str, Any]) -> dict[str, Any]:
        """The form of a known step."""
        return {**step.get("measure", {}), **{key: step[key] for key in ("text", "photo", "peer") if key in step}}


class PackageForm(forms.Form):
    """A package without its lines."""

    code = _text(_("编码"), 20, required=True)
    name = _text(_("名称"), 60, required=True)
    name_en = _text(_("英文名称"), 80)
    price = MoneyFormField(label=_("套餐价"), required=False, least=FREE, help_text=_("不填按明细合计"))
    makes = _text(_("品牌"), 300, help_text=_("多个用逗号隔开，不填表示全部"))
    series = _text(_("车系"), 500)
    fuels = forms.MultipleChoiceField(
        label=_("燃料"), choices=[("", _("全部")), *FUELS], required=False, widget=forms.CheckboxSelectMultiple
    )
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)
    online = forms.BooleanField(label=_("客户可在网上预约"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_makes(self) -> list[str]:
        return names_in(self.cleaned_data["makes"])

    def clean_series(self) -> list[str]:
        return names_in(self.cleaned_data["series"])


def names_in(text: str) -> list[str]:
    """Names between commas, full width ones too."""
    return [name.strip() for name in re.split(r"[,，、;；\n]", text) if name.strip()]  # zh-data


class PackageLineForm(forms.Form):
    """One line: an operation or a part."""

    operation = WorkField()
    hours = _hours(_("工时"), required=False)
    part_code = _text(_("配件编码"), 40, 150)
    quantity = forms.DecimalField(label=_("数量"), max_digits=9, decimal_places=3, min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.cleaned_data
        if facts.get("operation") and facts.get("part_code"):
            self.add_error("part_code", _("一行只写一个项目或一个配件"))
        return facts

    def line(self) -> PackageLineInput | None:
        """The line as the command takes it; None when nothing was entered."""
        facts = self.cleaned_data
        if not facts.get("operation") and not facts.get("part_code"):
            return None
        quantity = {} if facts["quantity"] is None else {"quantity": facts["quantity"]}
        return PackageLineInput(facts["operation"], facts["part_code"].upper(), hours=facts["hours"], **quantity)


class ScheduleForm(forms.Form):
    """A maintenance schedule without its needs."""

    code = _text(_("编码"), 20, required=True)
    name = _text(_("名称"), 60, required=True)
    make = _text(_("品牌"), 30)
    series = _text(_("车系"), 40)
    fuel = forms.ChoiceField(label=_("燃料"), choices=[("", _("全部")), *FUELS], required=False)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)


class NeedForm(forms.Form):
    """One recurring need; an empty name is no need."""

    code = _text(_("代号"), 30)
    name = _text(_("名称"), 60, 180)
    every_km = _count(_("每公里"))
    every_months = _count(_("每月"))
    first_km = _count(_("首次公里"))
    first_months = _count(_("首次月"))
    operation = WorkField()
    package = PackageField()

    def item(self) -> ScheduleItemInput | None:
        """The need as the command takes it; None when nothing was entered."""
        facts = dict(self.cleaned_data)
        if not facts.get("name"):
            return None
        work = {"operation_id": facts.pop("operation"), "package_id": facts.pop("package")}
        return ScheduleItemInput(**(facts | {"code": facts["code"] or facts["name"][:30]} | work))


class RateForm(forms.Form):
    """An hour's price from a day on."""

    store = forms.ChoiceField(label=_("适用"), required=False)
    vehicle_class = forms.ChoiceField(label=_("车辆级别"), choices=[("", _("全部")), *CLASSES], required=False)
    trade = forms.ChoiceField(label=_("工种"), choices=[("", _("全部")), *Trade.choices], required=False)
    rate = MoneyFormField(label=_("单价（元/工时）"), least=FREE)
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        stores, self.many_stores = accounts.offered(by, [])
        if self.many_stores:
            self.fields["store"] = self._typed_store()
        else:
            group = [("", _("集团（所有门店）"))] if by.stores is None else []
            self.fields["store"].choices = [*group, *((one.ref, one.name) for one in stores)]  # type: ignore[attr-defined]

    def _typed_store(self) -> forms.CharField:
        """One of very many stores: found by typing its code, its name or pinyin."""
        found = {"hx-trigger": "input changed delay:200ms", "hx-target": "#store-options"}
        attrs = {"list": "store-options", "hx-get": f"{reverse('accounts:choose_store')}?as=options", **found}
        help_text = (
            _("门店编码、名称或拼音；不填是集团所有门店") if self.by.stores is None else _("门店编码、名称或拼音")
        )
        required = self.by.stores is not None
        widget = forms.TextInput({**attrs, "autocomplete": "off"})
        return forms.CharField(label=_("适用"), max_length=60, required=required, widget=widget, help_text=help_text)

    def clean_store(self) -> int | None:
        text = self.cleaned_data["store"].strip()
        if not text:
            return None
        found = accounts.store_named(self.by, text)
        if found is None:
            raise ValidationError(_("没有找到这家门店，请输入编码或从列表里选"), code="store")
        return int(found.pk)

    def facts(self) -> dict[str, Any]:
        """What the command takes."""
        facts = dict(self.cleaned_data)
        return {"store_id": facts.pop("store"), **facts}


class GuaranteeForm(forms.Form):
    """The law's floor or the shop's promise from a day on."""

    repair_class = forms.ChoiceField(label=_("维修类别"), choices=RepairClass.choices)
    statutory = forms.ChoiceField(label=_("性质"), choices=[("", _("本店承诺")), ("1", _("法定"))], required=False)
    km = forms.IntegerField(label=_("公里"), min_value=0, required=False, help_text=_("不填表示不限"))
    days = forms.IntegerField(label=_("天数"), min_value=0, required=False, help_text=_("不填表示不限"))
    valid_from = forms.DateField(label=_("生效日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    source = _text(_("依据"), 80)

    def clean_statutory(self) -> bool:
        return bool(self.cleaned_data["statutory"])


LISTS = {
    "reception": _("接车清单"),
    "inspection": _("车辆检查"),
    "zone": _("车身部位"),
    "damage": _("损伤类型"),
    "hold_reason": _("暂停原因"),
    "decline_reason": _("不做的原因"),
    "cause_code": _("返工原因"),
}
ASKED = {
    "reception": ("ask", "unit", "options", "required"),
    "inspection": ("group_name", "unit", "direction", "watch", "act"),
    "zone": ("x", "y"),
}
WAYS = [("check", _("打勾")), ("choice", _("选择")), ("number", _("填数字")), ("text", _("填文字"))]
DIRECTIONS = [("", "—"), ("low", _("越低越差")), ("high", _("越高越差"))]


class EntryForm(forms.Form):
    """Name, place and use of an entry, and what its list needs beyond that."""

    code = forms.SlugField(label=_("编码"), max_length=30, help_text=_("字母、数字和横线，保存后不能改"))
    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名称"), max_length=80, required=False)
    position = forms.IntegerField(label=_("次序"), min_value=0, max_value=9999, initial=100)
    ask = forms.ChoiceField(label=_("怎么答"), choices=WAYS)
    unit = forms.CharField(label=_("单位"), max_length=8, required=False)
    options = forms.CharField(
        label=_("选项"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个；只在「选择」时用"),
    )
    group_name = forms.CharField(label=_("分组"), max_length=30, required=False)
    direction = forms.ChoiceField(label=_("限值方向"), choices=DIRECTIONS, required=False)
    watch = forms.DecimalField(label=_("留意限值"), required=False)
    act = forms.DecimalField(label=_("处理限值"), required=False)
    x = forms.IntegerField(label=_("前后位置"), min_value=0, max_value=100, help_text=_("车头 0，车尾 100"))
    y = forms.IntegerField(label=_("左右位置"), min_value=0, max_value=100, help_text=_("右侧 0，左侧 100"))
    required = forms.BooleanField(label=_("必查"), required=False)
    active = forms.BooleanField(label=_("使用"), required=False, initial=True)

    def __init__(self, *args: Any, kind: str, entry: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(entry) if entry else None, **kwargs})
        every = {name for names in ASKED.values() for name in names}
        for name in every - set(ASKED.get(kind, ())):
            del self.fields[name]
        if entry:
            del self.fields["code"]
        self.entry = entry

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ask") == "choice" and not _said_lines(cleaned.get("options", "")):
            self.add_error("options", _("请至少写一个选项"))
        if _crossed(cleaned.get("direction", ""), cleaned.get("watch"), cleaned.get("act")):
            self.add_error("act", _("处理限值应比留意限值更差"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What ``save_checklist_entry`` takes; data of the entry that this form does not ask stays as it is."""
        said = self.cleaned_data
        plain = {name: said[name] for name in ("name", "name_en", "position", "active")}
        data = dict(self.entry.data) if self.entry else {}
        for name in ("unit", "group_name", "direction", "x", "y", "required"):
            if name in self.fields:
                data[name] = said[name]
        for name in ("watch", "act"):
            if name in self.fields:
                data[name] = float(said[name]) if said[name] is not None else None
        if "ask" in self.fields:
            data |= {"kind": said["ask"], "options": _options(said["options"], data.get("options") or [])}
        code = self.entry.code if self.entry else said["code"]
        return plain | {
            "code": code,
            "data": {name: value for name, value in data.items() if value not in ("", None, [])},
        }


def _crossed(direction: str, watch: Decimal | None, act: Decimal | None) -> bool:
    """Whether the limit for acting comes before the one for watching."""
    if watch is None or act is None or not direction:
        return False
    return watch <= act if direction == "low" else watch >= act


def _said_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _options(text: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options keep their code by name, so that answers given before can still be read."""
    known = {option["name"]: option for option in before}
    used = {option["code"] for option in before}
    made = []
    for n, name in enumerate(_said_lines(text), start=1):
        code = next(f"o{i}" for i in range(n, n + len(used) + 1) if f"o{i}" not in used)
        made.append(known.get(name) or {"code": code, "name": name})
        used.add(made[-1]["code"])
    return made


def _initial(entry: Any) -> dict[str, Any]:
    options = "\n".join(option["name"] for option in entry.data.get("options", []))
    plain = {name: getattr(entry, name) for name in ("name", "name_en", "position", "active")}
    return entry.data | plain | {"ask": entry.data.get("kind", "check"), "options": options}


Steps = forms.formset_factory(StepForm, extra=3, max_num=60)
PackageLines = forms.formset_factory(PackageLineForm, extra=3, max_num=80)
Needs = forms.formset_factory(NeedForm, extra=2, max_num=80)
