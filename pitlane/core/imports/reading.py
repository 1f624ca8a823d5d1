"""Reading Excel and CSV as they come: encodings of Chinese programs, separators, huge files line by line."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import python_calamine
from django.utils.translation import gettext_lazy as _

from ..errors import Refused
from .rows import Row

MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_CELL = 2000
SNIFF = 65_536
MAX_SHEET_BYTES = 60 * 1024 * 1024
MOST_CELLS = 10_000_000
TELL_EVERY = 20_000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,9})["']""")


@dataclass(frozen=True, slots=True)
class Table:
    """The heads of the file and its first rows, for the mapping page."""

    heads: list[str]
    sample: list[list[str]]


def _silent(rows: int, share: float) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Watch:
    """Follows a long reading: ``tell(rows, share of the file)`` is called now and then."""

    tell: Callable[[int, float], None] = _silent
    rows: int = 0
    share: float = 0.0

    def passed(self) -> None:
        self.rows += 1
        if self.rows % TELL_EVERY == 0:
            self.tell(self.rows, self.share)


def _encoding(head: bytes) -> str:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < SNIFF)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _csv_lines(path: Path, watch: Watch) -> Iterator[list[str]]:
    size = path.stat().st_size
    with path.open("rb") as raw:
        encoding = _encoding(raw.read(SNIFF))
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, errors="replace", newline="") as text:
        sample = text.read(8192)
        text.seek(0)
        try:
            dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample.split("\n")[0], delimiters=",;\t|")
        except csv.Error:
            dialect = csv.excel
        csv.field_size_limit(1_000_000)
        try:
            for count, line in enumerate(csv.reader(text, delimiter=dialect.delimiter)):
                if count % 1000 == 0:
                    watch.share = raw.tell() / size
                yield line
        except csv.Error as error:
            raise Refused(_("文件内容不是有效的 CSV：%(why)s") % {"why": error}, code="csv", field="file") from error


def _sheet_lines(path: Path, watch: Watch) -> Iterator[list[str]]:
    """The reader of workbooks holds the first sheet, but not its rows as Python objects: hence the limits."""
    if path.stat().st_size > MAX_SHEET_BYTES:
        raise Refused(_("Excel 文件超过 60 MB，请另存为 CSV 再导入"), code="file_too_large", field="file")
    try:
        if _cells(path) > MOST_CELLS:
            raise Refused(_("Excel 文件超过一千万格，请另存为 CSV 再导入"), code="file_too_large", field="file")
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheet = book.get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, *BROKEN) as error:
        raise Refused(_("Excel 文件无法读取"), code="file_broken", field="file") from error
    for count, line in enumerate(sheet.iter_rows()):
        watch.share = count / max(1, sheet.height)
        yield [_cell(value) for value in line]


def _cells(path: Path) -> int:
    """The most cells a sheet can need: one lonely cell in the last corner would fill the memory with empty ones."""
    with zipfile.ZipFile(path) as archive:
        return max((_extent(archive.open(name)) for name in archive.namelist()), default=0)


def _extent(source: IO[bytes]) -> int:
    rows = columns = 1
    rest = b""
    while chunk := source.read(1 << 20):
        text = rest + chunk
        for letters, number in set(_PLACE.findall(text)):
            rows, columns = max(rows, int(number)), max(columns, _column(letters))
        rest = text[-64:]
    return rows * columns


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def lines(path: Path, watch: Watch | None = None) -> Iterator[list[str]]:
    """All lines of the first sheet or of the CSV, cells as text."""
    watch = watch or Watch()
    with path.open("rb") as raw:
        is_sheet = raw.read(4) == b"PK\x03\x04"
    for line in _sheet_lines(path, watch) if is_sheet else _csv_lines(path, watch):
        yield [cell[:MAX_CELL].replace("\x00", "") for cell in line[:MAX_COLUMNS]]


def look(path: Path, rows: int = 5) -> Table:
    """The heads and a few rows; refuses files without heads or rows."""
    first = list(islice(lines(path), rows + 1))
    if not first or not any(cell.strip() for cell in first[0]):
        raise Refused(_("第一行应该是列名，但它是空的"), code="no_heads", field="file")
    if len(first) < 2:
        raise Refused(_("文件里只有列名，没有数据"), code="no_rows", field="file")
    return Table([cell.strip() for cell in first[0]], first[1:])


def mapped(path: Path, mapping: dict[str, str], watch: Watch | None = None) -> Iterator[Row]:
    """Rows with the fields' names instead of the file's; empty lines are passed over."""
    watch = watch or Watch()
    source = lines(path, watch)
    heads = [cell.strip() for cell in next(source, [])]
    places = {key: heads.index(head) for key, head in mapping.items() if head in heads}
    for number, line in enumerate(source, start=2):
        if number > MAX_ROWS:
            raise Refused(_("一个文件最多 100 万行，请拆分后导入"), code="too_many_rows", field="file")
        if any(cell.strip() for cell in line):
            watch.passed()
            yield Row(number, {key: line[place] if place < len(line) else "" for key, place in places.items()})
