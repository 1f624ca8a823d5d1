"""Reports and tables as files people open in Excel; cells that would be formulas are disarmed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..models import ImportBatch

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # zh-data
LEVELS = {"rejected": gettext_noop("未导入"), "refused": gettext_noop("未导入"), "doubtful": gettext_noop("存疑")}


def safe_cell(value: object) -> str:
    """A cell that a spreadsheet shows and never computes (CSV injection)."""
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(RISKY) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """CSV with a BOM, so that Excel reads the Chinese, line by line for streaming."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        out = io.StringIO()
        csv.writer(out).writerow([safe_cell(cell) for cell in row])
        yield out.getvalue().encode()


def report_rows(batch: ImportBatch) -> Iterator[list[object]]:
    """The report of one import: row number, verdict, reason, and the original values."""
    fields = sorted(batch.mapping)
    yield [_("行号"), _("结果"), _("原因代码"), _("原因"), *[batch.mapping[key] for key in fields]]
    for issue in batch.issues.order_by("row", "pk").iterator(chunk_size=2000):
        given = json.loads(issue.values.reveal() or "{}")
        values = [given.get(key, "") for key in fields]
        yield [issue.row, _(LEVELS.get(issue.level, issue.level)), issue.code, issue.message, *values]
