"""Spreadsheets that leave the house: cells are shown, never computed; every line says whose copy it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from PIL import Image, ImageDraw

from pitlane.core.imports.report import csv_lines, safe_cell

WIDTH = 18
LONGEST_SHEET_NAME = 31
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]], mark: str) -> bytes:
    """CSV with the mark in the last column of each line, where nobody overlooks it."""
    lines = ([*row, mark] for row in rows)
    return b"".join(csv_lines([[*header, ""], *lines]))


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Any]], mark: str, code: str) -> bytes:
    """A workbook with the mark in print head and foot, in the last column and behind the cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"comments": mark})
    sheet = book.add_worksheet()
    sheet.set_header(f"&R{mark}")
    sheet.set_footer(f"&L{mark}&R&P / &N")
    sheet.set_background(io.BytesIO(_stamp(code)))
    _fill(book, sheet, [*header, ""], ([*row, mark] for row in rows))
    book.close()
    return out.getvalue()


def _fill(book: Any, sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, len(header) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(header):
        sheet.write_string(0, column, safe_cell(text), bold)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write(sheet, line, column, value)


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, safe_cell(value))


def _stamp(code: str) -> bytes:
    """A pale picture with the export's number, repeated behind the cells on screen."""
    image = Image.new("RGB", (420, 160), "white")
    ImageDraw.Draw(image).text((20, 70), code, fill=(225, 225, 225))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sections_file(sections: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """One sheet per section, for the data of one person."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {**_OPTIONS, "constant_memory": False})
    for title, rows in sections.items():
        header = list(dict.fromkeys(key for row in rows for key in row))
        sheet = book.add_worksheet(title[:LONGEST_SHEET_NAME])
        _fill(book, sheet, header or [""], ([row.get(key) for key in header] for row in rows))
    book.close()
    return out.getvalue()
