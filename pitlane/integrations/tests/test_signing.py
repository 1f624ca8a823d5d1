"""The signatures that the services print in their own documents, and those that their own SDKs make."""

from __future__ import annotations

import pytest

from ..aliyun_sms import signing as aliyun
from ..tencent_sms import signing as tencent
from ..wechat_account.receipts import signature


def test_tencent_signs_as_its_document_says() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    keys = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
    made = tencent.authorization(*keys, "cvm", "cvm.tencentcloudapi.com", body, 1551113065)
    assert made.startswith(f"TC3-HMAC-SHA256 Credential={keys[0]}/2019-02-25/cvm/tc3_request, ")
    assert made.endswith("Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")


def test_aliyun_signs_as_its_document_says() -> None:
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-version": "2014-05-26",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-content-sha256": aliyun.NOTHING,
    }
    query = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    made = aliyun.authorization("YourAccessKeyId", "YourAccessKeySecret", query, headers)
    assert made.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


TENCENT_SDK = [
    (
        "sms.tencentcloudapi.com",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        '{"PhoneNumberSet": ["+8613800116217"], "SmsSdkAppId": "1400006666", "SignName": "车坊", '
        '"TemplateId": "1234567", "TemplateParamSet": ["京A8K326", "周四 09:30"], "SessionContext": "msg_1"}',
        1795830000,
        "2026-11-28/sms/tc3_request, SignedHeaders=content-type;host, "
        "Signature=47d6cde497ca3c36ef5c913b06e917bfc5edc0e9ad1ddf51fe5070813753ffd6",
    ),
    (
        "sms.ap-guangzhou.tencentcloudapi.com:8443",
        "short",
        '{"SmsSdkAppId": "1400006666", "Limit": 100}',
        1798761599,
        "2026-12-31/sms/tc3_request, SignedHeaders=content-type;host, "
        "Signature=b0c81ee963aad8dad216f29c18208567c27d8ed7672ffef589a849622b44bd83",
    ),
]


@pytest.mark.parametrize(("host", "key", "body", "stamp", "made"), TENCENT_SDK)
def test_tencent_signs_as_its_own_sdk(host: str, key: str, body: str, stamp: int, made: str) -> None:
    """Made by ``AbstractClient._get_tc3_signature`` of tencentcloud-sdk-python-common 3.1.195."""
    ours = tencent.authorization("AKIDexample", key, "sms", host, body.encode(), stamp)
    assert ours == f"TC3-HMAC-SHA256 Credential=AKIDexample/{made}"


ALIYUN_SDK: list[tuple[str, str, str, dict[str, str], str]] = [
    (
        "dysmsapi.aliyuncs.com",
        "SendSms",
        "ExampleSecret",
        {
            "PhoneNumbers": "13800116217",
            "SignName": "车坊",
            "TemplateCode": "SMS_1234567",
            "TemplateParam": '{"plate": "京A8K326", "time": "周四 09:30 ~ *+/="}',
            "OutId": "msg_1",
        },
        "a22f17fbadbdd8834f4e26105edd4776b5cf78ac482024b616d64210344b23ac",
    ),
    (
        "dysmsapi.ap-southeast-1.aliyuncs.com:8443",
        "QuerySmsSignList",
        "另一个 Secret",
        {"PageIndex": "1", "PageSize": "1"},
        "7475bfd93b649c620e06717bf81f2bba3ca3a016951454f0446e20a885d6d109",
    ),
]


@pytest.mark.parametrize(("host", "action", "secret", "query", "made"), ALIYUN_SDK)
def test_aliyun_signs_as_its_own_sdk(host: str, action: str, secret: str, query: dict[str, str], made: str) -> None:
    """Made by ``Utils.get_authorization`` of alibabacloud-tea-openapi 0.4.6."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": "2017-05-25",
        "x-acs-date": "2026-11-28T02:00:00Z",
        "x-acs-signature-nonce": "0123456789abcdef0123456789abcdef",
        "x-acs-content-sha256": aliyun.NOTHING,
    }
    signed = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    ours = aliyun.authorization("LTAIexample", secret, query, headers)
    assert ours == f"ACS3-HMAC-SHA256 Credential=LTAIexample,SignedHeaders={signed},Signature={made}"


def test_wechat_signs_in_alphabetical_order() -> None:
    assert signature("token", "1", "nonce") == signature("1", "nonce", "token") != signature("other", "1", "nonce")
