"""Forms of sign-in and of a person's own account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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
