"""A mail server as the sandbox speaks it: AUTH PLAIN and LOGIN, for this machine only; encrypted where it is given a
certificate, from the start or by STARTTLS."""

from __future__ import annotations

import base64
import hmac
import re
import socket
import socketserver
import ssl
from contextlib import suppress
from email import message_from_bytes, policy
from typing import Any, cast

from .desk import Desk

WIRE = "smtp"
LARGEST = 2_000_000
PATH = re.compile(r"(?:FROM|TO):\s*<([^<>]*)>", re.IGNORECASE)


class MailServer(socketserver.ThreadingTCPServer):
    """Knows the desk."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, where: tuple[str, int], desk: Desk, tls: ssl.SSLContext | None = None, *, from_the_start: bool = False
    ) -> None:
        self.desk, self.tls, self.from_the_start = desk, tls, from_the_start
        super().__init__(where, Conversation)

    def get_request(self) -> tuple[socket.socket, Any]:
        """A caller; the handshake is left to the conversation's own thread."""
        caller, address = super().get_request()
        if self.tls and self.from_the_start:
            caller = self.tls.wrap_socket(caller, server_side=True, do_handshake_on_connect=False)
        return caller, address


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to QUIT."""

    timeout = 30
    account = ""
    sender = ""

    def handle(self) -> None:
        """Talk until one side ends it; a client that hangs up, or does not trust us, is no error of ours."""
        with suppress(ConnectionError, ssl.SSLError):
            self._converse()

    def _converse(self) -> None:
        server = cast(MailServer, self.server)
        self.desk, self.tls = server.desk, None if server.from_the_start else server.tls
        self.recipients: list[str] = []
        if self.desk.fault(WIRE) == "down":
            self._say("421 sandbox is down")
            return
        self._say("220 sandbox ESMTP")
        while line := self.rfile.readline(2000):
            verb, _space, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not self._obey(verb.upper(), rest):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _obey(self, verb: str, rest: str) -> bool:
        if verb == "QUIT":
            self._say("221 bye")
            return False
        if verb == "EHLO":
            more = b"250-STARTTLS\r\n" if self.tls else b""
            self.wfile.write(b"250-sandbox\r\n250-8BITMIME\r\n" + more + b"250 AUTH PLAIN LOGIN\r\n")
        elif verb == "STARTTLS" and self.tls:
            self._say("220 go ahead")
            self._encrypt(self.tls)
        elif verb == "AUTH":
            self._sign_in(rest)
        elif verb == "MAIL":
            self._from(rest)
        elif verb == "RCPT":
            self._to(rest)
        elif verb == "DATA":
            return self._data()
        else:
            self._say("250 OK" if verb in ("HELO", "NOOP", "RSET") else "502 command not implemented")
        return True

    def finish(self) -> None:
        """Close the encrypted side too; the server knows only the plain one."""
        super().finish()
        if self.connection is not self.request:
            self.connection.close()

    def _encrypt(self, tls: ssl.SSLContext) -> None:
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.tls = None

    def _sign_in(self, rest: str) -> None:
        kind, _space, given = rest.partition(" ")
        if kind.upper() == "PLAIN":
            _who, user, password = (self._decode(given or self._ask("")) + "\0\0").split("\0")[:3]
        elif kind.upper() == "LOGIN":
            user = self._decode(given or self._ask("VXNlcm5hbWU6"))
            password = self._decode(self._ask("UGFzc3dvcmQ6"))
        else:
            self._say("504 mechanism not supported")
            return
        secret = self.desk.store.secret_of(WIRE, user)
        if secret is None or not hmac.compare_digest(secret.encode(), password.encode()):
            self._say("535 authentication failed")
            return
        self.account = user
        self._say("235 welcome")

    def _ask(self, prompt: str) -> str:
        self._say(f"334 {prompt}")
        return self.rfile.readline(2000).decode("ascii", "replace").strip()

    @staticmethod
    def _decode(text: str) -> str:
        try:
            return base64.b64decode(text).decode("utf-8", "replace")
        except ValueError:
            return ""

    def _from(self, rest: str) -> None:
        given = PATH.match(rest)
        if not self.account:
            self._say("530 authentication required")
        elif given is None or "@" not in given[1]:
            self._say("553 sender address not allowed")
        else:
            self.sender, self.recipients = given[1], []
            self._say("250 OK")

    def _to(self, rest: str) -> None:
        given = PATH.match(rest)
        if not self.sender:
            self._say("503 MAIL first")
        elif given is None or self.desk.refuses(WIRE, given[1]):
            self._say("550 no such mailbox")
        elif self.desk.too_many(WIRE, self.account, given[1]):
            self._say("450 too many messages for this mailbox")
        else:
            self.recipients.append(given[1])
            self._say("250 OK")

    def _data(self) -> bool:
        if not self.recipients:
            self._say("503 RCPT first")
            return True
        self._say("354 go ahead")
        lines: list[bytes] = []
        while (line := self.rfile.readline(LARGEST)) not in (b".\r\n", b".\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.desk.wait_if_slow(WIRE)
        self._keep(b"".join(lines))
        if self.desk.fault(WIRE) == "silent":
            return False
        self._say("250 queued")
        return True

    def _keep(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain", "html"))
        for recipient in self.recipients:
            facts = {
                "account": self.account,
                "recipient": recipient,
                "key": str(mail["Message-ID"] or "").strip("<> "),
                "sign": str(mail["From"] or ""),
                "subject": str(mail["Subject"] or ""),
                "text": str(body.get_content()).strip() if body else "",
            }
            self.desk.take(WIRE, facts, receipts=False)
