"""What somebody is asked who opens an organisation, on the console and on the page alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .opening import Plan, is_setup_code

FIRST = "main"


class PlanForm(forms.Form):
    """Organisation, first store, administrator."""

    code = forms.SlugField(label=_("组织编码"), max_length=20)
    name = forms.CharField(label=_("组织名称"), max_length=80, help_text=_("集团、连锁或单店的名字"))
    store_name = forms.CharField(label=_("门店名称"), max_length=40)
    store_code = forms.RegexField(
        r"^[A-Z0-9]{1,8}$",
        label=_("门店编码"),
        max_length=8,
        help_text=_("大写字母和数字，进入每一个单号，例如 WJ"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
        error_messages={"invalid": _("只能用大写字母和数字，最多 8 个")},
    )
    company = forms.CharField(
        label=_("公司全称"), max_length=80, required=False, help_text=_("印在结算单上，不填就用组织名称")
    )
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("电话"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    catalogue = forms.BooleanField(
        label=_("载入起步目录"),
        required=False,
        initial=True,
        help_text=_("常用维修项目、套餐、保养周期、工时单价和配件，之后都能改"),
    )
    person = forms.CharField(label=_("管理员姓名"), max_length=30)
    login = forms.RegexField(
        r"^[a-z0-9][a-z0-9._@-]{1,39}$",
        label=_("登录名"),
        max_length=40,
        help_text=_("全系统唯一，小写字母和数字"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"invalid": _("用小写字母和数字，至少 2 个")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        help_text=_("至少 8 位，不能全是数字或太常见"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def plan(self, **more: Any) -> Plan:
        """What the command needs."""
        wanted = Plan.__dataclass_fields__
        return Plan(**{name: value for name, value in self.cleaned_data.items() if name in wanted}, **more)


class FirstRunForm(PlanForm):
    """The same on the page, behind the code of the console. The first organisation needs no code of its own."""

    repeat = forms.CharField(
        label=_("再输一次密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    setup_code = forms.CharField(
        label=_("设置码"),
        max_length=40,
        help_text=_("启动窗口里显示的 12 个字符"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("请填写启动窗口里显示的设置码")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"]

    def clean_setup_code(self) -> str:
        given = str(self.cleaned_data["setup_code"])
        if not is_setup_code(given):
            raise forms.ValidationError(_("设置码不对，请看启动窗口"))
        return given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("repeat") and data["password"] != data["repeat"]:
            self.add_error("repeat", _("两次输入的密码不一样"))
        return data
