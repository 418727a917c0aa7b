"""Workbooks for tests: the empty template filled with the departments and people of a whole city, and with faults."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import load_workbook

from evalplat.demo.cast import BODIES, people_of
from evalplat.people import book_writing
from evalplat.people.book_format import PEOPLE, UNITS, Words, categories_in_chinese
from evalplat.people.categories import CATEGORIES

WORDS = Words(categories_in_chinese(CATEGORIES), ("2026",))
Rows = list[list[Any]]


def unit_rows(count: int = 80) -> Rows:
    """A city's departments as rows of the sheet."""
    yes = {True: "是", False: "否"}
    return [[body.code, body.name, body.short, WORDS.categories[body.category], "行政机关", "否", "", "", yes[body.affiliates],
             yes[body.enforcement], yes[body.services], "在用"] for body in BODIES[:count]]


def person_rows(count: int = 80) -> Rows:
    """Three people a department."""
    return [[f"{suffix}.{body.code}", name, post, WORDS.roles[role], body.code, None, None, "在用"]
            for index, body in enumerate(BODIES[:count]) for suffix, name, role, post in people_of(index)]


def book(units: Sequence[Sequence[Any]], people: Sequence[Sequence[Any]]) -> bytes:
    """The template with these rows below its explanation."""
    made = load_workbook(io.BytesIO(book_writing.template(WORDS)))
    for name, rows in ((UNITS, units), (PEOPLE, people)):
        for number, row in enumerate(rows, 3):
            for place, value in enumerate(row, 1):
                made[name].cell(number, place, value)
    return saved(made)


def saved(made: Any) -> bytes:
    """A workbook's bytes."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def faulty_city() -> tuple[bytes, dict[tuple[str, str], str]]:
    """80 departments and 240 people, one row in ten faulty; the faulty cells with a word of what is wrong. The people of the
    department that has lost its code in row 53 (E153 and E154) are not among them."""
    units, people = unit_rows(), person_rows()
    expected: dict[tuple[str, str], str] = {}

    def spoil(rows: Rows, sheet: str, number: int, column: str, value: Any, says: str) -> None:
        rows[number - 3]["ABCDEFGHIJKL".index(column)] = value
        expected[sheet, f"{column}{number}"] = says

    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in units[20][0])
    for number, column, value, says in (
            (3, "B", None, "请填写"), (13, "D", "神秘部门", "请从以下选项中选择"), (23, "A", wide, "全角"),
            (33, "H", "不存在的局", "请使用小写字母"), (43, "I", "也许", "请从以下选项中选择"), (53, "A", "minzheng", "A7"),
            (63, "C", "=B63", "公式"), (73, "L", "休眠", "请从以下选项中选择")):
        spoil(units, UNITS, number, column, value, says)
    kinds = (("D", "皇帝", "没有“皇帝”这个角色"), ("A", "head.shuiwu", "A3"), ("E", None, "需要填写单位代码"),
             ("E", "不存在的局", "没有这个代码"), ("F", "２０２６-12-31", "全角"), ("F", "明天", "不是日期"),
             ("G", "1999", "请留空"), ("D", "主任", "不属于任何单位"), ("D", "系统管理员、主任", "管理员不能兼任"),
             ("B", "", "请填写"), ("H", "?", "请从以下选项中选择"), ("F", "2020-01-01", "不能早于今天"))
    for step in range(24):
        column, value, says = kinds[step % len(kinds)]
        number = 5 + step * 10
        if value == "主任":
            expected[PEOPLE, f"E{number}"] = says
            people[number - 3][3] = value
        else:
            spoil(people, PEOPLE, number, column, value, says)
    return book(units, people), expected
