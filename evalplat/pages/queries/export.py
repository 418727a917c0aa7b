"""A list as an Excel file: figures as figures, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from evalplat.kernel.formats import local

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = tuple("=+-@\t\r")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
           "default_date_format": "yyyy-mm-dd"}


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, notes: Sequence[str] = ()) -> bytes:
    """One sheet with a frozen header row; ``notes`` stand below the table."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wide = [len(head) for head in heads]
    sheet.write_row(0, 0, list(heads), bold)
    sheet.freeze_panes(1, 1)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            plain = _plain(value)
            _write(sheet, count, place, plain)
            wide[place] = max(wide[place], len(str(plain or "")))
    for place, width in enumerate(wide):
        sheet.set_column(place, place, min(60, 2 + width * 1.6))
    if count:
        sheet.autofilter(0, 0, count, len(heads) - 1)
    for line, note in enumerate(notes, count + 3):
        sheet.write_string(line, 0, note)
    book.close()
    return stream.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "1"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    return value


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    """None stays an empty cell: missing is not zero."""
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, harmless(str(value)))


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula, not even after it was saved as CSV and opened again."""
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text
