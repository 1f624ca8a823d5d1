"""Template messages of a WeChat official account:
https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.html; error codes:
https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html.

``client_msg_id`` makes the service take one message once within ten minutes: enough to ask again at once after a lost
answer, not enough to ask again after an hour. The account's template names its fields itself (``thing1``, ``time2``):
``template id|thing1,time2`` gives them our variables in their order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.messaging.ports import (
    Accepted,
    Channel,
    Kind,
    Outgoing,
    Rejected,
    SettingField,
    Temporary,
    Unsent,
    register,
)

from ..answers import verdict
from ..wire import post
from .tokens import access_token

NAME = "wechat_account"
OFFICIAL = "https://api.weixin.qq.com"
FIELDS = (
    SettingField("app_id", "AppID"),
    SettingField("app_secret", "AppSecret", secret=True),
    SettingField(
        "token",
        "Token",
        secret=True,
        required=False,
        help=gettext_lazy("公众号后台“服务器配置”里自己填的 Token，收送达结果时用它核对来源；消息加解密方式选明文"),
    ),
)
STALE_TOKEN = ("40001", "40014", "42001")
REASONS = {
    "43004": gettext_lazy("客户没有关注公众号"),
    "40003": gettext_lazy("这个 OpenID 不属于本公众号"),
    "43101": gettext_lazy("客户拒绝接收"),
    "40037": gettext_lazy("模板编号不对"),
    "47003": gettext_lazy("模板的变量和后台的不一致"),
}
WRONG_SETTINGS = ("48001", "40164", "40013", "40125", "50001", "50002", "61004")
WAITS = {"45009": 3600, "45011": 60, "-1": 30}


class WechatAccount:
    """Sends template messages to followers."""

    kind: Kind = "wechat"
    idempotent = False

    def __init__(self, settings: Mapping[str, str], provider: str = NAME, base: str = OFFICIAL) -> None:
        self.settings, self.provider, self.base = settings, provider, base

    def send(self, message: Outgoing) -> Accepted:
        if not message.template_id:
            raise Rejected("template_id", _("这个模板没有填服务商的模板编号"))
        template, _bar, given = message.template_id.partition("|")
        names = [name.strip() for name in given.split(",")] if given else [name for name, _value in message.variables]
        values = [value for _name, value in message.variables]
        wanted: dict[str, Any] = {
            "touser": message.address,
            "template_id": template.strip(),
            "client_msg_id": message.message_key,
            "data": {name: {"value": value} for name, value in zip(names, values, strict=False)},
        }
        if message.url:
            wanted["url"] = message.url
        body = json.dumps(wanted, ensure_ascii=False).encode()
        try:
            return self._send(body)
        except Temporary as error:
            if not error.uncertain:
                raise
            return self._send(body)

    def _send(self, body: bytes) -> Accepted:
        answer = self._post(body)
        if str(answer.get("errcode")) in STALE_TOKEN:
            answer = self._post(body, fresh=True)
        code = str(answer.get("errcode", ""))
        if code == "0":
            return Accepted(str(answer.get("msgid", "")))
        raise problem(code, str(answer.get("errmsg", "")))

    def _post(self, body: bytes, *, fresh: bool = False) -> dict[str, Any]:
        token = access_token(self.base, *self._keys(), fresh=fresh)
        url = f"{self.base}/cgi-bin/message/template/send?access_token={token}"
        return post(url, body, {"Content-Type": "application/json"}).facts()

    def _keys(self) -> tuple[str, str]:
        return self.settings.get("app_id", ""), self.settings.get("app_secret", "")

    def check(self) -> None:
        """A token is given to whoever has the right keys and address."""
        access_token(self.base, *self._keys(), fresh=True)


def problem(code: str, text: str) -> Unsent:
    """Which of the three things can be done about an error code."""
    if code in WAITS:
        return Temporary(_("微信正忙或超过调用次数"), WAITS[code], code=code)
    if code in STALE_TOKEN:
        return Temporary(_("微信的访问令牌刚刚失效"), 30, code=code)
    return verdict(code, text, settings=WRONG_SETTINGS, reasons=REASONS)


def offer() -> None:
    """Put it on the settings page."""

    def make(settings: Mapping[str, str]) -> Channel:
        return WechatAccount(settings)

    label = gettext_lazy("微信公众号模板消息")
    register(NAME, "wechat", label, FIELDS, make, takes_receipts=True, hook_url=f"integrations:{NAME}")
