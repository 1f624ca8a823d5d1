"""Alibaba Cloud SMS, Dysmsapi 2017-05-25: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms,
-querysenddetails, -querysmssignlist; error codes: https://help.aliyun.com/zh/sms/developer-reference/api-error-codes.

Our key goes out as ``OutId`` and comes back in the details and in the receipts, which the service's own ``BizId`` does
not do in both: so the key is what this client calls the provider's id.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
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
from ..numbers import domestic
from ..wire import host_of, post
from .signing import NOTHING, authorization, encoded

NAME = "aliyun_sms"
OFFICIAL = "https://dysmsapi.aliyuncs.com/"
VERSION = "2017-05-25"
PAGE = 50
FIELDS = (
    SettingField("key_id", "AccessKey ID"),
    SettingField("key_secret", "AccessKey Secret", secret=True),
    SettingField("sign_name", gettext_lazy("短信签名"), required=False, help=gettext_lazy("不填就用发送规则里的签名")),
)
WRONG_KEYS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature")
WRONG_SETTINGS = (
    "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.SMS_SIGN_ILLEGAL",
    "isv.SIGN_",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "isv.PRODUCT_UN",
    "isv.ACCOUNT_",
    "isv.RAM_PERMISSION_DENY",
    "isp.RAM_PERMISSION_DENY",
    "NoPermission",
    "Forbidden",
    "InvalidTimeStamp",
    "SDK.InvalidRegionId",
)
OVER_LIMIT = ("Throttling", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.DENY_IP_RANGE")
LATER = ("isp.", "ServiceUnavailable", "InternalError", "SignatureNonceUsed")
LISTED_AFTER = timedelta(minutes=2)


class AliyunSms:
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
        self._ask(
            "SendSms",
            PhoneNumbers=domestic(message.address),
            SignName=sign,
            TemplateCode=message.template_id,
            TemplateParam=json.dumps(dict(message.variables), ensure_ascii=False),
            OutId=message.message_key,
        )
        return Accepted(message.message_key)

    def check(self) -> None:
        """The list of signatures: needs the keys to be right, and sends nothing."""
        self._ask("QuerySmsSignList", PageIndex="1", PageSize="1")

    def look_up(self, message: Outgoing, since: datetime) -> Accepted | None:
        """The message among the details of its day; it is listed moments after it was taken, not at once."""
        now = datetime.now(UTC)
        for day in sorted({timezone.localtime(since).date(), timezone.localtime(now).date()}):
            for page in range(1, 6):
                rows = self._details(message.address, f"{day:%Y%m%d}", page)
                if any(row.get("OutId") == message.message_key for row in rows):
                    return Accepted(message.message_key)
                if len(rows) < PAGE:
                    break
        if now - since < LISTED_AFTER:
            raise Temporary(_("服务商还查不到这条消息"), code="not_listed", uncertain=True)
        return None

    def _details(self, phone: str, day: str, page: int) -> list[dict[str, Any]]:
        facts = {"PhoneNumber": domestic(phone), "SendDate": day, "PageSize": str(PAGE), "CurrentPage": str(page)}
        answer = self._ask("QuerySendDetails", **facts)
        listed: dict[str, Any] = answer.get("SmsSendDetailDTOs") or {}
        return list(listed.get("SmsSendDetailDTO") or [])

    def _ask(self, action: str, **facts: str) -> dict[str, Any]:
        headers = {
            "host": host_of(self.base),
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": NOTHING,
        }
        keys = self.settings.get("key_id", ""), self.settings.get("key_secret", "")
        headers["Authorization"] = authorization(*keys, facts, headers)
        answer = post(f"{self.base}?{encoded(facts)}", b"", headers).facts()
        if answer.get("Code") != "OK":
            raise problem(str(answer.get("Code", "")), str(answer.get("Message", "")))
        return answer


def problem(code: str, text: str) -> Unsent:
    """Which of the three things can be done about an error code."""
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        hours = "天" in text or "Day" in text  # zh-data
        wait = 6 * 3600 if hours else 3600 if "小时" in text or "Hour" in text else 60  # zh-data
        return Temporary(_("这个号码短时间内收得太多"), wait, code=code, of_address=True)
    if code.startswith("InvalidAccessKeyId"):
        return Misconfigured(_("AccessKey ID 不存在或已停用"), code=code)
    if code.startswith(WRONG_KEYS):
        return Misconfigured(_("AccessKey Secret 不对"), code=code)
    if code.startswith(OVER_LIMIT):
        return Temporary(_("超过服务商的发送频率"), 60 if code.startswith("Throttling") else 3600, code=code)
    return verdict(code, text, settings=WRONG_SETTINGS, later=LATER)


def offer() -> None:
    """Put it on the settings page."""

    def make(settings: Mapping[str, str]) -> Channel:
        return AliyunSms(settings)

    register(
        NAME, "sms", gettext_lazy("阿里云短信"), FIELDS, make, takes_receipts=True, hook_url=f"integrations:{NAME}"
    )
