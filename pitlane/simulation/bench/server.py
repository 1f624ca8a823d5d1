"""A real web server process of this installation, as ``pitlane serve`` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

READY_WITHIN = 60.0


class Server:
    """Started for the block; ``memory_mb`` tells how much its processes hold."""

    def __init__(self, workers: int, threads: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = ("127.0.0.1", int(probe.getsockname()[1]))
        words = ["serve", "--host", "127.0.0.1", "--port", str(self.address[1])]
        self._words = [*words, "--workers", str(workers), "--threads", str(threads)]

    def __enter__(self) -> Server:
        self._process = subprocess.Popen([sys.executable, "-m", "pitlane", *self._words])
        opener, until = build_opener(ProxyHandler({})), time.monotonic() + READY_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with opener.open(f"http://{self.address[0]}:{self.address[1]}/health/ready", timeout=2):
                    return self
            except (URLError, OSError):
                time.sleep(0.1)
        self._process.kill()
        raise RuntimeError("the web server did not come up")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def cpu_seconds(self) -> float | None:
        """What the server's processes computed until now; None where the system does not say."""
        try:
            ticks = [_ticks(pid) for pid, parent, _size in _processes() if self._process.pid in (pid, parent)]
        except OSError:
            return None
        return sum(ticks) / os.sysconf("SC_CLK_TCK") if ticks else None

    def memory_mb(self) -> list[float]:
        """Resident memory of the server's worker processes, largest first; empty where the system does not say."""
        own = self._process.pid
        found = {pid: (parent, size) for pid, parent, size in _processes()}
        workers = [size for parent, size in found.values() if parent == own]
        return sorted(workers or [size for pid, (_parent, size) in found.items() if pid == own], reverse=True)


def _ticks(pid: int) -> int:
    """Time in the program and in the system, from /proc; the name before them may hold spaces."""
    facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(facts[11]) + int(facts[12])


def _processes() -> list[tuple[int, int, float]]:
    """(pid, parent, MB) of every process, from /proc."""
    rows = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if "VmRSS" in facts:
            size = float(facts["VmRSS"].split()[0]) / 1024
            rows.append((int(status.parent.name), int(facts["PPid"]), round(size, 1)))
    return rows
