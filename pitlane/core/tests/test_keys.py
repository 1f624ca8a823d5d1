"""Personal data at rest: sealed, never printed, moved under a new key without losing a row."""

import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pitlane.accounts.models import Staff
from pitlane.core import crypto, rotation
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop


@pytest.fixture
def keys_file(tmp_path: Path, settings) -> Path:
    settings.KEYS_FILE = tmp_path / "keys.json"
    return settings.KEYS_FILE


def people(shop: Shop, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        Staff.objects.create(
            org_id=shop.org_id, login=f"p{shop.org_id}-{n}", name="张伟", employee_no=str(n), phone=f"1380013{n:04d}"
        )


def phones(org_id: int) -> list[str]:
    with scope(org_id):
        return [p.phone.reveal() for p in Staff.objects.order_by("pk")]


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_staff ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_sealed_text_is_unreadable_until_it_is_revealed(keys_file: Path) -> None:
    token = crypto.seal("13800138000")
    value = crypto.Sealed(token)
    assert "138" not in token and value.reveal() == "13800138000"
    assert f"{value}{value!r}" == "••••••••" and not crypto.Sealed("") and str(crypto.Sealed("")) == ""
    assert crypto.seal("x") != crypto.seal("x") and crypto.blind("phone", "1") == crypto.blind("phone", "1")
    assert crypto.blind("phone", "1") != crypto.blind("tail", "1")


def test_the_keys_are_for_the_owner_of_the_installation_only(keys_file: Path) -> None:
    crypto.key_ring()
    assert keys_file.stat().st_mode & 0o777 == 0o600
    assert list(keys_file.parent.iterdir()) == [keys_file]


def test_two_processes_that_start_at_once_use_the_same_first_key(keys_file: Path) -> None:
    rings: list[crypto.KeyRing] = []
    gate = threading.Barrier(6)

    def begin() -> None:
        gate.wait()
        rings.append(crypto.key_ring())

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 6 and len(set(rings)) == 1


def test_a_lost_key_is_said_plainly(keys_file: Path) -> None:
    value = crypto.Sealed(crypto.seal("x"))
    keys_file.unlink()
    with pytest.raises(RuntimeError, match="no key fits"):
        value.reveal()


def test_keys_may_come_from_outside(keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crypto.key_ring()
    text = keys_file.read_text()
    keys_file.unlink()
    monkeypatch.setenv("PITLANE_KEYS", text)
    assert crypto.Sealed(crypto.seal("x")).reveal() == "x" and not keys_file.exists()
    for options in ([], ["--drop-old"]):
        with pytest.raises(CommandError, match="PITLANE_KEYS"):
            call_command("rotate_keys", *options)


def test_rotation_reaches_every_organisation_and_forgets_the_old_key(
    shop: Shop, other_shop: Shop, keys_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(shop, 7)
    with scope(other_shop.org_id):
        people(other_shop, 2)
    before, first = stored(), crypto.key_ring().encryption[0]
    call_command("rotate_keys")
    assert "accounts.Staff: 9 of 9 rows" in capsys.readouterr().out
    assert crypto.key_ring().encryption[1] == first and all(crypto.is_newest(token) for token in stored())
    assert not set(before) & set(stored())
    call_command("rotate_keys", "--drop-old")
    assert len(crypto.key_ring().encryption) == 1 and first not in keys_file.read_text()
    assert phones(shop.org_id) == [f"1380013{n:04d}" for n in range(7)] and len(phones(other_shop.org_id)) == 2


def test_an_interrupted_rotation_goes_on(shop: Shop, keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people(shop, 10)
    calls = iter(range(3))
    real = rotation.reseal

    def killed(token: str) -> str:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return real(token)

    monkeypatch.setattr(rotation, "reseal", killed)
    crypto.add_key()
    with pytest.raises(KeyboardInterrupt):
        list(rotation.rotate_all(chunk=3))
    done = stored()
    assert [crypto.is_newest(token) for token in done] == [True] * 3 + [False] * 7
    monkeypatch.setattr(rotation, "reseal", real)
    call_command("rotate_keys")
    assert stored()[:3] == done[:3] and len(crypto.key_ring().encryption) == 2
    assert all(crypto.is_newest(token) for token in stored()) and len(set(phones(shop.org_id))) == 10


def test_old_keys_stay_while_anything_uses_them(shop: Shop, keys_file: Path) -> None:
    people(shop, 2)
    crypto.add_key()
    with pytest.raises(CommandError, match="still under an old key"):
        call_command("rotate_keys", "--drop-old")
    assert len(crypto.key_ring().encryption) == 2
    call_command("rotate_keys", "--drop-old")
    assert len(crypto.key_ring().encryption) == 1 and phones(shop.org_id)[0] == "13800130000"


def test_every_encrypted_field_is_known_to_the_rotation() -> None:
    tables = {model._meta.label: names for model, names in rotation.sealed_tables()}
    assert tables["accounts.Staff"] == ["phone", "totp_secret"] and tables["core.IdempotencyRecord"] == ["body"]
    assert all(hasattr(model, "unscoped") for model, _names in rotation.sealed_tables())
