"""What the customer's phone may say: one answer for each job, and a signature. Everything else it sends is ignored."""

from __future__ import annotations

import binascii
import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pitlane.core.phones import normalise_phone

from .rules import code_phone_problem

DECISION = "decision:"
REASON = "reason:"
MOST_LINES = 200
SIGNATURE_LIMIT = 1_400_000
AS_CLOCK = {"invalid": _("时间请写成 21:30")}
ASKED = ("service", "marketing", "photo", "sharing")
CHANNELS = {"sms": _("短信"), "wechat": _("微信"), "email": _("邮件")}


class AnswerForm(forms.Form):
    """The signature drawn with a finger, or the name typed instead."""

    signature = forms.CharField(required=False, max_length=SIGNATURE_LIMIT)
    signature_typed = forms.CharField(required=False, max_length=40)

    def clean_signature(self) -> bytes | None:
        head, _comma, body = self.cleaned_data["signature"].partition(",")
        if not body:
            return None
        try:
            content = b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if head != "data:image/png;base64" or not content:
            raise forms.ValidationError(_("签名没有传完整，请重签"))
        return content

    def signed(self) -> dict[str, Any]:
        """What ``decide_estimate`` takes."""
        return {"signature_png": self.cleaned_data["signature"], "name": self.cleaned_data["signature_typed"]}


class PhoneForm(forms.Form):
    """The phone that a code is sent to."""

    phone = forms.CharField(max_length=30, error_messages={"required": _("请填写手机号")})

    def clean_phone(self) -> str:
        if problem := code_phone_problem(self.cleaned_data["phone"]):
            raise forms.ValidationError(str(problem), code=problem.code)
        return normalise_phone(self.cleaned_data["phone"])


class CodeForm(forms.Form):
    """The code from the message, however it was typed or pasted."""

    code = forms.CharField(max_length=40, error_messages={"required": _("请填写短信里的验证码")})

    def clean_code(self) -> str:
        code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", self.cleaned_data["code"]))
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("验证码是 6 位数字"))
        return code


class WishesForm(forms.Form):
    """How a customer wants to hear from the shop, and what their data may be used for."""

    channels = forms.ChoiceField(
        label=_("首选渠道"), choices=[("", _("由门店决定")), *CHANNELS.items()], required=False
    )
    language = forms.ChoiceField(label=_("语言"), choices=[("", _("由门店决定")), *settings.LANGUAGES], required=False)
    quiet_from = forms.TimeField(label=_("免打扰开始"), required=False, error_messages=AS_CLOCK)
    quiet_to = forms.TimeField(label=_("免打扰结束"), required=False, error_messages=AS_CLOCK)
    consents = forms.MultipleChoiceField(choices=[(purpose, purpose) for purpose in ASKED], required=False)

    def facts(self) -> dict[str, Any]:
        """What the command wants."""
        given = dict(self.cleaned_data)
        yes = given.pop("consents")
        given["channels"] = [given["channels"]] if given["channels"] else []
        return {**given, "consents": {purpose: purpose in yes for purpose in ASKED}}

    @staticmethod
    def known(wishes: Any, agreements: Iterable[Any]) -> dict[str, Any]:
        """What was said before."""
        return {
            "channels": wishes.channels[0] if wishes.channels else "",
            "language": wishes.language,
            "quiet_from": wishes.quiet_from,
            "quiet_to": wishes.quiet_to,
            "consents": [row.purpose for row in agreements if row.granted],
        }


class ErasureForm(forms.Form):
    """Why somebody wants to be forgotten."""

    reason = forms.CharField(max_length=200, error_messages={"required": _("请写明原因")})


def decisions_of(posted: Mapping[str, str], prefix: str = DECISION) -> dict[str, str]:
    """``decision:item:5=approve`` of the page as ``{"item:5": "approve"}``."""
    found = {
        name.removeprefix(prefix): str(value) for name, value in posted.items() if name.startswith(prefix) and value
    }
    return dict(list(found.items())[:MOST_LINES])
