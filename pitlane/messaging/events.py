"""What happened to messages and to the way they are sent. Ids and codes only: no number, no text, no name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.states import Family

from .words import CHANNELS, reason_text, template_name


@dataclass(frozen=True, kw_only=True)
class _OfMessage(Event):
    """Facts about one message stand on the time line of its customer and its order."""

    message_id: int
    template: str
    purpose: str
    subject: str
    customer_id: int | None = None
    order_id: int | None = None
    store_id: int | None = None

    @property
    def named(self) -> dict[str, object]:
        return {"name": template_name(self.template, self.template)}


@dataclass(frozen=True, kw_only=True)
class MessageSent(_OfMessage):
    """A provider took the message."""

    icon: ClassVar[str] = "send"
    channel: str

    def sentence(self) -> str:
        return _("已发%(channel)s：%(name)s") % {"channel": CHANNELS.get(self.channel, self.channel), **self.named}


@dataclass(frozen=True, kw_only=True)
class MessageSuppressed(_OfMessage):
    """Not sent on purpose: the customer does not want it, or the shop has no channel."""

    icon: ClassVar[str] = "bell-off"
    timeline: ClassVar[bool] = False
    reason: str

    def sentence(self) -> str:
        return _("未发送「%(name)s」：%(reason)s") % {"reason": reason_text(self.reason), **self.named}


@dataclass(frozen=True, kw_only=True)
class MessageGivenUp(_OfMessage):
    """No channel got through: somebody has to call. ``key`` is the sender's own key of the message."""

    icon: ClassVar[str] = "phone-x"
    family: ClassVar[Family] = "bad"
    key: str
    reason: str

    def sentence(self) -> str:
        return _("「%(name)s」没有送到：%(reason)s") % {"reason": reason_text(self.reason), **self.named}


@dataclass(frozen=True)
class MessagesCancelled(Event):
    icon: ClassVar[str] = "phone-x"
    timeline: ClassVar[bool] = False
    subject: str
    count: int

    def sentence(self) -> str:
        return _("取消 %(count)s 条待发消息") % {"count": self.count}


@dataclass(frozen=True)
class MessageDecided(Event):
    """Somebody said what became of a message of which nobody could know, or sent one again."""

    icon: ClassVar[str] = "message-2"
    timeline: ClassVar[bool] = False
    message_id: int
    verdict: str

    def sentence(self) -> str:
        return _("人工处理一条消息")


@dataclass(frozen=True)
class TemplateChanged(Event):
    icon: ClassVar[str] = "edit"
    timeline: ClassVar[bool] = False
    template_id: int
    code: str
    enabled: bool

    def sentence(self) -> str:
        return _("修改消息模板「%(name)s」") % {"name": template_name(self.code, self.code)}


@dataclass(frozen=True)
class TemplatePublished(Event):
    """``digest`` is the hash of the published words, so that what was sent can be proved later."""

    icon: ClassVar[str] = "file-check"
    timeline: ClassVar[bool] = False
    version_id: int
    template: str
    channel: str
    language: str
    number: int
    digest: str

    def sentence(self) -> str:
        what = {"name": template_name(self.template, self.template), "n": self.number}
        return _("发布消息模板「%(name)s」第 %(n)s 版") % what


@dataclass(frozen=True)
class TemplatesLoaded(Event):
    icon: ClassVar[str] = "download"
    timeline: ClassVar[bool] = False
    templates: int

    def sentence(self) -> str:
        return _("装入 %(count)s 个常用消息模板") % {"count": self.templates}


@dataclass(frozen=True)
class ProviderChosen(Event):
    """``provider`` is empty when the channel was switched off."""

    icon: ClassVar[str] = "plug"
    timeline: ClassVar[bool] = False
    channel: str
    provider: str

    def sentence(self) -> str:
        channel = CHANNELS.get(self.channel, self.channel)
        if not self.provider:
            return _("停用%(channel)s渠道") % {"channel": channel}
        return _("设置%(channel)s渠道：%(provider)s") % {"channel": channel, "provider": self.provider}


@dataclass(frozen=True)
class ChannelStopped(Event):
    """The provider says that the settings are wrong; messages wait until somebody puts them right."""

    icon: ClassVar[str] = "plug-connected-x"
    family: ClassVar[Family] = "bad"
    timeline: ClassVar[bool] = False
    channel: str
    provider: str

    def sentence(self) -> str:
        return _("%(channel)s渠道设置有误，消息在等待") % {"channel": CHANNELS.get(self.channel, self.channel)}


@dataclass(frozen=True)
class SendingRulesChanged(Event):
    icon: ClassVar[str] = "moon"
    timeline: ClassVar[bool] = False
    fields: tuple[str, ...]

    def sentence(self) -> str:
        return _("修改发送规则")


@dataclass(frozen=True)
class PreferenceChanged(Event):
    icon: ClassVar[str] = "adjustments"
    customer_id: int
    fields: tuple[str, ...]

    def sentence(self) -> str:
        return _("修改消息偏好")
