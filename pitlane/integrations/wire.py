"""One HTTPS call to an outside service, saying exactly whether it can have been taken when something goes wrong."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from pitlane.messaging.ports import Misconfigured, Temporary

CONNECT, ANSWER = 5.0, 15.0
LARGEST = 1_000_000
PERSONAL = re.compile(r"[^\s<>:]+@[^\s<>:]+|\+?\d{7,}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def facts(self) -> dict[str, Any]:
        """The answer as an object; anything else leaves it open whether the request was taken."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Temporary(_("服务商的回答读不懂"), code=f"http-{self.status}", uncertain=True)
        return found


def host_of(url: str) -> str:
    """What a signature covers as ``Host``: the port only where it is not the usual one."""
    return urlsplit(url).netloc


def quoted(text: str) -> str:
    """What a service says, as it may be kept: without the number or address of the person, and short."""
    return PERSONAL.sub("***", text)[:120]


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post once. What fails before the request is written was never taken; what fails later may have been."""
    where = urlsplit(url)
    connection = _connection(where.scheme, where.hostname or "", where.port)
    try:
        _connect(connection)
        answer = _exchange(connection, f"{where.path or '/'}{'?' + where.query if where.query else ''}", body, headers)
    finally:
        connection.close()
    if answer.status in (429, 503):
        raise Temporary(_("服务商正忙或正在维护"), code=f"http-{answer.status}")
    if answer.status >= 500 and not answer.body.startswith(b"{"):
        raise Temporary(_("服务商出错"), code=f"http-{answer.status}", uncertain=True)
    return answer


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=CONNECT, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=CONNECT)


def _connect(connection: HTTPConnection) -> None:
    try:
        connection.connect()
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(_("服务商的证书不可信，请检查本机时间和网络"), code="certificate") from error
    except OSError as error:
        raise Temporary(_("连不上服务商"), code=type(error).__name__) from error
    connection.sock.settimeout(ANSWER)


def _exchange(connection: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(LARGEST))
    except (OSError, HTTPException) as error:
        text = _("请求已发出，但没有收到回答")
        raise Temporary(text, code=type(error).__name__, uncertain=True) from error
