"""Tencent Cloud SMS as the sandbox speaks it; the signature is worked out anew from what came over the wire."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from datetime import UTC, datetime
from typing import Any

from .desk import Desk, Reply, Request
from .store import Taken

WIRE = "tencent_sms"
FREE_TEXT = "100000"
LATE = 300
HEADER = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/,\s]+)/(?P<day>[\d-]+)/(?P<service>\w+)/tc3_request, ?"
    r"SignedHeaders=(?P<signed>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


def answer(desk: Desk, request: Request) -> Reply:
    """Any action; everything is answered with 200, errors stand inside."""
    try:
        account = _caller(desk, request)
        action = ACTIONS.get(request.headers.get("x-tc-action", ""))
        if action is None or request.headers.get("x-tc-version") != "2021-01-11":
            raise Refusal("InvalidAction", "The request action is invalid")
        facts = json.loads(request.body)
        if not isinstance(facts, dict):
            raise Refusal("InvalidParameter", "The body is no object")
        if facts.get("SmsSdkAppId") != account:
            raise Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verification failed")
        return _reply(action(desk, account, facts))
    except Refusal as no:
        return _reply({"Error": {"Code": no.code, "Message": no.text}})
    except ValueError:
        return _reply({"Error": {"Code": "InvalidParameter", "Message": "The body is no JSON"}})


class Refusal(Exception):
    """An error of the whole request."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


def _reply(facts: dict[str, Any]) -> Reply:
    return Reply(200, {"Response": {**facts, "RequestId": f"sandbox-{time.time_ns()}"}})


def _caller(desk: Desk, request: Request) -> str:
    given = HEADER.fullmatch(request.headers.get("authorization", ""))
    stamp = request.headers.get("x-tc-timestamp", "")
    if given is None or not stamp.isdigit():
        raise Refusal("AuthFailure.InvalidAuthorization", "The Authorization header is malformed")
    if abs(time.time() - int(stamp)) > LATE:
        raise Refusal("AuthFailure.SignatureExpire", "The signature has expired")
    secret = desk.store.secret_of(WIRE, given["id"])
    if secret is None:
        raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found")
    names = given["signed"].split(";")
    if (
        not {"content-type", "host"} <= set(names)
        or given["day"] != f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
    ):
        raise Refusal("AuthFailure.SignatureFailure", "The signature covers too little")
    lines = "\n".join(f"{name}:{request.headers.get(name, '').strip()}" for name in names)
    canonical = "\n".join(["POST", "/", "", lines, "", given["signed"], hashlib.sha256(request.body).hexdigest()])
    credential = f"{given['day']}/{given['service']}/tc3_request"
    text = "\n".join(["TC3-HMAC-SHA256", stamp, credential, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"TC3" + secret.encode()
    for part in credential.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), given["signature"]):
        raise Refusal("AuthFailure.SignatureFailure", "The provided credentials could not be validated")
    return given["id"]


def _send(desk: Desk, account: str, facts: dict[str, Any]) -> dict[str, Any]:
    numbers = facts.get("PhoneNumberSet") or []
    states = [_send_one(desk, account, str(number), facts) for number in numbers[:200]]
    if not states:
        raise Refusal("InvalidParameterValue.IncorrectPhoneNumber", "Phone numbers are missing")
    return {"SendStatusSet": states}


def _send_one(desk: Desk, account: str, number: str, facts: dict[str, Any]) -> dict[str, Any]:
    session = str(facts.get("SessionContext", ""))
    state = {"SerialNo": "", "PhoneNumber": number, "Fee": 0, "SessionContext": session, "IsoCode": "CN"}
    code, text = _objection(desk, account, number, facts)
    if not code:
        body = str((facts.get("TemplateParamSet") or [""])[0])
        kept = {"account": account, "recipient": number, "key": session, "sign": str(facts["SignName"]), "text": body}
        state |= {"SerialNo": serial(desk.take(WIRE, kept)), "Fee": 1}
    return {**state, "Code": code or "Ok", "Message": text or "send success"}


def serial(number: int) -> str:
    """What the receipt names."""
    return f"2640:{number:012d}"


def _objection(desk: Desk, account: str, number: str, facts: dict[str, Any]) -> tuple[str, str]:
    if not facts.get("SignName"):
        return "FailedOperation.SignatureIncorrectOrUnapproved", "the signature is not approved"
    if facts.get("TemplateId") != FREE_TEXT:
        return "FailedOperation.TemplateUnapprovedOrNotExist", "the template does not exist"
    if len(facts.get("TemplateParamSet") or []) != 1:
        return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "the parameters do not match the template"
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number) or desk.refuses(WIRE, number):
        return "InvalidParameterValue.IncorrectPhoneNumber", "the phone number is incorrect"
    if desk.too_many(WIRE, account, number):
        return "LimitExceeded.PhoneNumberThirtySecondLimit", "too many messages for this number in 30 seconds"
    return "", ""


def _packages(desk: Desk, account: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"SmsPackagesStatisticsSet": []}


def _statuses(desk: Desk, account: str, facts: dict[str, Any]) -> dict[str, Any]:
    found = desk.store.to_recipient(WIRE, account, str(facts.get("PhoneNumber")), float(facts.get("BeginTime", 0)))
    known = [one for one in found if one.due is not None and one.due <= time.time()]
    return {"PullSmsSendStatusSet": [_status(one) for one in known[: int(facts.get("Limit", 100))]]}


def _status(one: Taken) -> dict[str, Any]:
    good = one.fate == "delivered"
    return {
        "SerialNo": serial(one.id),
        "SessionContext": one.key,
        "PhoneNumber": one.recipient,
        "ReportStatus": "SUCCESS" if good else "FAIL",
        "UserReceiveTime": int(one.due or one.at),
        "Description": "DELIVRD" if good else "phone is switched off",
    }


def _waiting(desk: Desk, account: str, facts: dict[str, Any]) -> dict[str, Any]:
    owed = [one for one in desk.store.owed(time.time()) if (one.wire, one.account) == (WIRE, account)]
    given = owed[: int(facts.get("Limit", 100))]
    for one in given:
        desk.store.note_told(one.id, time.time())
    return {"PullSmsSendStatusSet": [_status(one) for one in given]}


ACTIONS = {"SendSms": _send, "SmsPackagesStatistics": _packages, "PullSmsSendStatusByPhoneNumber": _statuses}
ACTIONS["PullSmsSendStatus"] = _waiting
