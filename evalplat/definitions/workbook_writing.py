"""An indicator system as a workbook that an official can edit: one sheet a thing, headings with notes, choices, live sums."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from .loader import canonical_text
from .problems import Where
from .workbook_cells import MOST_COLUMNS, MOST_ROWS, Cell, scalar_cell
from .workbook_joining import join_steps
from .workbook_rows import Book, Row, rows_of
from .workbook_sheets import (
    BY_NAME,
    GUIDE,
    INDICATORS,
    ORIGIN,
    OTHER,
    OTHER_COLUMNS,
    SETTING_COLUMNS,
    SETTINGS,
    SHEETS,
    VALUE,
    Column,
    Path,
    setting_column,
)
from .workbook_sums import write_sums
from .yamltext import Node, Scalar, word_at

LAYOUT = "1"
EMPTY_ROWS = 200
LONGEST_CELL, LONGEST_LIST = 32_000, 250
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HOW_TO = (
    "1. 每张表的第一行是表头，不要改动；鼠标停在表头上可以看到说明。一行是一项，行可以增加、删除、调换次序。",
    "2. 编号和代码都是文本：1.10 与 1.1 是两个编号。粘贴后如果变成数字或日期，请把单元格设为文本再输入。",
    "3. 有下拉箭头的单元格可以选择；其他代码来自另一张表，如“数据来源”填“数据源”表中的代码，多个用逗号分开。",
    "4. 名称等文字有中文和英文两列，英文可以空着。",
    "5. 分值、权重填数字；“核对”开头的列由表格自动计算，下级合计与本行不符时显示红色。不要在其他单元格使用公式。",
    "6. 规则：供多个指标使用的，在“规则”表中起名，指标引用规则名；只属于一个指标的，在“规则”表中填指标编号。",
    "7. 空格表示没有填写；~ 表示写明为空，{} 和 [] 表示写明没有内容；文字以反斜杠开头的，反斜杠之后原样读取。",
    "8. 改好后检查：evalplat indicators check 文件.xlsx；每个错误都指到工作表和单元格，一次全部列出。",
    "9. 已发布的版本不能改动：内容有变化时，请在“体系”表中换一个新的版本号。",
)


def write_workbook(root: Node) -> bytes:
    """The workbook of a node tree; ``ValueError`` if a text is longer than a cell can hold."""
    book = rows_of(root)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as file:
        writer = _Writer(file, book, root)
        writer.guide()
        writer.settings()
        for sheet in SHEETS:
            writer.entries(sheet.name, sheet.columns, book.rows[sheet.name], sheet.note)
        writer.entries(OTHER, OTHER_COLUMNS, [_other(path, cell) for path, cell in book.other], "其他表中放不下的值。")
        writer.origin()
    return stream.getvalue()


def _other(path: Path, cell: Cell) -> Row:
    text = Scalar(join_steps(path), Where(), plain=False)
    return [(("path",), scalar_cell(text, OTHER_COLUMNS[0])), (("value",), cell)]


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, file: Any, book: Book, root: Node) -> None:
        self.file, self.book, self.root = file, book, root
        self.head = file.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"})
        self.text = file.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.plain = file.add_format({"valign": "top"})
        self.grey = file.add_format({"font_color": "#7F7F7F", "valign": "top"})
        self.numbers: dict[str, Any] = {}

    def guide(self) -> None:
        """How to fill the workbook in, and what each sheet is."""
        page = self.file.add_worksheet(GUIDE)
        page.set_column(0, 0, 16, self.text)
        page.set_column(1, 1, 100, self.text)
        page.write_string(0, 0, "指标体系工作簿", self.head)
        for number, line in enumerate(HOW_TO, 1):
            page.write_string(number, 1, line, self.text)
        for number, sheet in enumerate(SHEETS, len(HOW_TO) + 2):
            page.write_string(number, 0, sheet.name, self.text)
            page.write_string(number, 1, sheet.note, self.text)

    def settings(self) -> None:
        """The lines that stand outside the lists."""
        page = self._page(SETTINGS, SETTING_COLUMNS)
        for number, (path, cell) in enumerate(self.book.settings, 1):
            column = setting_column(path)
            page.write_string(number, 0, column.head, self.grey)
            page.write_string(number, 1, ".".join(path), self.text)
            self._write(page, number, 2, cell)
            if column.choices:
                self._offer(page, column, number, 2, number)

    def entries(self, name: str, columns: tuple[Column, ...], rows: list[Row], note: str) -> None:
        """One sheet of entries; a column of its own for every key that has none."""
        columns = (*columns, *_further(columns, rows))
        if len(rows) >= MOST_ROWS or len(columns) > MOST_COLUMNS:
            raise ValueError(f"it has more entries or keys than a workbook of ours holds ({MOST_ROWS} rows, {MOST_COLUMNS} columns).")
        page = self._page(name, columns)
        page.write_comment(0, 0, f"{columns[0].note}\n{note}", {"x_scale": 2})
        for number, row in enumerate(rows, 1):
            seen: Counter[Path] = Counter()
            for path, cell in row:
                places = [at for at, column in enumerate(columns) if column.path == path]
                self._write(page, number, places[seen[path]], cell)
                seen[path] += 1
        for at, column in enumerate(columns):
            if column.choices or column.known:
                self._offer(page, column, 1, at, len(rows) + EMPTY_ROWS)
        if name == INDICATORS:
            write_sums(self.file, page, self.root, columns=columns, rows=rows)

    def origin(self) -> None:
        """What the workbook was made from, on a hidden sheet."""
        page = self.file.add_worksheet(ORIGIN)
        page.hide()
        facts = {key: word_at(self.root, key) for key in ("format", "system", "version")}
        facts |= {"sha256": hashlib.sha256(canonical_text(self.root).encode()).hexdigest(), "layout": LAYOUT}
        for number, (key, value) in enumerate(facts.items()):
            page.write_string(number, 0, key)
            page.write_string(number, 1, value)

    def _page(self, name: str, columns: tuple[Column, ...]) -> Any:
        page = self.file.add_worksheet(name)
        page.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width, self.plain if column.kind == "number" else self.text)
            page.write_string(0, at, column.head, self.head)
            if column.note and at:
                page.write_comment(0, at, column.note, {"x_scale": 1.5})
        return page

    def _write(self, page: Any, row: int, at: int, cell: Cell) -> None:
        if isinstance(cell.value, str):
            if len(cell.value) > LONGEST_CELL:
                raise ValueError("a text is longer than a cell of a workbook can hold.")
            page.write_string(row, at, cell.value, self.text)
            return
        if cell.format not in self.numbers:
            self.numbers[cell.format] = self.file.add_format({"valign": "top", **({"num_format": cell.format} if cell.format else {})})
        page.write_number(row, at, cell.value, self.numbers[cell.format])

    def _offer(self, page: Any, column: Column, first: int, at: int, last: int) -> None:
        """A drop-down; what is not in it may be typed all the same, and is judged when the workbook is read."""
        rule: dict[str, Any] = {"validate": "list", "error_type": "information", "ignore_blank": True}
        rule |= {"show_error": column.kind == "choice"}
        if column.choices:
            words = list(column.choices.values())
            rule |= {"source": words if sum(map(len, words)) + len(words) < LONGEST_LIST else words[:10]}
        else:
            of = next(i for i, one in enumerate(BY_NAME[column.known].columns) if one.path[-1:] in (("id",), ("@key",), ("@rule",)))
            letter = xl_col_to_name(of)
            rule |= {"source": f"='{column.known}'!${letter}$2:${letter}${len(self.book.rows[column.known]) + EMPTY_ROWS}"}
        page.data_validation(first, at, last, at, rule)


def _further(columns: tuple[Column, ...], rows: list[Row]) -> list[Column]:
    """Columns for keys that the sheet does not know, and for keys that an entry has twice."""
    known = Counter(column.path for column in columns)
    needed: dict[Path, int] = {}
    for row in rows:
        for path, times in Counter(path for path, _ in row).items():
            needed[path] = max(needed.get(path, 0), times)
    found = []
    for path, times in needed.items():
        same = next((column for column in columns if column.path == path), None)
        found += [same or Column(path, ".".join(path) or VALUE, "auto")] * (times - known[path])
    return found
