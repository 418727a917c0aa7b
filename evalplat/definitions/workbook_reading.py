"""An indicator system read from a workbook: the same tree as from YAML, each value with its sheet and cell.

Nothing is computed and nothing is guessed: what a spreadsheet made of an id, and every formula, is reported.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from .problems import Problem, Where
from .workbook_cells import MOST_COLUMNS, MOST_ROWS, CellFault, read_cell
from .workbook_guard import Limits, refusal
from .workbook_joining import Joining
from .workbook_sheets import (
    BY_NAME,
    CHECK,
    GUIDE,
    ORIGIN,
    OTHER,
    OTHER_COLUMNS,
    SETTING_COLUMNS,
    SETTINGS,
    VALUE,
    Column,
    Path,
    setting_column,
)
from .yamltext import Node, Scalar, suggestion

LIMITS = Limits(size=3_000_000, unpacked=30_000_000, cells=100_000, rows=20_000)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_REFUSALS = {
    "big": ("E120", "The workbook is too large."),
    "swollen": ("E120", "The workbook unpacks to far more than an indicator system."),
    "no_workbook": ("E100", "This is not an Excel workbook (.xlsx)."),
    "macros": ("E100", "The workbook holds macros or embedded objects."),
    "odd": ("E100", "The workbook holds a document type or another character set, which no plain workbook needs."),
    "cells": ("E120", "A sheet has too many cells."),
}
_FAULTS = {
    "number": ("The cell holds the number {shown} where an id is expected; 1.10 may have become 1.1.",
               "Format the cell as text and type the id again."),
    "date": ("The cell holds the date {shown}; 1-2 may have become one.", "Format the cell as text and type the value again."),
    "formula": ("The cell holds a formula: {shown}", "Replace it by its value."),
    "error": ("The cell holds the error {shown} of the spreadsheet.", "Enter the value itself."),
}  # fmt: skip


@dataclass
class ReadRow:
    """One filled row: its cells in order, and where it begins."""

    where: Where
    cells: list[tuple[Path, Node]] = field(default_factory=list)

    def get(self, path: Path) -> Node | None:
        """The first value of a column."""
        return next((node for one, node in self.cells if one == path), None)


def load_workbook_file(path: FilePath) -> tuple[Node | None, list[Problem]]:
    """The node tree of the workbook at ``path``, and everything that is wrong with its sheets and cells."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMITS.size + 1)
    except OSError as error:
        reason = {"reason": error.strerror or str(error)}
        return None, [Problem("E100", "The file cannot be read: {reason}.", Where(str(path)), reason)]
    return load_workbook_bytes(data, str(path))


def load_workbook_bytes(data: bytes, file: str = "") -> tuple[Node | None, list[Problem]]:
    """The same for bytes, e.g. of an upload. The tree is None only if the workbook cannot be read at all."""
    refused = refusal(data, LIMITS)
    if refused:
        code, message = _REFUSALS[refused]
        return None, [Problem(code, message, Where(file), hint="Save it as a plain workbook (.xlsx).")]
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that the library does not keep: pictures, foreign extensions
            book = load_workbook(io.BytesIO(data), data_only=False, keep_links=False, keep_vba=False)
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over in a foreign file
        return None, [Problem("E100", "This is not an Excel workbook (.xlsx).", Where(file), {"reason": str(error)})]
    return _Sheets(book, file).read()


class _Sheets:
    """Reads the sheets of one workbook."""

    def __init__(self, book: Any, file: str) -> None:
        self.book, self.file = book, file
        self.problems: list[Problem] = []

    def read(self) -> tuple[Node | None, list[Problem]]:
        ours = [*BY_NAME, SETTINGS, OTHER]
        if not set(ours) & set(self.book.sheetnames):
            return None, [Problem("E100", "The workbook has none of the sheets of an indicator system.", Where(self.file),
                                  {"known": ", ".join(ours[:3])}, "Begin with: evalplat indicators to-excel.")]  # fmt: skip
        for name in self.book.sheetnames:
            if name not in (*ours, GUIDE, ORIGIN):
                params = {"sheet": name, "guess": suggestion(name, ours)}
                message = f'The sheet "{{sheet}}" is not known and is not read.{" {guess}" if params["guess"] else ""}'
                self.problems.append(Problem("W211", message, Where(self.file, sheet=name, cell="A1"), params, severity="warning"))
        joining = Joining(Where(self.file, 1, 1, SETTINGS, "A1"), self.problems)
        for row in self._rows(SETTINGS, SETTING_COLUMNS):
            joining.setting(row.cells, row.where)
        for name, sheet in BY_NAME.items():
            for row in self._rows(name, sheet.columns):
                joining.row(sheet, row.cells, row.where)
        joining.attach()
        for row in self._rows(OTHER, OTHER_COLUMNS):
            joining.other(row.cells, row.where)
        return joining.finished(), self.problems

    def _rows(self, name: str, columns: tuple[Column, ...]) -> Iterator[ReadRow]:
        if name not in self.book.sheetnames or not hasattr(self.book[name], "iter_rows"):
            return
        rows = self.book[name].iter_rows(max_col=MOST_COLUMNS)
        beyond: tuple[Any, ...] = next(self.book[name].iter_rows(min_col=MOST_COLUMNS + 1, max_col=MOST_COLUMNS + 50, max_row=1), ())
        if any(cell.value is not None for cell in beyond):
            where = Where(self.file, 1, MOST_COLUMNS + 1, name, beyond[0].coordinate)
            self.problems.append(Problem("E120", "The sheet has more than {limit} columns.", where, {"limit": MOST_COLUMNS}))
        heads = self._heads(name, next(rows, ()), columns)
        for number, cells in enumerate(rows, 2):
            if number > MOST_ROWS:
                where = Where(self.file, number, 1, name, f"A{number}")
                self.problems.append(Problem("E120", "The sheet has more than {limit} rows.", where, {"limit": MOST_ROWS}))
                return
            row = self._row(name, cells, heads)
            if row is not None:
                yield row

    def _heads(self, name: str, cells: tuple[Any, ...], columns: tuple[Column, ...]) -> dict[int, Column]:
        """Column number → what stands there; headings that are worked out, and empty ones, are left out."""
        labels = {_plain_head(one.head): one for one in columns} | {".".join(one.path): one for one in columns if not one.is_reference}
        found: dict[int, Column] = {}
        for cell in cells:
            head = _plain_head(cell.value)
            if head in labels:
                found[cell.column] = labels[head]
            elif head == VALUE:
                found[cell.column] = Column((), VALUE, "auto")
            elif _PATH.match(head):
                found[cell.column] = Column(tuple(head.split(".")), head, "auto")
            elif head and not head.startswith(CHECK):
                guess = suggestion(head, [one.head for one in columns])
                message = f'The heading "{{key}}" is not known here.{" {guess}" if guess else ""}'
                hint = f"Begin it with {CHECK} if it is for you alone."
                self.problems.append(Problem("E121", message, self._where(name, cell), {"key": head, "guess": guess}, hint))
        return found

    def _row(self, name: str, cells: tuple[Any, ...], heads: dict[int, Column]) -> ReadRow | None:
        filled = [cell for cell in cells if cell.value is not None and getattr(cell, "column", 0) in heads and str(cell.value).strip()]
        if not filled:
            return None
        row = ReadRow(self._where(name, filled[0]))
        for cell in filled:
            column = _setting(heads[cell.column], row) if name == SETTINGS else heads[cell.column]
            node = self._cell(cell, column, self._where(name, cell))
            if node is not None:
                row.cells.append((column.path, node))
        return row

    def _cell(self, cell: Any, column: Column, where: Where) -> Node | None:
        try:
            if cell.data_type in ("f", "e"):
                raise CellFault("formula" if cell.data_type == "f" else "error", str(getattr(cell.value, "text", cell.value))[:80])
            node = read_cell(cell.value, cell.number_format, column, where)
        except CellFault as fault:
            message, hint = _FAULTS[fault.reason]
            code = "E152" if fault.reason in ("formula", "error") else "E151"
            self.problems.append(Problem(code, message, where, {"shown": fault.shown}, hint))
            return Scalar(fault.shown, where, plain=False)
        if column.kind == "id" and isinstance(node, Scalar) and re.search(r"[\t\n\r]", node.text):
            self.problems.append(Problem("E116", "A tab or a line break stands in the cell.", where, hint="Type the id again."))
        if column.kind == "id" and isinstance(cell.value, int | float):
            self.problems.append(Problem("W210", "The cell holds the number {shown} where an id is expected.", where, {"shown": cell.value},
                                         "Format the cell as text, so that 01 and 1.10 stay as they are.", "warning"))  # fmt: skip
        return node

    def _where(self, name: str, cell: Any) -> Where:
        return Where(self.file, cell.row, cell.column, name, cell.coordinate)


def _setting(column: Column, row: ReadRow) -> Column:
    """How the value of a line of the settings is to be read: as its key says."""
    path = row.get(("path",))
    if column.path != ("value",) or not isinstance(path, Scalar):
        return column
    return replace(setting_column(tuple(path.text.split("."))), path=("value",))


def _plain_head(value: object) -> str:
    """A heading without the marks that people add: spaces, a star, half-width brackets."""
    return re.sub(r"[\s*＊]", "", str(value or "")).replace("(", "（").replace(")", "）")
