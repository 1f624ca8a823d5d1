"""The real clients against the real sandbox: what each promises, and what it makes of every refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pitlane.core.testing import Shop
from pitlane.messaging.ports import (
    Accepted,
    Channel,
    Misconfigured,
    Outgoing,
    Rejected,
    Temporary,
    Traceable,
    open_channel,
)

from ..aliyun_sms import client as aliyun
from ..sandbox.server import Sandbox
from ..sandbox.store import SECRET
from ..smtp.client import Smtp
from ..tencent_sms import client as tencent
from ..wechat_account import client as wechat

STANDS = ["sandbox_tencent_sms", "sandbox_aliyun_sms", "sandbox_wechat_account", "sandbox_smtp"]
ADDRESSES = {"sms": "13800116217", "wechat": "oABC1234567890", "email": "wang@example.com"}
NOWHERE = {"sms": "13800110000", "wechat": "gone1234567890", "email": "wang0000@example.com"}
Open = Callable[..., Channel]


@pytest.fixture
def client(shop: Shop, sandbox: Sandbox) -> Open:
    def make(provider: str, secret: str = SECRET) -> Channel:
        return open_channel(provider, {"secret": secret})

    return make


def words(channel: Channel, **facts: object) -> Outgoing:
    made = Outgoing(
        "msg_1", ADDRESSES[channel.kind], "京A8K326 已约好，改期：https://x.example/p/1", subject="预约已确认"
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def wire_of(provider: str) -> str:
    return provider.removeprefix("sandbox_")


@pytest.mark.parametrize("provider", STANDS)
def test_takes_a_message_as_it_was_written(client: Open, sandbox: Sandbox, shop: Shop, provider: str) -> None:
    channel = client(provider)
    channel.check()
    assert channel.provider == provider
    answer = channel.send(words(channel, url="https://x.example/p/1"))
    [taken] = sandbox.store.recent(f"sandbox-{shop.org_id}")
    assert isinstance(answer, Accepted) and answer.provider_id
    assert taken.text == "京A8K326 已约好，改期：https://x.example/p/1" and taken.wire == wire_of(provider)
    assert ADDRESSES[channel.kind] in taken.recipient and "msg_1" in taken.key
    assert taken.subject == ("预约已确认" if channel.kind == "email" else "")


@pytest.mark.parametrize("provider", STANDS)
def test_wrong_keys_stop_the_channel_with_a_clear_word(client: Open, sandbox: Sandbox, provider: str) -> None:
    channel = client(provider, "wrong-secret")
    for call in (channel.check, lambda: channel.send(words(channel))):
        with pytest.raises(Misconfigured) as caught:
            call()
        assert "不对" in caught.value.reason and "wrong-secret" not in caught.value.reason


@pytest.mark.parametrize("provider", STANDS)
def test_an_address_that_does_not_exist_is_given_up(client: Open, provider: str) -> None:
    channel = client(provider)
    with pytest.raises(Rejected) as caught:
        channel.send(words(channel, address=NOWHERE[channel.kind]))
    assert caught.value.code and NOWHERE[channel.kind] not in caught.value.reason


@pytest.mark.parametrize("provider", STANDS)
def test_too_much_for_one_address_waits(client: Open, provider: str) -> None:
    channel = client(provider)
    for number in range(5):
        channel.send(words(channel, message_key=f"msg_{number}"))
    with pytest.raises(Temporary) as caught:
        channel.send(words(channel, message_key="msg_more"))
    assert not caught.value.uncertain
    assert caught.value.of_address == (channel.kind != "wechat")


@pytest.mark.parametrize("provider", STANDS)
def test_a_service_that_is_down_took_nothing(client: Open, sandbox: Sandbox, provider: str) -> None:
    sandbox.store.set_fault(wire_of(provider), "down")
    channel = client(provider)
    for call in (channel.check, lambda: channel.send(words(channel))):
        with pytest.raises(Temporary) as caught:
            call()
        assert not caught.value.uncertain


@pytest.mark.parametrize("provider", STANDS)
def test_nobody_listening_took_nothing(client: Open, sandbox: Sandbox, provider: str) -> None:
    channel = client(provider)
    sandbox.stop()
    with pytest.raises(Temporary) as caught:
        channel.send(words(channel))
    assert not caught.value.uncertain
    sandbox.start(receipts=False)


@pytest.mark.parametrize("provider", STANDS)
def test_a_lost_answer_leaves_it_open(client: Open, sandbox: Sandbox, shop: Shop, provider: str) -> None:
    channel = client(provider)
    channel.check()
    sandbox.store.set_fault(wire_of(provider), "silent")
    with pytest.raises(Temporary) as caught:
        channel.send(words(channel))
    assert caught.value.uncertain
    assert len(sandbox.store.recent(f"sandbox-{shop.org_id}")) == 1
    sandbox.store.set_fault(wire_of(provider), "")
    if isinstance(channel, Traceable):
        found = channel.look_up(words(channel), datetime.now(UTC) - timedelta(minutes=1))
        assert found is not None and found.provider_id


def test_what_is_not_listed_yet_is_not_taken_for_lost(client: Open) -> None:
    now = datetime.now(UTC)
    for provider in STANDS[:2]:
        channel = client(provider)
        assert isinstance(channel, Traceable)
        with pytest.raises(Temporary):
            channel.look_up(words(channel), now)
    old = client("sandbox_aliyun_sms").look_up(words(channel), now - timedelta(hours=1))  # type: ignore[attr-defined]
    assert old is None


def test_wechat_takes_one_key_once_and_renews_a_stale_token(client: Open, sandbox: Sandbox, shop: Shop) -> None:
    channel = client("sandbox_wechat_account")
    first = channel.send(words(channel))
    assert channel.send(words(channel)) == first
    sandbox.store.open_account("wechat_account", f"sandbox-{shop.org_id}", "changed")
    with pytest.raises(Misconfigured):
        channel.send(words(channel, message_key="msg_2"))
    sandbox.store.open_account("wechat_account", f"sandbox-{shop.org_id}", SECRET)
    channel.send(words(channel, message_key="msg_3"))


def test_a_real_client_wants_a_template_and_a_signature(sandbox: Sandbox) -> None:
    for made in (tencent.TencentSms({}), aliyun.AliyunSms({}), wechat.WechatAccount({})):
        with pytest.raises(Rejected) as caught:
            made.send(words(made))
        assert caught.value.code == "template_id"
    for made in (tencent.TencentSms({}), aliyun.AliyunSms({})):
        with pytest.raises(Misconfigured):
            made.send(words(made, template_id="1"))


def test_a_landline_gets_no_text_message(sandbox: Sandbox) -> None:
    made = tencent.TencentSms({"sign_name": "车坊"})
    with pytest.raises(Rejected):
        made.send(words(made, template_id="1", address="010-12345678"))


def test_a_template_that_the_service_does_not_know(sandbox: Sandbox) -> None:
    base = sandbox.store.address_of("http")
    sandbox.store.open_account("tencent_sms", "1400", "key")
    made = tencent.TencentSms({"secret_id": "1400", "secret_key": "key", "app_id": "1400"}, base=f"{base}/")
    with pytest.raises(Rejected) as caught:
        made.send(words(made, template_id="77", sign_name="车坊"))
    assert caught.value.code == "FailedOperation.TemplateUnapprovedOrNotExist"
    other = tencent.TencentSms({"secret_id": "1400", "secret_key": "key", "app_id": "1500"}, base=f"{base}/")
    with pytest.raises(Misconfigured):
        other.check()


@pytest.mark.parametrize(
    ("problem", "code", "kind"),
    [
        (tencent.problem, "AuthFailure.SecretIdNotFound", Misconfigured),
        (tencent.problem, "AuthFailure.SignatureFailure", Misconfigured),
        (tencent.problem, "AuthFailure.SignatureExpire", Misconfigured),
        (tencent.problem, "FailedOperation.InsufficientBalanceInSmsPackage", Misconfigured),
        (tencent.problem, "FailedOperation.SignatureIncorrectOrUnapproved", Misconfigured),
        (tencent.problem, "FailedOperation.PhoneNumberInBlacklist", Rejected),
        (tencent.problem, "InvalidParameterValue.IncorrectPhoneNumber", Rejected),
        (tencent.problem, "RequestLimitExceeded", Temporary),
        (tencent.problem, "LimitExceeded.PhoneNumberDailyLimit", Temporary),
        (tencent.problem, "InternalError.OtherError", Temporary),
        (aliyun.problem, "InvalidAccessKeyId.NotFound", Misconfigured),
        (aliyun.problem, "SignatureDoesNotMatch", Misconfigured),
        (aliyun.problem, "isv.AMOUNT_NOT_ENOUGH", Misconfigured),
        (aliyun.problem, "isv.SMS_SIGNATURE_ILLEGAL", Misconfigured),
        (aliyun.problem, "isv.MOBILE_NUMBER_ILLEGAL", Rejected),
        (aliyun.problem, "isv.SMS_TEMPLATE_ILLEGAL", Rejected),
        (aliyun.problem, "isv.BUSINESS_LIMIT_CONTROL", Temporary),
        (aliyun.problem, "Throttling.User", Temporary),
        (aliyun.problem, "isp.SYSTEM_ERROR", Temporary),
        (wechat.problem, "43004", Rejected),
        (wechat.problem, "40037", Rejected),
        (wechat.problem, "45009", Temporary),
        (wechat.problem, "-1", Temporary),
        (wechat.problem, "48001", Misconfigured),
    ],
)
def test_every_code_means_one_of_three_things(problem: Callable[[str, str], Exception], code: str, kind: type) -> None:
    made = problem(code, "number 13800116217 of wang@example.com")
    assert type(made) is kind
    assert "13800116217" not in str(made) and "wang@" not in str(made)


def test_mail_that_cannot_be_encrypted_is_not_sent(sandbox: Sandbox) -> None:
    host, _colon, port = sandbox.store.address_of("mail").partition(":")
    facts = {"host": host, "port": port, "sender": "a@b.example", "user": "sandbox-1", "password": SECRET}
    for security in ("starttls", "ssl"):
        with pytest.raises((Misconfigured, Temporary)) as caught:
            Smtp({**facts, "security": security}).check()
        assert isinstance(caught.value, Misconfigured)
    for wrong in ({"port": "0"}, {"port": "x"}, {"sender": "nobody"}):
        with pytest.raises(Misconfigured):
            Smtp({**facts, "security": "none", **wrong}).check()
