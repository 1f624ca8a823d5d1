"""Forms of sign-in and of a person's own account."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import PERMISSIONS, Actor
from pitlane.core.errors import Missing
from pitlane.core.formfields import MoneyFormField
from pitlane.core.ids import parse_id
from pitlane.core.money import ZERO, Money

from .areas import AREAS
from .commands import Skill
from .models import Role
from .permission_groups import Group, grouped
from .queries import AuditFilter, offered, stores_by_code
from .skills import LEVELS, SKILLS
from .terms import ROUND_OFF, StoreTerms, percent

HOMES = {
    "frontdesk": _("前台"),
    "manager": _("店长"),
    "technician": _("技师终端"),
    "foreman": _("车间"),
    "parts": _("配件"),
    "cashier": _("收银"),
}


class SignInForm(forms.Form):
    """Login or phone, and password."""

    login = forms.CharField(
        label=_("手机号或工号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "data-autofocus": ""}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember = forms.BooleanField(label=_("这台电脑 7 天内免登录"), help_text=_("共用电脑请勿勾选"), required=False)


class CodeForm(forms.Form):
    """The six digits of the second factor."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=7,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-autofocus": ""}),
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].replace(" ", "")
        if not (code.isdigit() and len(code) == 6):
            raise forms.ValidationError(_("验证码是 6 位数字"))
        return str(code)


class SecondFactorForm(CodeForm):
    """The six digits, or one of the recovery codes of somebody without the phone."""

    recovery = forms.CharField(
        label=_("恢复码"),
        max_length=20,
        required=False,
        help_text=_("开启两步验证时记下的 10 个字符，每个只能用一次"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = not self.data.get("recovery")

    def clean_code(self) -> str:
        return super().clean_code() if self.cleaned_data["code"] else ""


class PasswordForm(forms.Form):
    """Change the own password."""

    old_password = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 8 位，不能全是数字或太常见"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeat = forms.CharField(
        label=_("再输一次新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("password") and data.get("repeat") and data["password"] != data["repeat"]:
            self.add_error("repeat", _("两次输入的新密码不一样"))
        return data


class TotpForm(CodeForm):
    """Prove that the authenticator app shows the right code before it is switched on."""

    secret = forms.CharField(widget=forms.HiddenInput)


class ChoosesStores(forms.Form):
    """A form in which stores are ticked: all of a few are offered, one of many is found by typing."""

    more_stores = forms.CharField(
        label=_("再加门店"), max_length=400, required=False, help_text=_("门店编码，用空格或逗号分开")
    )

    def offer(self, actor: Actor) -> None:
        """Offer the stores of this person: what was posted or chosen before, and the others when they are few."""
        self.actor = actor
        posted = self.data.getlist("stores") if hasattr(self.data, "getlist") else self.data.get("stores", [])
        refs = posted if self.is_bound else self.initial.get("stores", [])
        stores, self.many_stores = offered(actor, [pk for ref in refs if (pk := _store_id(ref))])
        self.fields["stores"].choices = [(store.ref, store.name) for store in stores]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        codes = [code for code in re.split(r"[\s,，、]+", data.pop("more_stores", "")) if code]
        found = stores_by_code(self.actor, codes) if codes else []
        if unknown := set(codes) - {store.code for store in found}:
            self.add_error("more_stores", _("没有这个编码的门店：%(codes)s") % {"codes": "、".join(sorted(unknown))})
        data["stores"] = [*dict.fromkeys([*data.get("stores", []), *(store.ref for store in found)])]
        return data


def _store_id(ref: str) -> int | None:
    try:
        return parse_id("sto", ref)
    except Missing:
        return None


class StaffForm(ChoosesStores):
    """A person's data, roles and stores."""

    name = forms.CharField(label=_("姓名"), max_length=30)
    employee_no = forms.CharField(label=_("工号"), max_length=20)
    login = forms.CharField(label=_("登录名"), max_length=40, help_text=_("全系统唯一，小写字母和数字"))
    phone = forms.CharField(
        label=_("手机号"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    hired_on = forms.DateField(
        label=_("入职日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    roles = forms.MultipleChoiceField(label=_("角色"), widget=forms.CheckboxSelectMultiple)
    stores = forms.MultipleChoiceField(label=_("门店"), widget=forms.CheckboxSelectMultiple, required=False)
    password = forms.CharField(
        label=_("初始密码"),
        required=False,
        strip=False,
        help_text=_("本人第一次登录后须修改"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_active = forms.BooleanField(label=_("在职"), required=False, initial=True)

    def __init__(self, *args: Any, roles: list[Role], actor: Actor, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.ref, role.name) for role in roles]  # type: ignore[attr-defined]
        self.offer(actor)
        if new:
            self.fields["password"].required = True
            del self.fields["is_active"]
        else:
            del self.fields["login"], self.fields["password"]

    def facts(self) -> dict[str, Any]:
        """Cleaned data with row ids instead of public ids."""
        data = dict(self.cleaned_data)
        data["role_ids"] = [parse_id("rol", ref) for ref in data.pop("roles")]
        data["store_ids"] = [parse_id("sto", ref) for ref in data.pop("stores")]
        return data


class ResetPasswordForm(forms.Form):
    """Give a person a new first password."""

    password = forms.CharField(
        label=_("新的初始密码"),
        strip=False,
        help_text=_("本人下次登录后须修改；现有登录全部结束"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SkillForm(forms.Form):
    """One skill of a technician; a row without a skill is left out."""

    skill = forms.ChoiceField(label=_("技能"), required=False, choices=[("", _("无")), *SKILLS.items()])
    level = forms.TypedChoiceField(label=_("等级"), coerce=int, choices=list(LEVELS.items()), initial=1)
    certificate = forms.CharField(label=_("证书编号"), max_length=60, required=False)
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class SkillRows(forms.BaseFormSet):
    """The rows of a person's skills, each skill once."""

    def clean(self) -> None:
        seen: set[str] = set()
        for row in self.forms:
            skill = row.cleaned_data.get("skill", "") if row.is_valid() else ""
            if skill and skill in seen:
                row.add_error("skill", _("同一项技能写了两次"))
            seen.add(skill)

    def skills(self) -> list[Skill]:
        """What the rows say, for the command."""
        return [Skill(**row.cleaned_data) for row in self.forms if row.cleaned_data.get("skill")]


SkillFormSet: Any = forms.formset_factory(SkillForm, formset=SkillRows, extra=1, max_num=len(SKILLS))


class RoleForm(forms.Form):
    """Name, data scope and permissions of a role."""

    code = forms.SlugField(
        label=_("编码"),
        max_length=30,
        help_text=_("小写字母和数字，之后不能改"),
        widget=forms.TextInput(attrs={"inputmode": "text"}),
    )
    name = forms.CharField(label=_("名称"), max_length=30)
    data_scope = forms.ChoiceField(label=_("数据范围"), choices=Role.Scope.choices)
    discount_limit = forms.IntegerField(
        label=_("折扣上限"), min_value=0, max_value=100, initial=0, help_text=_("百分比，超过要审批")
    )
    home = forms.ChoiceField(label=_("工作台"), choices=list(HOMES.items()))
    permissions = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = [(p.code, p.label) for p in PERMISSIONS.values()]  # type: ignore[attr-defined]
        if not new:
            del self.fields["code"]

    def groups(self) -> list[Group]:
        """The permissions as the page shows them, domain by domain."""
        return grouped(self["permissions"])


class StoreForm(forms.Form):
    """Data of a store; they stand on every printed document."""

    code = forms.RegexField(
        r"^[A-Z0-9]{1,8}$",
        label=_("门店编码"),
        max_length=8,
        help_text=_("大写字母和数字，进入每一个单号，例如 WJ"),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocapitalize": "characters"}),
        error_messages={"invalid": _("只能用大写字母和数字，最多 8 个")},
    )
    name = forms.CharField(label=_("门店名称"), max_length=40)
    company = forms.CharField(label=_("公司全称"), max_length=80, required=False)
    region = forms.CharField(
        label=_("区域"),
        max_length=40,
        required=False,
        help_text=_("同一区域的门店写同样的名称"),
        widget=forms.TextInput(attrs={"list": "regions"}),
    )
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    licence = forms.CharField(label=_("经营备案号"), max_length=40, required=False)
    active = forms.BooleanField(label=_("营业中"), required=False, initial=True)

    def __init__(self, *args: Any, regions: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = regions


class StoreTermsForm(forms.Form):
    """How a store bills. The rate is typed in percent."""

    LIMITS = ("refund_without_approval", "adjust_without_approval")
    tax_rate = forms.DecimalField(
        label=_("税率"),
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        help_text=_("百分比，例如 6 或 13；0 表示不计税"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    prices_include_tax = forms.BooleanField(
        label=_("价格含税"), required=False, help_text=_("不勾选时，税加在价格之上")
    )
    round_off_fen = forms.TypedChoiceField(
        label=_("抹零"), coerce=int, choices=list(ROUND_OFF.items()), help_text=_("只对客户自己付的单；差额记为让利")
    )
    refund_without_approval = MoneyFormField(
        label=_("免审批退款上限"),
        least=ZERO,
        help_text=_("不超过这个金额，收银可以直接退；0 表示每笔都要审批"),
    )
    adjust_without_approval = MoneyFormField(
        label=_("免审批库存调整上限"),
        least=ZERO,
        help_text=_("盘亏、报损等调整的成本金额不超过它时直接入账；0 表示每次都要审批"),
    )
    till_must_be_opened = forms.BooleanField(
        label=_("收现金前必须开班"), required=False, help_text=_("不勾选时，第一笔现金自动开班，备用金为 0")
    )

    @staticmethod
    def facts_of(terms: StoreTerms) -> dict[str, Any]:
        """The terms as the form shows them."""
        shown = {name: getattr(terms, name) for name in ("prices_include_tax", "round_off_fen", "till_must_be_opened")}
        limits = {name: Money(getattr(terms, f"{name}_fen")) for name in StoreTermsForm.LIMITS}
        return {**shown, **limits, "tax_rate": percent(terms.tax_rate)}

    def changes(self) -> dict[str, Any]:
        """What the command needs."""
        data = dict(self.cleaned_data)
        data["tax_rate"] = data["tax_rate"] / 100
        for name in self.LIMITS:
            data[f"{name}_fen"] = data.pop(name).fen
        return data


class KeyForm(ChoosesStores):
    """A program's access."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("哪个程序用它，例如 财务系统"))
    scopes = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    stores = forms.MultipleChoiceField(
        label=_("门店"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("都不选表示全部门店")
    )
    expires_on = forms.DateField(label=_("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [p for p in PERMISSIONS.values() if p.code in actor.permissions]
        self.fields["scopes"].choices = [(p.code, p.label) for p in mine]  # type: ignore[attr-defined]
        self.offer(actor)

    def groups(self) -> list[Group]:
        """The permissions as the page shows them, domain by domain."""
        return grouped(self["scopes"])


class DecisionForm(forms.Form):
    """The answer to a request for approval: the button that was pressed, and a remark."""

    answer = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")], widget=forms.HiddenInput)

    note = forms.CharField(label=_("意见"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AuditForm(forms.Form):
    """What to look for in the audit trail. A day that is none is no condition."""

    area = forms.ChoiceField(label=_("类别"), choices=[("", _("全部类别")), *AREAS.items()], required=False)
    person = forms.CharField(label=_("谁"), max_length=40, required=False)
    first_day = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def chosen(self) -> AuditFilter:
        """The conditions that make sense; a broken one is shown at its field and left out."""
        self.is_valid()
        return AuditFilter(**{name: value for name, value in self.cleaned_data.items() if value})
