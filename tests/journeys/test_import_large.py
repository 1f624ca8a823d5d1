"""A file of 200 MB is tried by a process that stays small, and a kill on the way loses nothing."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .server import Installation, installation, wait_until

pytestmark = pytest.mark.slow
MB = 1024 * 1024
LARGE = 200 * MB
MOST_RSS = 250 * MB
HEADS = "进厂日期,客户姓名,手机号,车牌,车型,里程,项目,数量,单价,备注\n"
READ = "SELECT max(total_rows) FROM core_importbatch"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path) as made:
        made.tell("opened()")
        yield made


def write(path: Path, size: int) -> int:
    """Visits of two lines each that stand far from one another in the file."""
    number = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADS)
        while out.tell() < size:
            lines = []
            for _line in range(20_000):
                visit = number % 350_000
                day = f"20{10 + visit % 15}-{1 + visit % 12:02d}-{1 + visit % 28:02d}"
                car = f"客户{visit},138{visit:08d},京A{visit:06d},大众 帕萨特 {visit % 40},{1000 + visit}"
                lines.append(f"{day},{car},更换机油机滤 {number % 97},1,{number % 900}.50,{'备注' * 24}\n")
                number += 1
            out.write("".join(lines))
    return number


def highest(process: subprocess.Popen[bytes]) -> int:
    """The most memory a process held, asked until it ends. What ``wait4`` tells counts the parent's memory too."""
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        with suppress(OSError, StopIteration):
            kib = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            peak = max(peak, int(kib) * 1024)
        time.sleep(0.1)
    return peak


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process as Linux tells it")
def test_two_hundred_megabytes_are_tried_in_a_small_process(shop: Installation, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    rows = write(file, LARGE)
    killed = shop.run("import", "history", str(file), "--dry-run")
    wait_until(lambda: (shop.number(f"SELECT coalesce(({READ}), 0)")) > 0, within=600, what="the first rows")
    shop.cut(killed)
    tried = shop.run("import", "history", str(file), "--dry-run")
    peak = highest(tried)
    print(f"{rows:,} rows in {file.stat().st_size / MB:.0f} MB, tried in {peak / MB:.0f} MB")
    shop.processes.remove(tried)
    assert tried.returncode == 0
    assert shop.number(READ) == rows
    assert shop.number("SELECT count(*) FROM core_importbatch WHERE status = 'checked'") == 1
    assert peak < MOST_RSS
