"""The signatures that the services print in their own documents."""

from __future__ import annotations

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


def test_wechat_signs_in_alphabetical_order() -> None:
    assert signature("token", "1", "nonce") == signature("1", "nonce", "token") != signature("other", "1", "nonce")
