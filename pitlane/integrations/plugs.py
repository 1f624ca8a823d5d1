"""What integrations plug in: the message services that a shop can choose, and the sandbox."""

from __future__ import annotations

from .aliyun_sms import client as aliyun
from .sandbox import providers as sandbox
from .smtp import client as smtp
from .tencent_sms import client as tencent
from .wechat_account import client as wechat


def connect() -> None:
    """Called once by ``project``."""
    for service in (tencent, aliyun, wechat, smtp):
        service.offer()
    sandbox.offer_all()
