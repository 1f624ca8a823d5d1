"""The sandbox on the settings page: the real clients, pointed at this machine, with a template that says any text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.core.errors import Text
from pitlane.core.tenancy import current_org
from pitlane.messaging.ports import Accepted, Channel, Kind, Outgoing, SettingField, Temporary, register

from ..aliyun_sms.client import AliyunSms
from ..smtp.client import Smtp
from ..tencent_sms.client import TencentSms
from ..wechat_account.client import WechatAccount
from . import aliyun, tencent, wechat
from .server import store_path
from .store import SECRET, TOKEN, Store

SIGN = "车坊"  # zh-data: what every message begins with where the shop chose nothing
SENDER = "pitlane@sandbox.example"
FIELDS = (
    SettingField(
        "secret",
        gettext_lazy("沙箱密钥"),
        secret=True,
        required=False,
        default=SECRET,
        help=gettext_lazy("留空就是对的；填错可以看看密钥不对时会怎样"),
    ),
)


def account_of(org_id: int) -> str:
    """Each organisation has its own account, so that none reads another's messages."""
    return f"sandbox-{org_id}"


def sandbox_store() -> Store:
    return Store(store_path())


def _address(what: str) -> str:
    found = sandbox_store().address_of(what)
    if not found:
        raise Temporary(_("沙箱没有运行"), code="sandbox")
    return found


def _said(message: Outgoing, template: str) -> Outgoing:
    """The same message for the template that takes a whole text as its one variable."""
    sign = message.sign_name or SIGN
    return replace(message, template_id=template, variables=(("text", message.text),), sign_name=sign)


class SandboxTencent(TencentSms):
    """Tencent's wire."""

    def send(self, message: Outgoing) -> Accepted:
        return super().send(_said(message, tencent.FREE_TEXT))


class SandboxAliyun(AliyunSms):
    """Alibaba's wire."""

    def send(self, message: Outgoing) -> Accepted:
        return super().send(_said(message, aliyun.FREE_TEXT))


class SandboxWechat(WechatAccount):
    """WeChat's wire."""

    def send(self, message: Outgoing) -> Accepted:
        return super().send(_said(message, wechat.FREE_TEXT))


def _tencent(settings: Mapping[str, str]) -> Channel:
    account = account_of(current_org())
    keys = {"secret_id": account, "secret_key": settings.get("secret", ""), "app_id": account}
    return SandboxTencent(keys, "sandbox_tencent_sms", f"{_address('http')}/")


def _aliyun(settings: Mapping[str, str]) -> Channel:
    keys = {"key_id": account_of(current_org()), "key_secret": settings.get("secret", "")}
    return SandboxAliyun(keys, "sandbox_aliyun_sms", f"{_address('http')}/")


def _wechat(settings: Mapping[str, str]) -> Channel:
    keys = {"app_id": account_of(current_org()), "app_secret": settings.get("secret", "")}
    return SandboxWechat(keys, "sandbox_wechat_account", _address("http"))


def _smtp(settings: Mapping[str, str]) -> Channel:
    host, _colon, port = _address("mail").partition(":")
    facts = {"host": host, "port": port, "security": "none", "sender": SENDER}
    facts |= {"user": account_of(current_org()), "password": settings.get("secret", "")}
    return Smtp(facts, "sandbox_smtp")


@dataclass(frozen=True, slots=True)
class Stand:
    """One wire of the sandbox as a provider."""

    name: str
    wire: str
    kind: Kind
    label: Text
    make: Callable[[Mapping[str, str]], Channel]
    receipts: bool = True


STANDS = {
    stand.name: stand
    for stand in (
        Stand("sandbox_tencent_sms", tencent.WIRE, "sms", gettext_lazy("沙箱（腾讯云协议，不发出）"), _tencent),
        Stand("sandbox_aliyun_sms", aliyun.WIRE, "sms", gettext_lazy("沙箱（阿里云协议，不发出）"), _aliyun),
        Stand("sandbox_wechat_account", wechat.WIRE, "wechat", gettext_lazy("沙箱（微信协议，不发出）"), _wechat),
        Stand("sandbox_smtp", "smtp", "email", gettext_lazy("沙箱（SMTP 协议，不发出）"), _smtp, receipts=False),
    )
}


def offer_all() -> None:
    """After the real ones, because nobody should take it for one of them."""
    for stand in STANDS.values():
        hook = f"integrations:{stand.name}" if stand.receipts else ""
        facts = {"takes_receipts": stand.receipts, "sandbox": True, "hook_url": hook, "inbox_url": "integrations:inbox"}
        register(stand.name, stand.kind, stand.label, FIELDS, stand.make, **facts)  # type: ignore[arg-type]


def bring_receipts(stand: Stand, org_id: int, token: str) -> None:
    """Tell the sandbox where an organisation takes its receipts."""
    if stand.receipts:
        path = reverse(f"integrations:{stand.name}", args=[token])
        sandbox_store().set_hook(stand.wire, account_of(org_id), path, TOKEN)
