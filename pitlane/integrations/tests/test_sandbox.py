"""The sandbox is as strict as the services: what was changed, is old, or is signed too little does not pass."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pitlane.core.testing import Shop
from pitlane.messaging.ports import Accepted, Outgoing, Temporary, open_channel

from ..aliyun_sms import signing as acs
from ..sandbox import aliyun, tencent, wechat
from ..sandbox.desk import Desk, Request
from ..sandbox.server import Sandbox
from ..sandbox.store import DAYS, SECRET, Store
from ..tencent_sms import signing as tc3
from ..wechat_account.client import WechatAccount

ME = "sandbox-1"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Store(tmp_path / "sandbox.sqlite3"))


def tencent_call(stamp: int | None = None, secret: str = SECRET, account: str = ME, **facts: Any) -> Request:
    body = json.dumps({"SmsSdkAppId": account, "Limit": 1, "Offset": 0, **facts}).encode()
    stamp = stamp or int(time.time())
    heads = {
        "authorization": tc3.authorization(account, secret, "sms", "here", body, stamp),
        "content-type": tc3.CONTENT,
        "host": "here",
        "x-tc-action": "SmsPackagesStatistics",
        "x-tc-version": "2021-01-11",
        "x-tc-timestamp": str(stamp),
    }
    return Request("/", heads, body)


def tencent_says(desk: Desk, request: Request) -> str:
    return tencent.answer(desk, request).facts["Response"].get("Error", {}).get("Code", "")


def test_tencent_believes_only_what_was_signed(desk: Desk) -> None:
    right = tencent_call()
    assert tencent_says(desk, right) == ""
    changed = Request(right.path, right.headers, right.body.replace(b'"Limit": 1', b'"Limit": 9'))
    assert tencent_says(desk, changed) == "AuthFailure.SignatureFailure"
    moved = Request(right.path, {**right.headers, "host": "there"}, right.body)
    assert tencent_says(desk, moved) == "AuthFailure.SignatureFailure"
    assert tencent_says(desk, tencent_call(int(time.time()) - 400)) == "AuthFailure.SignatureExpire"
    assert tencent_says(desk, tencent_call(account="stranger")) == "AuthFailure.SecretIdNotFound"
    assert tencent_says(desk, tencent_call(secret="x")) == "AuthFailure.SignatureFailure"
    bare = Request("/", {**right.headers, "authorization": "Bearer x"}, right.body)
    assert tencent_says(desk, bare) == "AuthFailure.InvalidAuthorization"
    other = Request("/", {**right.headers, "x-tc-action": "Nothing"}, right.body)
    assert tencent_says(desk, other) == "InvalidAction"


def aliyun_call(secret: str = SECRET, account: str = ME, ago: int = 0, **more: str) -> Request:
    query = {"PageIndex": "1", "PageSize": "1"}
    heads = {
        "host": "here",
        "x-acs-action": "QuerySmsSignList",
        "x-acs-version": "2017-05-25",
        "x-acs-date": f"{datetime.now(UTC) - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": "n",
        "x-acs-content-sha256": acs.NOTHING,
    }
    heads["authorization"] = acs.authorization(account, secret, query, heads)
    return Request(f"/?{acs.encoded(query)}", {**heads, **more}, b"")


def test_aliyun_believes_only_what_was_signed(desk: Desk) -> None:
    right = aliyun_call()
    assert aliyun.answer(desk, right).facts["Code"] == "OK"
    cases = {
        "SignatureDoesNotMatch": [
            Request(right.path.replace("PageSize=1", "PageSize=2"), right.headers, b""),
            Request(right.path, right.headers, b"more"),
            aliyun_call(secret="x"),
            aliyun_call(**{"x-acs-unsigned": "1"}),
        ],
        "InvalidTimeStamp.Expired": [aliyun_call(ago=1000), aliyun_call(**{"x-acs-date": "yesterday"})],
        "InvalidAccessKeyId.NotFound": [aliyun_call(account="stranger")],
        "IncompleteSignature": [aliyun_call(authorization="")],
    }
    for code, requests in cases.items():
        for request in requests:
            reply = aliyun.answer(desk, request)
            assert (reply.status >= 400, reply.facts["Code"]) == (True, code)


def test_wechat_knows_its_tokens(desk: Desk) -> None:
    def said(token: str) -> int:
        body = json.dumps(
            {"touser": "oABC", "template_id": wechat.FREE_TEXT, "data": {"text": {"value": "x"}}}
        ).encode()
        return int(
            wechat.answer(desk, Request(f"/cgi-bin/message/template/send?access_token={token}", {}, body)).facts[
                "errcode"
            ]
        )

    now = time.time()
    assert said(wechat.make_token(ME, SECRET, now)) == 0
    assert said(wechat.make_token(ME, SECRET, now - 3 * wechat.LASTS)) == 42001
    assert said(wechat.make_token(ME, "x", now)) == 40001
    assert said("") == 40001


def test_an_account_sees_its_own_messages_only(desk: Desk) -> None:
    for account in ("sandbox-1", "sandbox-2"):
        desk.take("tencent_sms", {"account": account, "recipient": "+8613800116217", "text": account})
    assert [one.text for one in desk.store.recent("sandbox-1")] == ["sandbox-1"]
    assert [one.text for one in desk.store.to_recipient("tencent_sms", "sandbox-2", "+8613800116217")] == ["sandbox-2"]


def test_old_messages_are_forgotten_and_the_file_is_private(desk: Desk) -> None:
    now = time.time()
    facts = {"wire": "smtp", "account": ME, "recipient": "a@b.example", "text": "x"}
    desk.store.take(at=now - DAYS * 86400 - 1, due=None, fate="delivered", **facts)
    desk.store.take(at=now, due=None, fate="delivered", **facts)
    assert len(desk.store.recent(ME)) == 1
    assert os.stat(desk.store.path).st_mode & 0o077 == 0


def test_wechat_fields_get_our_variables_in_their_order(shop: Shop, sandbox: Sandbox) -> None:
    base = sandbox.store.address_of("http")
    made = WechatAccount({"app_id": ME, "app_secret": SECRET}, base=base)
    given = (("plate", "京A8K326"), ("time", "周四 09:30"))
    words = Outgoing("msg_9", "oABC1234567890", "-", template_id=f"{wechat.FREE_TEXT}|text,time2", variables=given)
    assert isinstance(made.send(words), Accepted)
    assert [one.text for one in sandbox.store.recent(ME)] == ["京A8K326"]


def test_a_sandbox_that_does_not_run_says_so(shop: Shop, sandbox: Sandbox) -> None:
    sandbox.stop()
    with pytest.raises(Temporary) as caught:
        open_channel("sandbox_tencent_sms", {"secret": SECRET})
    assert "沙箱" in caught.value.reason
    sandbox.start(receipts=False)
