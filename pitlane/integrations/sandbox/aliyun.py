"""Alibaba Cloud SMS as the sandbox speaks it; the signature is worked out anew from what came over the wire."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from .desk import Desk, Reply, Request
from .store import Taken

WIRE = "aliyun_sms"
FREE_TEXT = "SMS_100000"
LATE = 900
HEADER = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(?P<id>[^,\s]+),SignedHeaders=(?P<signed>[\w;-]+),"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
CHINA = ZoneInfo("Asia/Shanghai")


class Refusal(Exception):
    """An error of the gateway, which answers with a status of its own."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(code)
        self.status, self.code, self.text = status, code, text


def answer(desk: Desk, request: Request) -> Reply:
    """Any action. The gateway answers with 4xx, the service itself with 200 and a code."""
    try:
        account = _caller(desk, request)
        action = ACTIONS.get(request.headers.get("x-acs-action", ""))
        if action is None or request.headers.get("x-acs-version") != "2017-05-25":
            raise Refusal(404, "InvalidAction.NotFound", "The specified api is not found.")
    except Refusal as no:
        return _reply(no.status, {"Code": no.code, "Message": no.text})
    return _reply(200, action(desk, account, request.query))


def _reply(status: int, facts: dict[str, Any]) -> Reply:
    return Reply(status, {"RequestId": f"SANDBOX-{time.time_ns()}", **facts})


def _caller(desk: Desk, request: Request) -> str:
    heads = request.headers
    given = HEADER.fullmatch(heads.get("authorization", ""))
    if given is None:
        raise Refusal(400, "IncompleteSignature", "The request signature does not conform to the standard.")
    try:
        said = datetime.strptime(heads.get("x-acs-date", ""), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except ValueError:
        said = 0.0
    if abs(time.time() - said) > LATE:
        raise Refusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    secret = desk.store.secret_of(WIRE, given["id"])
    if secret is None:
        raise Refusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    names = given["signed"].split(";")
    needed = {"host", *(name for name in heads if name.startswith("x-acs-"))}
    digest = hashlib.sha256(request.body).hexdigest()
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in request.query.items())
    canonical = [
        "POST",
        urlsplit(request.path).path,
        "&".join(f"{name}={value}" for name, value in pairs),
        *[f"{name}:{heads.get(name, '').strip()}" for name in names],
        "",
        given["signed"],
        digest,
    ]
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    right = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    honest = needed <= set(names) and heads.get("x-acs-content-sha256") == digest
    if not honest or not hmac.compare_digest(right, given["signature"]):
        raise Refusal(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.")
    return given["id"]


def _send(desk: Desk, account: str, facts: dict[str, str]) -> dict[str, Any]:
    number = facts.get("PhoneNumbers", "")
    if code := _objection(desk, account, number, facts):
        return {"Code": code[0], "Message": code[1]}
    text = str(json.loads(facts["TemplateParam"])["text"])
    kept = {"account": account, "recipient": number, "key": facts.get("OutId", ""), "sign": facts["SignName"]}
    return {"Code": "OK", "Message": "OK", "BizId": biz_id(desk.take(WIRE, {**kept, "text": text}))}


def biz_id(number: int) -> str:
    """The service's own number of a message."""
    return f"{number:012d}^0"


def _objection(desk: Desk, account: str, number: str, facts: dict[str, str]) -> tuple[str, str] | None:
    if not facts.get("SignName"):
        return "isv.SMS_SIGNATURE_ILLEGAL", "The signature does not exist."
    if facts.get("TemplateCode") != FREE_TEXT:
        return "isv.SMS_TEMPLATE_ILLEGAL", "The template does not exist."
    try:
        given = json.loads(facts.get("TemplateParam", ""))
    except ValueError:
        given = None
    if not isinstance(given, dict) or "text" not in given:
        return "isv.TEMPLATE_MISSING_PARAMETERS", "Parameters of the template are missing."
    if not re.fullmatch(r"\d{7,15}", number) or desk.refuses(WIRE, number):
        return "isv.MOBILE_NUMBER_ILLEGAL", "The number is not valid."
    if desk.too_many(WIRE, account, number):
        return "isv.BUSINESS_LIMIT_CONTROL", "Minute level flow control for this number."
    return None


def _details(desk: Desk, account: str, facts: dict[str, str]) -> dict[str, Any]:
    found = desk.store.to_recipient(WIRE, account, facts.get("PhoneNumber", ""))
    day, size, page = facts.get("SendDate", ""), int(facts.get("PageSize", 10)), int(facts.get("CurrentPage", 1))
    rows = [_row(one) for one in found if f"{datetime.fromtimestamp(one.at, CHINA):%Y%m%d}" == day]
    shown = rows[(page - 1) * size : page * size]
    return {"Code": "OK", "Message": "OK", "TotalCount": len(rows), "SmsSendDetailDTOs": {"SmsSendDetailDTO": shown}}


def _row(one: Taken) -> dict[str, Any]:
    known = one.due is not None and one.due <= time.time()
    status = 1 if not known else 3 if one.fate == "delivered" else 2
    return {
        "PhoneNum": one.recipient,
        "OutId": one.key,
        "TemplateCode": FREE_TEXT,
        "SendStatus": status,
        "Content": one.text,
    }


def _signs(desk: Desk, account: str, facts: dict[str, str]) -> dict[str, Any]:
    return {"Code": "OK", "Message": "OK", "SmsSignList": [], "TotalCount": 0}


ACTIONS = {"SendSms": _send, "QuerySendDetails": _details, "QuerySmsSignList": _signs}
