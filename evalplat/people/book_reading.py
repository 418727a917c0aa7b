"""Reading a foreign workbook: refused before it is opened if it is no plain .xlsx, then read as cells, never computed."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evalplat.definitions.workbook_guard import Limits, refusal
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_

from .book_format import EXPLAINS, NOT_A_WORKBOOK, SHEETS, Column, Problem

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MOST_CELLS = 300_000
MOST_ROWS = 5000
LIMITS = Limits(cells=MOST_CELLS, rows=20 * MOST_ROWS)
_REFUSALS = {
    "big": N_("The file is too big for a list of departments and people: at most 5 MB."),
    "swollen": N_("The file unpacks to far more than a list of departments and people. It is not taken."),
    "no_workbook": NOT_A_WORKBOOK,
    "macros": N_("The file holds macros or embedded objects. Save it as a plain workbook (.xlsx)."),
    "odd": N_("The file holds what no plain workbook needs (a document type or another character set). It is not taken."),
    "cells": N_("A sheet has too many cells. Delete the empty formatted rows and send it again."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row: its number and its cells by column key."""

    number: int
    cells: dict[str, Any]


@dataclass
class Sheet:
    """One of our sheets as it came: where each known column stands, and its filled rows."""

    name: str
    places: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def cell(self, line: Line | int, key: str) -> str:
        """The cell's name, such as C7."""
        return f"{self.places.get(key, 'A')}{line if isinstance(line, int) else line.number}"


def _refuse(message: str) -> Invalid:
    return Invalid({"file": message})


def _check_package(data: bytes) -> None:
    """Only a plain workbook passes: sizes before unpacking, no macros, no document types (and so no entities) in any part."""
    refused = refusal(data, LIMITS)
    if refused:
        raise _refuse(_REFUSALS[refused])


def open_book(data: bytes) -> Workbook:
    """The workbook behind the bytes, after all checks. Formulas stay formulas: nothing is computed."""
    _check_package(data)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that the library does not keep: pictures, foreign extensions
            return load_workbook(io.BytesIO(data), data_only=False, keep_links=False, keep_vba=False)
    except Exception as error:
        raise _refuse(NOT_A_WORKBOOK) from error


def read_sheets(book: Workbook) -> tuple[dict[str, Sheet], list[Problem]]:
    """Our sheets by name, and what is wrong with their headings."""
    found, problems = {}, []
    for name, columns in SHEETS.items():
        if name in book.sheetnames:
            sheet, wrong = _read(book[name], name, columns)
            found[name] = sheet
            problems += wrong
    if not found:
        raise _refuse(N_("The workbook has neither a sheet 单位 nor a sheet 人员. Begin with the empty template."))
    return found, problems


def _read(page: Any, name: str, columns: tuple[Column, ...]) -> tuple[Sheet, list[Problem]]:
    sheet, problems = Sheet(name), []
    heads = {column.head: column for column in columns}
    rows = page.iter_rows() if hasattr(page, "iter_rows") else iter(())
    for cell in next(rows, ()):
        column = heads.get(_head(cell.value))
        if column is None:
            continue
        if column.key in sheet.places:
            problems.append(Problem(name, cell.coordinate, column.head, N_("This heading stands there twice.")))
        sheet.places.setdefault(column.key, cell.column_letter)
    problems += [Problem(name, "A1", column.head, N_("The column {head} is missing. Its heading must stand in the first row."),
                         (("head", column.head),)) for column in columns if column.required and column.key not in sheet.places]
    sheet.lines = list(_lines(rows, sheet))
    if len(sheet.lines) > MOST_ROWS:
        raise _refuse(N_("A sheet has more than 5,000 rows. That is no list of an office."))
    return sheet, problems


def _head(value: Any) -> str:
    """A heading without the marks people add to it: spaces, a star, a remark in brackets."""
    text = re.sub(r"[\s*＊]", "", str(value or ""))
    return re.sub(r"[（(].*[)）]$", "", text)


def _lines(rows: Iterator[tuple[Any, ...]], sheet: Sheet) -> Iterator[Line]:
    """Filled rows alone: formatted but empty ones are none, nor is the explanation below the headings."""
    keys = {letter: key for key, letter in sheet.places.items()}
    for row in rows:
        cells = {keys[cell.column_letter]: cell for cell in row if getattr(cell, "column_letter", "") in keys and _filled(cell)}
        first = next((cell for cell in row if _filled(cell)), None)
        if cells and not str(first.value if first else "").startswith(EXPLAINS):
            yield Line(next(iter(cells.values())).row, cells)


def _filled(cell: Any) -> bool:
    return cell.value is not None and str(cell.value).strip() != ""
