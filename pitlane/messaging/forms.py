"""Forms of messaging. They ask and read; commands decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import Kind, Purpose, SendingRules
from .ports import Provider

CHANNELS = [("", _("全部渠道")), *Kind.choices]
LIMIT_LABELS = {
    "service_per_day": _("每位客户每天最多服务消息"),
    "marketing_per_week": _("每位客户每周最多营销消息"),
    "codes_per_phone_hour": _("每个号码每小时最多验证码"),
    "codes_per_phone_day": _("每个号码每天最多验证码"),
    "codes_per_address_hour": _("每个网络地址每小时最多验证码"),
    "codes_per_hour": _("全部号码每小时最多验证码"),
    "codes_per_day": _("全部号码每天最多验证码"),
}


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


class WordList(forms.CharField):
    """Names separated by spaces, commas or lines."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace(",", " ").replace("，", " ").split()

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class TemplateForm(forms.Form):
    """What a message of the shop's own is for."""

    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("程序用它找到模板，以后不能改，如 spring_check"))
    name = forms.CharField(label=_("名称"), max_length=60)
    purpose = forms.ChoiceField(label=_("用途"), choices=Purpose.choices)
    variables = WordList(label=_("变量"), required=False, help_text=_("小写英文名，空格分开，如 customer plate link"))
    required = WordList(label=_("必用变量"), required=False, help_text=_("内容里缺了它就不能发布"))


class TemplateFactsForm(TemplateForm):
    """The same for a template that exists: its code stays."""

    code = None  # type: ignore[assignment]


class VersionForm(forms.Form):
    """The words for one channel and language."""

    subject = forms.CharField(label=_("主题"), max_length=120, required=False)
    body = forms.CharField(label=_("内容"), widget=forms.Textarea({"rows": 8}), required=False, strip=False)
    provider_template_id = forms.CharField(
        label=_("服务商模板编号"), max_length=80, required=False, help_text=_("在服务商后台审核通过后填写")
    )

    def __init__(self, *args: Any, channel: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if channel != Kind.EMAIL:
            del self.fields["subject"]
        else:
            del self.fields["provider_template_id"]


class ProviderForm(forms.Form):
    """The settings of a provider, made from the fields that it asks for. Secrets are never filled in."""

    def __init__(self, *args: Any, provider: Provider, secrets_kept: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in provider.fields:
            kept = one.secret and secrets_kept
            facts: dict[str, Any] = {"label": one.label, "required": one.required and not kept, "initial": one.default}
            facts["help_text"] = _("已保存，不再显示；要更换时再填") if kept else one.help
            if one.choices:
                self.fields[one.name] = forms.ChoiceField(choices=one.choices, **facts)
                continue
            widget = forms.PasswordInput({"autocomplete": "new-password"}) if one.secret else forms.TextInput()
            self.fields[one.name] = forms.CharField(max_length=2000, widget=widget, **facts)


class TrialForm(forms.Form):
    """Where a trial message goes."""

    address = forms.CharField(label=_("手机号或邮箱"), max_length=120)


class RulesForm(forms.Form):
    """The shop's quiet hours, its name, the order of channels, limits."""

    quiet_from = _time(_("免打扰开始"))
    quiet_to = _time(_("免打扰结束"))
    sign_name = forms.CharField(
        label=_("短信签名"), max_length=20, required=False, help_text=_("服务商审核过的签名，不带括号")
    )
    first = forms.ChoiceField(label=_("首选渠道"), choices=Kind.choices)
    second = forms.ChoiceField(label=_("第二渠道"), choices=Kind.choices)
    third = forms.ChoiceField(label=_("第三渠道"), choices=Kind.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in LIMIT_LABELS.items():
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=100000)

    def facts(self) -> dict[str, Any]:
        """What the command wants."""
        given = self.cleaned_data
        return {
            "quiet_from": given["quiet_from"],
            "quiet_to": given["quiet_to"],
            "sign_name": given["sign_name"],
            "channels": [given["first"], given["second"], given["third"]],
            "limits": {name: given[name] for name in LIMIT_LABELS},
        }


def rules_initial(house: SendingRules) -> dict[str, Any]:
    """The rules as their form shows them."""
    order = [*house.channels, *[kind for kind in ("wechat", "sms", "email") if kind not in house.channels]]
    facts = {name: getattr(house, name) for name in ("quiet_from", "quiet_to", "sign_name", *LIMIT_LABELS)}
    return {**facts, "first": order[0], "second": order[1], "third": order[2]}


class PreferenceForm(forms.Form):
    """How one customer wants to hear from the shop."""

    channels = forms.ChoiceField(label=_("首选渠道"), choices=[("", _("由门店决定")), *Kind.choices], required=False)
    language = forms.ChoiceField(label=_("语言"), choices=[("", _("由门店决定")), *settings.LANGUAGES], required=False)
    purposes_off = forms.MultipleChoiceField(
        label=_("不接收"),
        choices=[(Purpose.SERVICE.value, _("服务通知")), (Purpose.MARKETING.value, _("营销消息"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = _time(_("免打扰开始"))
    quiet_to = _time(_("免打扰结束"))

    def facts(self) -> dict[str, Any]:
        """What the command wants."""
        given = self.cleaned_data
        return {**given, "channels": [given["channels"]] if given["channels"] else []}
