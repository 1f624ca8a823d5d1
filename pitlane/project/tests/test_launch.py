"""``pitlane start`` sets up an empty folder, says what is in its way, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from pitlane.accounts import bootstrap
from pitlane.core.testing import NOON
from pitlane.project import launch
from pitlane.project.cli import main
from pitlane.project.launch import Child, Options


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def options(port: int, host: str = "127.0.0.1") -> Options:
    return Options(host=host, port=port, threads=2, demo="none")


def test_says_that_the_port_is_taken(taken: int) -> None:
    assert "--port" in launch.busy(options(taken))
    assert launch.busy(options(free_port())) == ""


def test_only_one_start_prepares_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def second() -> None:
        with launch.alone(tmp_path):
            order.append("second")

    with launch.alone(tmp_path / "."):
        waiting = threading.Thread(target=second)
        waiting.start()
        while "waiting" not in capsys.readouterr().out:
            time.sleep(0.01)
        order.append("first")
    waiting.join(timeout=10)
    assert order == ["first", "second"]


def test_knows_a_demo_that_was_broken_off(db: None) -> None:
    assert not launch.half_built()
    org = bootstrap.create_organisation(code="demo", name="演示", at=NOON)
    assert not launch.half_built()
    org.settings = {"demo": {"unfinished": True}}
    org.save(update_fields=["settings"])
    assert launch.half_built()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://nobody@127.0.0.1:{port}/none", "the database does not answer"),
        ("mysql://root@127.0.0.1/shop", "postgres://user:password@host:port/name"),
    ],
)
def test_says_plainly_that_the_database_cannot_be_used(tmp_path: Path, url: str, said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PITLANE_")}
    environment |= {"PITLANE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pitlane.project.settings"}
    environment["PITLANE_DATABASE_URL"] = url.format(port=free_port())
    command = [sys.executable, "-m", "pitlane", "start", "--demo", "none", "--port", str(free_port())]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert said in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_tells_an_address_that_can_be_visited(host: str) -> None:
    assert options(8000, host).address == "http://127.0.0.1:8000"


def test_the_sandbox_runs_beside_a_demo_only(db: None, tmp_path: Path) -> None:
    assert not launch.has_demo()
    org = bootstrap.create_organisation(code="demo", name="演示", at=NOON)
    assert not launch.has_demo()
    org.settings = {"demo": {"size": "small"}}
    org.save(update_fields=["settings"])
    assert launch.has_demo()
    names = [child.name for child in launch.children_of(options(8000), tmp_path)]
    beside = launch.children_of(options(8000), tmp_path, sandbox=True)
    assert [child.name for child in beside] == [*names, "sandbox"]
    assert beside[-1].arguments == ["sandbox", "--port", "8001", "--web", "http://127.0.0.1:8000"]


def test_does_not_wait_for_a_server_that_died(tmp_path: Path) -> None:
    web = Child("web", ["version"], tmp_path / "web.log")
    web.start()
    assert not launch.wait_until_ready(web, f"http://127.0.0.1:{free_port()}/")
    assert web.tail().startswith("pitlane ")


def test_ends_a_child_that_does_not_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "GRACE", 0.2)
    child = Child("deaf", [], tmp_path / "deaf.log")
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child.process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
    assert child.process.stdout is not None and child.process.stdout.readline() == b"1\n"
    launch.end([child])
    child.process.stdout.close()
    assert not child.alive


@pytest.mark.parametrize(
    ("words", "shown"), [([], "Usage: pitlane"), (["version"], "pitlane 0."), (["--help"], "doctor")]
)
def test_tells_how_it_is_used(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert shown in capsys.readouterr().out


@pytest.mark.slow
def test_starts_in_an_empty_folder_and_stops_when_told(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PITLANE_")}
    environment |= {"PITLANE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "pitlane.project.settings"}
    command = [sys.executable, "-m", "pitlane", "start", "--demo", "none", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        assert started.stdout is not None
        said = []
        for line in started.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert any(f"http://127.0.0.1:{port}/setup?code=" in line for line in said), "".join(said)
        assert any("pitlane setup" in line for line in said)
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
            assert answer.status == 200
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=30) == 0
    time.sleep(0.2)
    assert launch.busy(options(port)) == ""
    assert (data / "db.sqlite3").exists()
