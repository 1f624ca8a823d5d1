"""Access tokens of official accounts: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html.

``stable_token`` gives every process the same token until it runs out, so each keeps its own copy for a while.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from typing import Any

from django.utils.translation import gettext as _

from pitlane.messaging.ports import Misconfigured, Temporary

from ..wire import post, quoted

EARLY = 300
_kept: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


def _name(base: str, app_id: str, secret: str) -> str:
    return hashlib.sha256(f"{base}\n{app_id}\n{secret}".encode()).hexdigest()


def access_token(base: str, app_id: str, secret: str, *, fresh: bool = False) -> str:
    """The account's token; ``fresh`` asks again, because somebody refused the kept one."""
    name = _name(base, app_id, secret)
    with _lock:
        token, until = _kept.get(name, ("", 0.0))
    if token and until > time.monotonic() and not fresh:
        return token
    wanted = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": False}
    url = f"{base}/cgi-bin/stable_token"
    try:
        answer = post(url, json.dumps(wanted).encode(), {"Content-Type": "application/json"}).facts()
    except Temporary as error:  # asking for a token sends no message, so nothing is uncertain about it
        raise Temporary(error.reason, error.retry_after, code=error.code) from error
    token = str(answer.get("access_token", ""))
    if not token:
        raise refusal(answer)
    with _lock:
        _kept[name] = token, time.monotonic() + max(0, int(answer.get("expires_in", 0)) - EARLY)
    return token


def refusal(answer: dict[str, Any]) -> Misconfigured | Temporary:
    """Why there is no token."""
    code, text = str(answer.get("errcode", "")), quoted(str(answer.get("errmsg", "")))
    if code == "40164":
        return Misconfigured(_("服务器的 IP 不在公众号的白名单里"), code=code)
    if code in ("40013", "41002"):
        return Misconfigured(_("AppID 不对"), code=code)
    if code in ("40125", "40001", "41004"):
        return Misconfigured(_("AppSecret 不对"), code=code)
    if code in ("-1", "45009", "45011"):
        return Temporary(_("微信正忙或超过调用次数"), 3600 if code == "45009" else 60, code=code)
    return Misconfigured(f"{text} ({code})", code=code)
