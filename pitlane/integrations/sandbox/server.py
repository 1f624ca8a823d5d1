"""``pitlane sandbox``: one small process with an HTTP and an SMTP listener for this machine."""

from __future__ import annotations

import json
import signal
import socketserver
import sys
import threading
from argparse import ArgumentParser
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from . import aliyun, tencent, wechat
from .desk import Desk, Limits, Reply, Request
from .mail import MailServer
from .postman import Postman
from .store import Store

HERE = "127.0.0.1"
LARGEST = 200_000
ROUND = 0.5


def store_path(data: Path | None = None) -> Path:
    """The sandbox's own file."""
    return Path(data or settings.DATA_DIR) / "sandbox" / "sandbox.sqlite3"


class HttpServer(ThreadingHTTPServer):
    """Knows the desk."""

    daemon_threads = True

    def __init__(self, where: tuple[str, int], desk: Desk) -> None:
        self.desk = desk
        super().__init__(where, Handler)


class Handler(BaseHTTPRequestHandler):
    """The three HTTP wires, told apart by what only one of them sends."""

    timeout = 30
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            return self._answer(Reply(413))
        heads = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, heads, self.rfile.read(int(length)))
        return self._answer(answer(cast(HttpServer, self.server).desk, request))

    def _answer(self, reply: Reply) -> None:
        if reply.hang_up:
            self.close_connection = True
            return
        body = json.dumps(reply.facts, ensure_ascii=False).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Addresses carry tokens: nothing is logged."""


def answer(desk: Desk, request: Request) -> Reply:
    """What the outside world would say, in the mood that was set."""
    if request.path.startswith("/cgi-bin/"):
        wire, speak = wechat.WIRE, wechat.answer
    elif "x-acs-action" in request.headers:
        wire, speak = aliyun.WIRE, aliyun.answer
    elif "x-tc-action" in request.headers:
        wire, speak = tencent.WIRE, tencent.answer
    else:
        return Reply(404, {"message": "nothing here"})
    mood = desk.fault(wire)
    if mood == "down":
        return Reply(503, {"message": "sandbox is down"})
    desk.wait_if_slow(wire)
    reply = speak(desk, request)
    return Reply(200, hang_up=True) if mood == "silent" and not request.path.endswith("/stable_token") else reply


@dataclass
class Sandbox:
    """Both listeners and the postman. ``port`` and ``mail_port`` 0 mean any free one."""

    store: Store
    port: int = 0
    mail_port: int = 0
    web: str = ""
    limits: Limits = field(default_factory=Limits)

    def start(self, *, receipts: bool = True) -> None:
        """Listen, tell the clients where, and begin to bring receipts."""
        desk = Desk(self.store, self.limits)
        self.http, self.mail = HttpServer((HERE, self.port), desk), MailServer((HERE, self.mail_port), desk)
        self.port, self.mail_port = self.http.server_address[1], self.mail.server_address[1]
        self.store.set_address("http", f"http://{HERE}:{self.port}")
        self.store.set_address("mail", f"{HERE}:{self.mail_port}")
        self.postman, self.over = Postman(self.store, self.web), threading.Event()
        self._threads = [self._run(self.http), self._run(self.mail)]
        if receipts:
            self._threads.append(threading.Thread(target=self._bring, daemon=True))
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _run(server: socketserver.BaseServer) -> threading.Thread:
        return threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)

    def _bring(self) -> None:
        while not self.over.wait(ROUND):
            self.postman.round()

    def stop(self) -> None:
        """Nobody listens any more, and the clients can say so."""
        for what in ("http", "mail"):
            self.store.set_address(what, "")
        self.over.set()
        for server in (self.http, self.mail):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(timeout=15)


def main(arguments: list[str]) -> int:
    """Run until told to stop. A port that somebody else has is exchanged for a free one."""
    parser = ArgumentParser(prog="pitlane sandbox", description="Stand in for message services, for demo and tests.")
    parser.add_argument("--port", type=int, default=8001, help="HTTP; mail listens on the next one")
    parser.add_argument("--web", default="http://127.0.0.1:8000", help="where receipts are brought to")
    parser.add_argument("--receipts-after", type=float, default=2.0, metavar="SECONDS")
    given = parser.parse_args(arguments)
    limits = Limits(receipt_after=given.receipts_after)
    sandbox = _listening(Store(store_path()), given.port, given.web.rstrip("/"), limits)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    print(f"sandbox: http://{HERE}:{sandbox.port}, mail {HERE}:{sandbox.mail_port}", flush=True)
    over.wait()
    sandbox.stop()
    return 0


def _listening(store: Store, port: int, web: str, limits: Limits) -> Sandbox:
    try:
        sandbox = Sandbox(store, port, port + 1 if port else 0, web, limits)
        sandbox.start()
    except OSError as error:
        print(f"sandbox: port {port} or {port + 1}: {error.strerror}; taking free ones", file=sys.stderr, flush=True)
        sandbox = Sandbox(store, 0, 0, web, limits)
        sandbox.start()
    return sandbox
