"""SMTP over TLS and STARTTLS against a server with a certificate of the test: trusted, foreign, for another name."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pitlane.core.testing import Shop
from pitlane.messaging import commands as messaging
from pitlane.messaging import queries as outbox
from pitlane.messaging.ports import Accepted, Misconfigured, Outgoing
from pitlane.messaging.tests.factories import Post

from ..sandbox.desk import Desk, Limits
from ..sandbox.mail import Conversation, MailServer
from ..sandbox.server import HERE, Sandbox
from ..sandbox.store import SECRET
from ..smtp.client import Smtp

MAIL = Outgoing("msg_1", "wang@example.com", "您的车可以取了", subject="可以取车")
Serve = Callable[..., dict[str, str]]


def certificate(folder: Path, *names: x509.GeneralName) -> Path:
    """Key and self-signed certificate in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the test")])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "mail.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def listening(desk: Desk, path: Path | None, security: str) -> Iterator[dict[str, str]]:
    tls = None
    if path:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(path)
    server = MailServer((HERE, 0), desk, tls, from_the_start=security == "ssl" and tls is not None)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield {
            "host": HERE, "port": str(server.server_address[1]), "security": security, "user": "shop",
            "password": SECRET, "sender": "service@example.com",
        }  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@pytest.fixture
def mailbox(shop: Shop, sandbox: Sandbox) -> Desk:
    sandbox.store.open_account("smtp", "shop", SECRET)
    return Desk(sandbox.store, Limits(per_recipient=5, receipt_after=0, slow=0.01))


OURS = x509.IPAddress(ip_address(HERE))


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_trusted_server_takes_mail(
    mailbox: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    path = certificate(tmp_path, OURS)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with listening(mailbox, path, security) as settings:
        assert isinstance(Smtp(settings).send(MAIL), Accepted)
    [taken] = mailbox.store.recent("shop")
    assert (taken.subject, taken.text) == ("可以取车", "您的车可以取了")


@pytest.mark.parametrize("security", ["ssl", "starttls"])
@pytest.mark.parametrize("trusted", [False, True])
def test_a_foreign_certificate_stops_the_channel(
    mailbox: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, trusted: bool
) -> None:
    """Signed by nobody we know, or known but made out to another name."""
    path = certificate(tmp_path, x509.DNSName("other.example") if trusted else OURS)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with listening(mailbox, path, security) as settings, pytest.raises(Misconfigured, match="证书不可信") as caught:
        Smtp(settings).check()
    assert caught.value.code == "certificate" and mailbox.store.recent("shop") == []


@pytest.mark.parametrize(("security", "code"), [("ssl", "tls"), ("starttls", "not_supported")])
def test_nothing_goes_out_unencrypted_by_mistake(mailbox: Desk, security: str, code: str) -> None:
    with listening(mailbox, None, security) as settings, pytest.raises(Misconfigured) as caught:
        Smtp(settings).send(MAIL)
    assert caught.value.code == code and mailbox.store.recent("shop") == []


def test_the_health_page_says_what_is_wrong(room: Post, mailbox: Desk, tmp_path: Path) -> None:
    with listening(mailbox, certificate(tmp_path, OURS), "starttls") as settings:
        messaging.set_provider(
            channel="email", provider="smtp", fields=settings, hook_token="h" * 40, by=room.by, at=room.clock()
        )
        room.send(customer_id=room.customer().pk, channel="email", address="wang@example.com")
        room.round()
    said = [str(card) for card in outbox.channel_health(room.clock())]
    assert any("证书不可信" in text for text in said)


def test_a_client_that_hangs_up_is_no_error(mailbox: Desk) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with MailServer((HERE, 0), mailbox) as server, ours:
        Conversation(ours, (HERE, 0), server)
