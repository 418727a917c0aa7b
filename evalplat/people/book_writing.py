"""Writing the office's workbook: the empty template, the same with what is set up, and a sender's own copy with its faults marked."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter

from .book_compare import one_unit, roles_spoken, spoken
from .book_format import (
    EXPLAINS,
    GUIDE,
    NATURES,
    PEOPLE,
    PERSON_COLUMNS,
    SHEETS,
    UNIT_COLUMNS,
    UNITS,
    Column,
    Problem,
    Words,
)
from .book_state import State
from .roles import Role

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
           "default_date_format": "yyyy-mm-dd"}
ROWS_WITH_LISTS = 1000
LONGEST_LIST = 255
"""A drop-down list written into the sheet itself may be this long."""
FAULT = "FFFFC7CE"
UNIT_EXAMPLES = (("jiaotong", "某市交通运输局", "交通运输局", None, NATURES[0], "否", "", "", "是", "是", "是", "在用"),
                 ("gonglu", "某市公路事业发展中心", "公路中心", None, NATURES[4], "否", "", "jiaotong", "否", "否", "是", "在用"))
PERSON_EXAMPLES = (("zhang.wei", "张伟", "局长", Role.DEPT_HEAD, "jiaotong", "", "", "在用"),
                   ("li.na", "李娜", "办公室主任", Role.DEPT_LIAISON, "jiaotong", "", "", "在用"),
                   ("wang.lei", "王磊", "借调人员", Role.ASSESSOR, "", date(2026, 12, 31), "", "在用"))
HOW_TO = (
    "1. 在“单位”“人员”两张表中填写，第一行表头不要改动；灰色的说明行可以保留，导入时自动跳过。",
    "2. 填好后在网页“单位与人员—表格导入”中上传。有错误时，网页逐格指出，并可下载标红的副本，改好后重新上传。",
    "3. 没有错误时，先显示与系统现状的对照，确认后一次全部生效；表中没有列出的单位和人员保持不变。",
    "4. 不要使用公式；日期写成 2026-12-31；代码和登录名使用半角字符。",
    "5. 一人担任两个单位的角色时，在角色后用括号注明单位代码，如：部门联络员（jiaotong）、部门联络员（gonglu）。",
    "6. 单位今后按“单位”表的先后顺序排列（名单、通知附件等）；调整顺序时，下载系统现状，移动各行后重新上传。",
    "7. 新账号没有密码：导入后在“密码条”页面打印一次性密码条，按单位分发。",
    "8. “分值方案”一般不填，按 standard；指标体系里另设方案的，选定指标体系后再到网页“部门”里改，也可以填方案代码。",
    "9. “随评估结束”一般不填；借调人员的账号要随某次评估停用的，建立评估后再到网页“账号”里选，也可以填该评估的代号。",
)


def template(words: Words) -> bytes:
    """The empty workbook."""
    return _write(words, {UNITS: [], PEOPLE: []})


def present(words: Words, state: State) -> bytes:
    """The same workbook with what is set up now: change it and send it back."""
    units = [[code, *(_written(column, unit, words) for column in UNIT_COLUMNS[1:])] for code, unit in state.units.items()]
    people = [[login, *(_person_cell(column, one, words) for column in PERSON_COLUMNS[1:])] for login, one in state.people.items()]
    return _write(words, {UNITS: units, PEOPLE: people})


def _written(column: Column, row: Mapping[str, Any], words: Words) -> Any:
    value = row.get(column.key)
    return value if isinstance(value, date) else spoken(column.key, value, words)


def _person_cell(column: Column, one: Mapping[str, Any], words: Words) -> Any:
    if column.key == "roles":
        return roles_spoken(one["roles"], words, units=one_unit(one["roles"]) is None)
    return one_unit(one["roles"]) or "" if column.key == "unit" else _written(column, one, words)


def _write(words: Words, rows: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    formats = {"head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7ECF3", "valign": "top"}),
               "must": book.add_format({"bold": True, "bottom": 1, "bg_color": "#FBE3D6", "valign": "top"}),
               "note": book.add_format({"italic": True, "font_color": "#6B7280", "text_wrap": True, "valign": "top"}),
               "day": book.add_format({"num_format": "yyyy-mm-dd"}), "text": book.add_format({"num_format": "@"}),
               "wrap": book.add_format({"text_wrap": True, "valign": "top"})}
    for name, columns in SHEETS.items():
        _sheet(book.add_worksheet(name), columns, rows[name], words, formats)
    _guide(book.add_worksheet(GUIDE), words, formats)
    book.close()
    return stream.getvalue()


def _sheet(sheet: Any, columns: tuple[Column, ...], rows: Sequence[Sequence[Any]], words: Words, formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.head, formats["must" if column.required else "head"])
        note = (EXPLAINS if place == 0 else "") + column.note
        sheet.write_string(1, place, note, formats["note"])
        sheet.set_column(place, place, column.width, None if column.key == "expires_on" else formats["text"])
        _offer(sheet, place, column, words)
    sheet.set_row(1, 78)
    sheet.freeze_panes(2, 1)
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row):
            _cell(sheet, number, place, value, formats)


def _cell(sheet: Any, number: int, place: int, value: Any, formats: Mapping[str, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(number, place, value, formats["day"])
    elif value not in (None, ""):
        sheet.write_string(number, place, str(value), formats["text"])


def _offer(sheet: Any, place: int, column: Column, words: Words) -> None:
    """A drop-down list; where several words or others are allowed, another entry is not refused by the spreadsheet."""
    offers = words.offers(column.offers)
    if not offers or len(",".join(offers)) > LONGEST_LIST:
        return
    strict = column.offers in ("categories", "yes", "states")
    sheet.data_validation(2, place, ROWS_WITH_LISTS, place,
                          {"validate": "list", "source": list(offers), "ignore_blank": True, "show_error": strict})


def _guide(sheet: Any, words: Words, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 11, 18)
    line = 0
    for text in HOW_TO:
        sheet.merge_range(line, 0, line, 7, text, formats["wrap"])
        sheet.set_row(line, 32)
        line += 1
    first = next(iter(words.categories.values()), "")
    for title, columns, examples in ((UNITS, UNIT_COLUMNS, UNIT_EXAMPLES), (PEOPLE, PERSON_COLUMNS, PERSON_EXAMPLES)):
        sheet.write_string(line + 1, 0, f"示例：{title}", formats["head"])
        sheet.write_row(line + 2, 0, [column.head for column in columns], formats["head"])
        for step, example in enumerate(examples, line + 3):
            for place, value in enumerate(example):
                _cell(sheet, step, place, words.roles[value] if isinstance(value, Role) else first if value is None else value, formats)
        line += 3 + len(examples)
    for place, (title, offers) in enumerate((("类别", words.offers("categories")), ("角色", words.offers("roles")), ("性质", NATURES))):
        sheet.write_string(line + 1, place, f"可选：{title}", formats["head"])
        sheet.write_column(line + 2, place, list(offers))


def marked(book: Workbook, problems: Sequence[Problem], *, author: str) -> bytes:
    """The sender's own workbook, each faulty cell coloured and with a remark that says why."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fill = PatternFill("solid", fgColor=FAULT)
    said: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        said.setdefault((problem.sheet, problem.cell), []).append(problem.text)
    for (name, place), texts in said.items():
        if name not in book.sheetnames:
            continue
        cell = book[name][place]
        cell.fill = fill
        cell.comment = Comment("\n".join(texts), author, width=320, height=40 + 30 * len(texts))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
