"""Events that WeChat pushes: https://developers.weixin.qq.com/doc/service/guide/product/template_message/Template_Message_Interface.html
(TEMPLATESENDJOBFINISH), signed with the account's token. Only the plain mode is read, not the encrypted one.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from xml.etree import ElementTree

from ..receipts import Call, Forged, Heard, Receipt, Unreadable

LARGEST = 20_000


def signature(token: str, timestamp: str, nonce: str) -> str:
    """SHA-1 over the three in alphabetical order."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce])).encode()).hexdigest()


def read(call: Call) -> Heard:
    """The one event that says what became of a message; every other push is answered and forgotten."""
    token = call.settings.get("token", "")
    wanted = signature(token, call.query.get("timestamp", ""), call.query.get("nonce", ""))
    if not token or not hmac.compare_digest(wanted.encode(), call.query.get("signature", "").encode()):
        raise Forged
    if call.method == "GET":  # the service asks this when the address is entered on its page
        return Heard((), call.query.get("echostr", "")[:200], "text/plain")
    facts = _facts(call.body)
    receipts = (_receipt(facts, call.at),) if facts.get("Event") == "TEMPLATESENDJOBFINISH" else ()
    return Heard(receipts, "success", "text/plain")


def _facts(body: bytes) -> dict[str, str]:
    if len(body) > LARGEST or b"<!DOCTYPE" in body.upper() or b"<!ENTITY" in body.upper():
        raise Unreadable
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable from error
    return {child.tag: (child.text or "").strip() for child in root}


def _receipt(facts: dict[str, str], at: datetime) -> Receipt:
    number, status = facts.get("MsgID", ""), facts.get("Status", "")
    if not number.isdigit() or not status:
        raise Unreadable
    stamp = facts.get("CreateTime", "")
    told = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdigit() and len(stamp) <= 10 else at
    done = status == "success"
    return Receipt(number, "delivered" if done else "failed", told, code="" if done else status[:60], detail=status)
