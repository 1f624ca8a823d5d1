"""Brings receipts back, later, in the shape of each service; a hook that does not answer well is called again."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from ..wechat_account.receipts import signature
from .aliyun import CHINA, biz_id
from .store import Hook, Store, Taken
from .tencent import serial

AGAIN = 20.0
_direct = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Letter:
    """One call to a hook."""

    url: str
    body: bytes
    content_type: str


def letter(one: Taken, hook: Hook) -> Letter:
    """The receipt of one message."""
    return WRITERS[one.wire](one, hook)


def _clock(at: float | None) -> str:
    return f"{datetime.fromtimestamp(at or 0, CHINA):%Y-%m-%d %H:%M:%S}"


def _tencent(one: Taken, hook: Hook) -> Letter:
    good = one.fate == "delivered"
    row = {
        "user_receive_time": _clock(one.due),
        "nationcode": "86",
        "mobile": one.recipient.removeprefix("+86"),
        "report_status": "SUCCESS" if good else "FAIL",
        "errmsg": "DELIVRD" if good else "MK:0001",
        "description": "delivered" if good else "phone is switched off",
        "sid": serial(one.id),
    }
    return Letter(hook.url, json.dumps([row]).encode(), "application/json")


def _aliyun(one: Taken, hook: Hook) -> Letter:
    good = one.fate == "delivered"
    row = {
        "phone_number": one.recipient,
        "send_time": _clock(one.at),
        "report_time": _clock(one.due),
        "success": good,
        "err_code": "DELIVERED" if good else "UNDELIVERED",
        "err_msg": "delivered" if good else "phone is switched off",
        "sms_size": "1",
        "biz_id": biz_id(one.id),
        "out_id": one.key,
    }
    return Letter(hook.url, json.dumps([row]).encode(), "application/json")


def _wechat(one: Taken, hook: Hook) -> Letter:
    stamp, nonce = str(int(time.time())), secrets.token_hex(5)
    query = urlencode({"signature": signature(hook.token, stamp, nonce), "timestamp": stamp, "nonce": nonce})
    status = "success" if one.fate == "delivered" else "failed:user block"
    body = (
        "<xml><ToUserName><![CDATA[gh_sandbox]]></ToUserName>"
        f"<FromUserName><![CDATA[{one.recipient}]]></FromUserName><CreateTime>{int(one.due or one.at)}</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>"
        f"<MsgID>{one.id}</MsgID><Status><![CDATA[{status}]]></Status></xml>"
    )
    return Letter(f"{hook.url}?{query}", body.encode(), "text/xml")


WRITERS = {"tencent_sms": _tencent, "aliyun_sms": _aliyun, "wechat_account": _wechat}


@dataclass(frozen=True, slots=True)
class Postman:
    """``web``: where our own pages are, for hooks that are named by their path."""

    store: Store
    web: str

    def round(self) -> int:
        """Tell what is due; how many were heard."""
        heard = 0
        for one in self.store.owed(time.time()):
            hook = self.store.hook_of(one.wire, one.account)
            if hook is not None and self._deliver(letter(one, hook)):
                self.store.note_told(one.id, time.time())
                heard += 1
            else:
                self.store.note_unheard(one.id, time.time() + AGAIN)
        return heard

    def _deliver(self, made: Letter) -> bool:
        url = f"{self.web}{made.url}" if made.url.startswith("/") else made.url
        try:
            call = Request(url, made.body, {"Content-Type": made.content_type})
            with _direct.open(call, timeout=10) as answer:
                return bool(answer.status == 200)
        except (OSError, ValueError):
            return False
