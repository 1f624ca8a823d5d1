"""``pitlane sandbox`` as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest


def test_listens_and_stops_when_told(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PITLANE_")}
    environment |= {"PITLANE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pitlane.project.settings"}
    command = [sys.executable, "-m", "pitlane", "sandbox", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        address = started.stdout.readline().split()[1].rstrip(",")
        direct = build_opener(ProxyHandler({}))
        wanted = Request(f"{address}/cgi-bin/stable_token", b'{"appid": "nobody"}')
        with direct.open(wanted, timeout=10) as answer:
            assert json.load(answer)["errcode"] == 40013
        with pytest.raises(HTTPError) as caught:
            direct.open(Request(f"{address}/", b"{}"), timeout=10)
        caught.value.close()
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=30) == 0
    path = tmp_path / "sandbox" / "sandbox.sqlite3"
    assert path.stat().st_mode & 0o077 == 0
