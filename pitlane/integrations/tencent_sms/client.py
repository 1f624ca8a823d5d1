"""Tencent Cloud SMS, API 2021-01-11: https://cloud.tencent.com/document/product/382/55981 (SendSms),
https://cloud.tencent.com/document/product/382/59177 (PullSmsSendStatusByPhoneNumber), PullSmsSendStatus
beside it, error codes in 382/55978.

A message carries our key as ``SessionContext``, which the status query gives back. The query lists only messages whose
fate is known, so that not finding one proves nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.messaging.ports import (
    Accepted,
    Channel,
    Kind,
    Misconfigured,
    Outgoing,
    Rejected,
    SettingField,
    Temporary,
    Unsent,
    register,
)

from ..answers import verdict
from ..numbers import international
from ..receipts import Receipt
from ..wire import host_of, post, quoted
from .signing import CONTENT, authorization

NAME = "tencent_sms"
OFFICIAL = "https://sms.tencentcloudapi.com/"
VERSION, REGION = "2021-01-11", "ap-guangzhou"
FIELDS = (
    SettingField("secret_id", "SecretId"),
    SettingField("secret_key", "SecretKey", secret=True),
    SettingField("app_id", "SDK AppID", help=gettext_lazy("控制台“应用管理”里以 1400 开头的编号")),
    SettingField("sign_name", gettext_lazy("短信签名"), required=False, help=gettext_lazy("不填就用发送规则里的签名")),
)
WAIT_LONG = 3600
OF_ADDRESS = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": 30,
    "LimitExceeded.PhoneNumberOneHourLimit": 3600,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": 6 * 3600,
    "LimitExceeded.PhoneNumberDailyLimit": 6 * 3600,
}
OVER_LIMIT = ("RequestLimitExceeded", "LimitExceeded")
LATER = ("InternalError", "ResourceUnavailable", "FailedOperation.JsonParseFail", "ResourceInsufficient")
WRONG_SETTINGS = (
    "AuthFailure",
    "UnauthorizedOperation",
    "InvalidParameterValue.SdkAppId",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.MissingSignature",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.NotEnterpriseCertification",
    "NoSuchVersion",
    "InvalidAction",
    "UnsupportedRegion",
)


class TencentSms:
    """Sends approved templates from the shop's own account."""

    kind: Kind = "sms"
    idempotent = False

    def __init__(self, settings: Mapping[str, str], provider: str = NAME, base: str = OFFICIAL) -> None:
        self.settings, self.provider, self.base = settings, provider, base

    def send(self, message: Outgoing) -> Accepted:
        if not message.template_id:
            raise Rejected("template_id", _("这个模板没有填服务商的模板编号"))
        sign = self.settings.get("sign_name") or message.sign_name
        if not sign:
            raise Misconfigured(_("没有短信签名，请在渠道设置或发送规则里填写"), code="sign_name")
        answer = self._ask(
            "SendSms",
            PhoneNumberSet=[international(message.address)],
            SmsSdkAppId=self.settings.get("app_id", ""),
            SignName=sign,
            TemplateId=message.template_id,
            TemplateParamSet=[value for _name, value in message.variables],
            SessionContext=message.message_key,
        )
        states = answer.get("SendStatusSet") or [{}]
        state: dict[str, Any] = states[0]
        if state.get("Code") == "Ok":
            return Accepted(str(state.get("SerialNo", "")))
        raise problem(str(state.get("Code", "")), str(state.get("Message", "")))

    def check(self) -> None:
        """The numbers of the account's packages: needs keys and application to be right, and sends nothing."""
        self._ask("SmsPackagesStatistics", SmsSdkAppId=self.settings.get("app_id", ""), Limit=1, Offset=0)

    def look_up(self, message: Outgoing, since: datetime) -> Accepted | None:
        """The message among those whose fate is known; ``Temporary`` when it is not there, which proves nothing."""
        answer = self._ask(
            "PullSmsSendStatusByPhoneNumber",
            BeginTime=int(since.timestamp()) - 60,
            Offset=0,
            Limit=100,
            PhoneNumber=international(message.address),
            SmsSdkAppId=self.settings.get("app_id", ""),
        )
        for row in answer.get("PullSmsSendStatusSet") or []:
            if row.get("SessionContext") == message.message_key:
                return Accepted(str(row.get("SerialNo", "")))
        raise Temporary(_("服务商还查不到这条消息"), code="not_listed", uncertain=True)

    def pull(self, at: datetime) -> list[Receipt]:
        """Receipts that wait to be fetched, each once: for shops that the service cannot call."""
        answer = self._ask("PullSmsSendStatus", SmsSdkAppId=self.settings.get("app_id", ""), Limit=100)
        return [receipt_of(row, at) for row in answer.get("PullSmsSendStatusSet") or [] if row.get("SerialNo")]

    def _ask(self, action: str, **facts: Any) -> dict[str, Any]:
        body = json.dumps(facts, ensure_ascii=False).encode()
        stamp, host = int(time.time()), host_of(self.base)
        keys = self.settings.get("secret_id", ""), self.settings.get("secret_key", "")
        headers = {
            "Authorization": authorization(*keys, "sms", host, body, stamp),
            "Content-Type": CONTENT,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Region": REGION,
            "X-TC-Timestamp": str(stamp),
        }
        answer: dict[str, Any] = post(self.base, body, headers).facts().get("Response") or {}
        if error := answer.get("Error"):
            raise problem(str(error.get("Code", "")), str(error.get("Message", "")))
        return answer


def receipt_of(row: dict[str, Any], at: datetime) -> Receipt:
    """One row of a status query."""
    stamp = row.get("UserReceiveTime")
    told = datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) and 0 < stamp < 4_000_000_000 else at
    good = row.get("ReportStatus") == "SUCCESS"
    detail = quoted(str(row.get("Description", "")))
    return Receipt(str(row["SerialNo"]), "delivered" if good else "failed", told, detail=detail)


def problem(code: str, text: str) -> Unsent:
    """Which of the three things can be done about an error code."""
    if code in OF_ADDRESS:
        return Temporary(_("这个号码短时间内收得太多"), OF_ADDRESS[code], code=code, of_address=True)
    if code == "AuthFailure.SignatureExpire":
        return Misconfigured(_("签名已过期：请校准服务器的时间"), code=code)
    if code.startswith("AuthFailure.SecretId"):
        return Misconfigured(_("SecretId 不存在或已停用"), code=code)
    if code.startswith("AuthFailure.Signature"):
        return Misconfigured(_("SecretKey 不对"), code=code)
    if code.startswith(OVER_LIMIT):
        daily = "Daily" in code or "Country" in code
        return Temporary(_("超过服务商的发送频率"), WAIT_LONG if daily else 60, code=code)
    return verdict(code, text, settings=WRONG_SETTINGS, later=LATER)


def offer() -> None:
    """Put it on the settings page."""

    def make(settings: Mapping[str, str]) -> Channel:
        return TencentSms(settings)

    register(
        NAME, "sms", gettext_lazy("腾讯云短信"), FIELDS, make, takes_receipts=True, hook_url=f"integrations:{NAME}"
    )
