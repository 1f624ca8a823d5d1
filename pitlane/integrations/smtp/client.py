"""E-mail by SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314), over Django's mail backend.

Mail servers report later failures by mails that come back; nobody reads those here, so a message stays ``accepted``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.utils import formataddr, parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
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

from ..wire import quoted

NAME = "smtp"
PATIENCE = 15
SECURITY = (
    ("starttls", gettext_lazy("STARTTLS（通常是 587 端口）")),
    ("ssl", gettext_lazy("SSL（通常是 465 端口）")),
    ("none", gettext_lazy("不加密（只用于本机或内网）")),
)
FIELDS = (
    SettingField("host", gettext_lazy("邮件服务器")),
    SettingField("port", gettext_lazy("端口"), default="465"),
    SettingField("security", gettext_lazy("加密"), default="ssl", choices=SECURITY),
    SettingField("user", gettext_lazy("账号"), required=False),
    SettingField(
        "password",
        gettext_lazy("密码"),
        secret=True,
        required=False,
        help=gettext_lazy("很多邮箱要填授权码，不是登录密码"),
    ),
    SettingField("sender", gettext_lazy("发件地址"), help=gettext_lazy("例如 service@example.com")),
)


class Smtp:
    """Sends plain mails. A mail carries our key in its ``Message-ID``, which no mail server checks for repeats."""

    kind: Kind = "email"
    idempotent = False

    def __init__(self, settings: Mapping[str, str], provider: str = NAME) -> None:
        self.settings, self.provider = settings, provider

    def send(self, message: Outgoing) -> Accepted:
        sender = self._sender(message.sign_name)
        number = f"<{message.message_key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        subject = " ".join((message.subject or message.text[:40]).split())
        mail = EmailMessage(subject, message.text, sender, [message.address], headers={"Message-ID": number})
        server = self._open()
        try:
            server.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            raise refusal(error) from error
        finally:
            _close(server)
        return Accepted(number.strip("<>"))

    def check(self) -> None:
        """Sign in and leave."""
        self._sender("")
        _close(self._open())

    def _sender(self, name: str) -> str:
        address = parseaddr(self.settings.get("sender", ""))[1]
        if "@" not in address:
            raise Misconfigured(_("发件地址不对"), code="sender")
        return formataddr((name, address)) if name else address

    def _open(self) -> EmailBackend:
        port, security = self.settings.get("port", ""), self.settings.get("security", "")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise Misconfigured(_("端口应为 1 到 65535"), code="port")
        server = EmailBackend(
            host=self.settings.get("host", ""),
            port=int(port),
            username=self.settings.get("user", ""),
            password=self.settings.get("password", ""),
            use_tls=security == "starttls",
            use_ssl=security == "ssl",
            timeout=PATIENCE,
        )
        try:
            server.open()
        except (smtplib.SMTPException, OSError) as error:
            _close(server)
            raise closed_door(error) from error
        return server


def _close(server: EmailBackend) -> None:
    """A server that is already gone need not be told."""
    try:
        server.close()
    except (smtplib.SMTPException, OSError):
        server.connection = None


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return f"{error.smtp_code} {quoted(text.decode(errors='replace') if isinstance(text, bytes) else text)}"


def closed_door(error: Exception) -> Unsent:
    """Before a message was named: nothing was taken."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if 400 <= error.smtp_code < 500:
            return Temporary(_said(error), code=str(error.smtp_code))
        return Misconfigured(_("邮箱账号或密码不对：%(said)s") % {"said": _said(error)}, code=str(error.smtp_code))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Misconfigured(_("邮件服务器不支持这种加密或登录方式"), code="not_supported")
    if isinstance(error, ssl.SSLCertVerificationError):
        text = _("邮件服务器的证书不可信（自签、过期或名称不符），请核对服务器地址和本机时间")
        return Misconfigured(text, code="certificate")
    if isinstance(error, ssl.SSLError):
        return Misconfigured(_("和邮件服务器的加密连接不成功，请检查端口和加密方式"), code="tls")
    if isinstance(error, smtplib.SMTPResponseException):
        return Temporary(_said(error), code=str(error.smtp_code))
    return Temporary(_("连不上邮件服务器"), code=type(error).__name__)


def refusal(error: Exception) -> Unsent:
    """While a message was handed over."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        said = f"{code} {quoted(text.decode(errors='replace'))}"
        if code < 500:
            return Temporary(said, code=str(code), of_address=True)
        return Rejected(str(code), _("收件地址被拒收：%(said)s") % {"said": said})
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= 500:
        return Misconfigured(_("邮件服务器不让用这个发件地址：%(said)s") % {"said": _said(error)}, code="sender")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        if error.smtp_code < 500:
            return Temporary(_said(error), code=str(error.smtp_code))
        return Rejected(str(error.smtp_code), _said(error))
    return Temporary(_("请求已发出，但没有收到回答"), code=type(error).__name__, uncertain=True)


def offer() -> None:
    """Put it on the settings page."""

    def make(settings: Mapping[str, str]) -> Channel:
        return Smtp(settings)

    register(NAME, "email", gettext_lazy("SMTP 邮件"), FIELDS, make)
