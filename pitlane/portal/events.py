"""What customers do on their own pages. Ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerSignedIn(Event):
    """A phone of this customer was proven by a code; without a customer it was the phone of somebody unknown."""

    icon: ClassVar[str] = "device-mobile"
    timeline: ClassVar[bool] = False
    customer_id: int | None = None

    def sentence(self) -> str:
        return _("用手机验证码登录了“我的车”页面")


@dataclass(frozen=True, kw_only=True)
class CustomerSignedOut(Event):
    """All browsers that were signed in with a phone of this customer were signed out."""

    icon: ClassVar[str] = "device-mobile"
    timeline: ClassVar[bool] = False
    customer_id: int | None = None

    def sentence(self) -> str:
        return _("在所有手机上退出了“我的车”页面")
