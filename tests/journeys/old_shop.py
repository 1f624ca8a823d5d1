"""The file of a former program, as dirty as real ones are, in the layout of the public job card set."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

HEADS = (
    "invoice_date",
    "job_card_date",
    "business_partner_name",
    "vehicle_no",
    "vehicle_model",
    "current_km_reading",
    "invoice_line_text",
)
Row = tuple[str, str, str, str, str, str, str]
REGULAR = ("RAMEXXXXXXXXXX", "KA53EXXXXX", "BAJAJ PULSAR 150")
DIRTY: list[Row] = [
    ("01-06-17", "31-05-17", *REGULAR, "5391", "ENGINE OIL"),
    ("01-06-17", "31-05-17", *REGULAR, "5391", "GENERAL SERVICE"),
    ("02-12-17", "02-12-17", *REGULAR, "11250", "ENGINE OIL"),
    ("02-12-17", "02-12-17", *REGULAR, "11250", ""),  # empty line
    ("03-06-18", "03-06-18", *REGULAR, "610112", "OIL FILTER"),  # odometer outlier
    (
        "12-07-17",
        "11-07-17",
        "KUMAXXXXXXXXXX",
        "KA53EXXXXX",
        "BAJAJ PLATINA",
        "3717",
        "CHAIN LUBRICATION",
    ),  # same plate
    ("13-07-17", "13-07-17", "", "KA03MFXXXX", "BAJAJ V", "2800", "WASH"),  # nobody's
    ("40-07-17", "40-07-17", "LIUFXXXXXXXXXX", "KA03MFXXXX", "BAJAJ V", "2800", "WASH"),  # no such day
    ("14-07-17", "14-07-17", "刘芳", "京A8K326", "大众 朗逸", "42000", "更换机油机滤"),  # a whole Chinese plate
    ("14-01-18", "14-01-18", "刘芳", "京A8K326", "大众 朗逸", "49000", "更换空调滤清器"),
]
VISITS = 6


def write(path: Path, rows: Iterable[Row] = DIRTY) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADS)
        writer.writerows(rows)
    return path


def many(visits: int) -> Iterable[Row]:
    """A long clean file: so many visits of two lines each, every fifth visit of a car that was there before."""
    for number in range(visits):
        car = number % (visits * 4 // 5)
        date = f"{1 + number % 28:02d}-{1 + number // 28 % 12:02d}-17"
        who = (f"OWNER{car:05d}XXXX", f"KA{car:05d}XXXX", "BAJAJ AVENGER STREET 220", str(1000 + number))
        yield (date, date, *who, "ENGINE OIL")
        yield (date, date, *who, "GENERAL SERVICE")
