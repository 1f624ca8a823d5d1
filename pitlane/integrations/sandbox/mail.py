"""A mail server as the sandbox speaks it: AUTH PLAIN and LOGIN, no encryption, for this machine only."""

from __future__ import annotations

import base64
import hmac
import re
import socketserver
from email import message_from_bytes, policy
from typing import cast

from .desk import Desk

WIRE = "smtp"
LARGEST = 2_000_000
PATH = re.compile(r"(?:FROM|TO):\s*<([^<>]*)>", re.IGNORECASE)


class MailServer(socketserver.ThreadingTCPServer):
    """Knows the desk."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, where: tuple[str, int], desk: Desk) -> None:
        self.desk = desk
        super().__init__(where, Conversation)


class Conversation(socketserver.StreamRequestHandler):
    """One client from greeting to QUIT."""

    timeout = 30
    account = ""
    sender = ""

    def handle(self) -> None:
        self.desk = cast(MailServer, self.server).desk
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
            self.wfile.write(b"250-sandbox\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n")
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
