"""An indicator file as rows of sheets: each entry becomes a row, what is nested becomes rows of a sheet of its own.

Whatever the sheets have no place for goes, value by value, to the sheet ``其他``, so that nothing is ever lost.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from .workbook_cells import Cell, list_cell, scalar_cell
from .workbook_sheets import (
    AT_TOP,
    BELOW,
    BY_NAME,
    INDICATOR,
    INDICATORS,
    KEY,
    OWNER,
    RULES,
    Column,
    Path,
    Sheet,
    setting_column,
)
from .yamltext import Mapping, Node, Scalar, Sequence

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_ID = Column((), "", "id")
_AUTO = Column((), "", "auto")
ITEM = "\0"
"""Begins a step that is a place in a list, which no key can."""
Row = list[tuple[Path, Cell]]


@dataclass
class Book:
    """Rows by sheet, the lines of ``体系``, and the lines of ``其他`` (steps from the top)."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    settings: list[tuple[Path, Cell]] = field(default_factory=list)
    other: list[tuple[Path, Cell]] = field(default_factory=list)


def rows_of(root: Node) -> Book:
    """The whole file as rows."""
    flat = _Flattener(Book({sheet: [] for sheet in BY_NAME}))
    flat.setting((), root)
    return flat.book


class _Flattener:
    """Goes through the tree once."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def setting(self, path: Path, node: Node) -> None:
        """What stands outside the lists: a line of ``体系`` for each value."""
        sheet = AT_TOP.get(path)
        if sheet and self.collection(sheet, node, (), path):
            return
        if isinstance(node, Mapping) and (node.entries or not path):
            taken = Counter(key.text for key, _ in node)
            for key, value in node:
                fits = NAME.match(key.text) and (taken[key.text] == 1 or isinstance(value, Scalar))
                (self.setting if fits else self.leftover)((*path, key.text), value)
            return
        cell = _cell(node, setting_column(path)) if path else None
        if cell is None:
            self.leftover(path, node)
        else:
            self.book.settings.append((path, cell))

    def collection(self, sheet: Sheet, node: Node, refs: tuple[tuple[Path, Cell], ...], base: Path) -> bool:
        """Each entry of a list or map as a row; False if ``node`` is no such list or map, or empty."""
        if sheet.shape == "map" and isinstance(node, Mapping) and node.entries:
            counted = Counter(key.text for key, _ in node)
            for key, value in node:
                name = scalar_cell(Scalar(key.text, key.where, plain=False), _ID)
                row = [*refs, (sheet.key or KEY, name)]
                self.entity(sheet, row, value, (*base, key.text), name if counted[key.text] == 1 else None)
            return True
        if sheet.shape == "list" and isinstance(node, Sequence) and node.items:
            names = [_name(item) for item in node]
            counted = Counter(name for name in names if name)
            for number, (item, id_) in enumerate(zip(node, names, strict=True), 1):
                known = id_ if counted[id_] == 1 else ""
                self.entity(sheet, list(refs), item, (*base, f"{ITEM}{number}"), Cell(known) if known else None)
            return True
        return False

    def entity(self, sheet: Sheet, row: Row, node: Node, base: Path, name: Cell | None) -> None:
        """One row; ``name`` is what rows of further sheets call it (None if it cannot be called without doubt)."""
        references = len(row)
        self.book.rows[sheet.name].append(row)
        self.flat(sheet, row, (), node, base, name)
        if len(row) == references and not sheet.key:
            row.append(((), Cell("{}")))

    def flat(self, sheet: Sheet, row: Row, path: Path, node: Node, base: Path, name: Cell | None) -> None:
        """The cells of what stands at ``path`` of an entry."""
        where = (*base, *path)
        if self._below(sheet, path, node, where, row, name):
            return
        if path in sheet.texts and self._text(row, path, node):
            return
        if isinstance(node, Mapping) and node.entries:
            for key, value in node:
                if NAME.match(key.text):
                    self.flat(sheet, row, (*path, key.text), value, base, name)
                else:
                    self.leftover((*where, key.text), value)
            return
        column = next((one for one in sheet.columns if one.path == path), _AUTO)
        empty_entry = isinstance(node, Mapping) and not path and sheet.entries and sheet.key
        cell = _cell(node, column)
        if cell is None:
            self.leftover(where, node)
        elif not empty_entry:
            row.append((path, cell))

    def _below(self, sheet: Sheet, path: Path, node: Node, where: Path, row: Row, name: Cell | None) -> bool:
        """Rows of another sheet; False if ``path`` has none, or if they could not name their entry."""
        if name is None:
            return False
        if sheet.name == INDICATORS and path == ("rule",) and isinstance(node, Mapping) and node.entries:
            self.entity(BY_NAME[RULES], [(INDICATOR, name)], node, where, name)
            return True
        child = BELOW.get((sheet.name, path))
        if child is None:
            return False
        refs = row[:1] if sheet.name == RULES else [(OWNER, name)]
        return self.collection(child, node, tuple(refs), where)

    def _text(self, row: Row, path: Path, node: Node) -> bool:
        """A text in one or two languages; False if it is anything else."""
        zh, en = Column((*path, "zh"), "", "zh"), Column((*path, "en"), "", "en")
        if isinstance(node, Scalar):
            row.append((zh.path, scalar_cell(node, zh)))
            return True
        values = {key.text: value for key, value in node.entries} if isinstance(node, Mapping) else {}
        if not values or not isinstance(node, Mapping) or len(values) < len(node.entries) or values.keys() - {"zh", "en"}:
            return False
        if not all(isinstance(value, Scalar) for value in values.values()):
            return False
        for column in (zh, en):
            value = values.get(column.kind)
            if isinstance(value, Scalar):
                row.append((column.path, scalar_cell(value, column)))
        if "en" not in values:
            row.append((en.path, Cell("{}")))
        return True

    def leftover(self, path: Path, node: Node) -> None:
        """Value by value to ``其他``."""
        if isinstance(node, Mapping) and node.entries:
            for key, value in node:
                self.leftover((*path, key.text), value)
        elif isinstance(node, Sequence) and node.items:
            for number, item in enumerate(node, 1):
                self.leftover((*path, f"{ITEM}{number}"), item)
        else:
            cell = _cell(node, _AUTO)
            assert cell is not None
            self.book.other.append((path, cell))


def _cell(node: Node, column: Column) -> Cell | None:
    if isinstance(node, Scalar):
        return scalar_cell(node, column)
    if isinstance(node, Mapping):
        return None if node.entries else Cell("{}")
    return list_cell(node, column) if node.items else Cell("[]")


def _name(item: Node) -> str:
    node = item.get("id") if isinstance(item, Mapping) else None
    plain = isinstance(node, Scalar) and not node.is_null and scalar_cell(node, _ID).value == node.text
    return node.text if plain and isinstance(node, Scalar) else ""
