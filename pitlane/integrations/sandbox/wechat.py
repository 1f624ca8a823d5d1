"""A WeChat official account as the sandbox speaks it. Open ids that begin with ``gone`` follow the account no more."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlsplit

from .desk import Desk, Reply, Request

WIRE = "wechat_account"
FREE_TEXT = "sandbox-free-text"
LASTS = 7200


def _said(code: int, text: str) -> Reply:
    return Reply(200, {"errcode": code, "errmsg": text})


def answer(desk: Desk, request: Request) -> Reply:
    """Any address of the interface; everything is answered with 200, errors stand inside."""
    try:
        facts = json.loads(request.body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        return _said(47001, "data format error")
    if urlsplit(request.path).path == "/cgi-bin/stable_token":
        return _token(desk, facts)
    return _send(desk, request.query.get("access_token", ""), facts)


def _token(desk: Desk, facts: dict[str, Any]) -> Reply:
    account, secret = str(facts.get("appid", "")), desk.store.secret_of(WIRE, str(facts.get("appid", "")))
    if secret is None:
        return _said(40013, "invalid appid")
    if not hmac.compare_digest(secret.encode(), str(facts.get("secret", "")).encode()):
        return _said(40125, "invalid appsecret")
    return Reply(200, {"access_token": make_token(account, secret, time.time()), "expires_in": LASTS})


def make_token(account: str, secret: str, at: float) -> str:
    """The same for two hours, as the stable token is."""
    span = int(at // LASTS)
    return f"{account}!{span}!{hashlib.sha256(f'{account}{span}{secret}'.encode()).hexdigest()[:32]}"


def _caller(desk: Desk, token: str) -> str | int:
    account, _bang, rest = token.partition("!")
    secret = desk.store.secret_of(WIRE, account)
    if secret is None or not rest:
        return 40001
    now = time.time()
    if token in (make_token(account, secret, now), make_token(account, secret, now - LASTS / 2)):
        return account
    return 42001 if rest.partition("!")[0].isdigit() and int(rest.partition("!")[0]) < now // LASTS else 40001


def _send(desk: Desk, token: str, facts: dict[str, Any]) -> Reply:
    account = _caller(desk, token)
    if isinstance(account, int):
        return _said(account, "access_token expired" if account == 42001 else "invalid credential")
    who, text = str(facts.get("touser", "")), _text(facts)
    if facts.get("template_id") != FREE_TEXT:
        return _said(40037, "invalid template_id")
    if text is None:
        return _said(47003, "argument invalid! data.text")
    if not who:
        return _said(40003, "invalid openid")
    if who.startswith("gone") or desk.refuses(WIRE, who):
        return _said(43004, "require subscribe")
    known = desk.store.by_key(WIRE, account, who, str(facts.get("client_msg_id", "")))
    if known is not None and known.key:
        return Reply(200, {"errcode": 0, "errmsg": "ok", "msgid": known.id})
    if desk.too_many(WIRE, account, who):
        return _said(45009, "reach max api daily quota limit")
    kept = {"account": account, "recipient": who, "key": str(facts.get("client_msg_id", "")), "text": text}
    number = desk.take(WIRE, {**kept, "url": str(facts.get("url", ""))})
    return Reply(200, {"errcode": 0, "errmsg": "ok", "msgid": number})


def _text(facts: dict[str, Any]) -> str | None:
    field = (facts.get("data") or {}).get("text")
    return str(field.get("value", "")) if isinstance(field, dict) else None
