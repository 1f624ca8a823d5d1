"""Large files pass through a small memory; what leaves computes nothing."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from pitlane.core import files
from pitlane.core.errors import Refused
from pitlane.core.imports import reading
from pitlane.core.imports.report import safe_cell
from pitlane.core.imports.rows import Row
from pitlane.core.imports.sorting import Sorter
from pitlane.core.testing import Shop, nothing_changes

from .test_imports import HEADS, MB


def test_reading_a_large_file_holds_none_of_its_rows(tmp_path: Path) -> None:
    """Ten times the rows take no more memory; the same is proved with 200 MB where slow tests run."""

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text(HEADS + "".join(f"客{n % 97}-{n},138{n:08d},{'长' * 60}\n" for n in range(rows)))
        tracemalloc.start()
        try:
            with Sorter() as sorter:
                pile = sorter.pile()
                for row in reading.mapped(path, {"name": "姓名", "note": "备注"}):
                    assert sorter.first(row.get("name"))
                    pile.add(row.get("name").split("-")[0], row=row)
                assert sum(len(some) for _before, some in pile.groups(50)) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(2_000), peak(20_000)
    assert large < small + MB


def test_a_pile_keeps_what_belongs_together_in_order() -> None:
    with Sorter() as sorter:
        pile, other = sorter.pile(), sorter.pile()
        for number, key in enumerate("abac", start=2):
            pile.add(key, row=Row(number, {"k": key}), place=str(9 - number), fact=number)
        other.add("a", row=Row(99, {}))
        found = [(before, [entry.row.number for entry in some]) for before, some in pile.groups(1)]
        assert found == [(0, [4]), (1, [2]), (0, [3]), (0, [5])]
        assert sorter.first("x", "y") and not sorter.first("x", "y") and sorter.first("xy")


def test_two_hundred_megabytes_are_refused_without_filling_the_memory(shop: Shop) -> None:
    part = b"a,b,c\n" * (MB // 6)

    def stream() -> Iterator[bytes]:
        while True:
            yield part

    tracemalloc.start()
    try:
        with nothing_changes(), pytest.raises(Refused) as refusal:
            files.receive(stream(), "riesig.csv", "import")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refusal.value.code == "file_too_large" and peak < 8 * MB


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"])
def test_a_report_computes_nothing(text: str) -> None:
    assert safe_cell(text) == f"'{text}" and safe_cell("王=1") == "王=1" and safe_cell(None) == ""
