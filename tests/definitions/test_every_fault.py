"""One broken file for each error and warning of the catalogue, E101 to E119, W201 to W203 and W207, as text and as a workbook.

Every one is the shipped example with one thing changed; the fault must stand at its very line and column, or in its cell.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from evalplat.cli_score import run_check
from evalplat.definitions.loader import load_system, parse_system
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

EXAMPLE = (Path(__file__).parents[2] / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
BLOCK = "{id: 1, title: {zh: 履行职责, en: Performance of duties}, weight: 50, combine: arithmetic}"
CONTRADICTION = "pairs: [{a: 1.1, b: 1.2, ratio: 3}, {a: 1.2, b: 1.10, ratio: 2}, {a: 1.1, b: 1.10, ratio: 1/4}]"
UNITS = "unit,category,items_online,items_all\nu1,B,3,4\nu2,B,2,4\nu3,A,,\n"
POINTS = """format: 1
system: one
version: "1"
title: 一项占三成
score: {method: points, max: 100}
fields: {a: {type: number, title: 数, filled_by: unit}}
rules: {line: {type: linear, value: a, out_of: 1, points: [{at: 0, points: 0}, {at: 1, points: 1}]}}
indicators:
  - {id: 1, title: 全部, points: 100}
  - {id: 1.1, title: 大, points: 30, rule: line}
  - {id: 1.2, title: 中, points: 25, rule: line}
  - {id: 1.3, title: 中, points: 25, rule: line}
  - {id: 1.4, title: 小, points: 20, rule: line}
grades: [{from: 60, grade: a, title: 好}, {else: b, title: 差}]
"""


@dataclass(frozen=True)
class Fault:
    """``before`` becomes ``after`` in the text; ``typed`` is what is typed into a cell instead, where only a cell can have the fault."""

    code: str
    before: str
    after: str
    place: str
    cell: str
    typed: tuple[str, str, object] | None = None
    base: str = EXAMPLE


FAULTS = (
    Fault("E101", "{id: 1.10, title", "{id: 1.1, title", "53:10", "指标!A5"),
    Fault("E102", "en: Tasks completed}, weight: 30", "en: Tasks completed}, weight: 25", "50:67", "指标!F2"),
    Fault("E103", "rule: deviation, ", "rule: deviatoin, ", "52:91", "指标!J4"),
    Fault("E104", "source: survey, rule", "source: survy, rule", "58:71", "指标!M10"),
    Fault("E105", "value: done / planned", "value: dnoe / planned", "32:12", "规则!D2"),
    Fault("E106", "{at: 90, points: 80}, {at: 100, points: 100}", "{at: 100, points: 80}, {at: 90, points: 100}", "33:63", "折点!C4"),
    Fault("E107", "{to: 5, points: 85}, {to: 10, points: 60}", "{to: 10, points: 85}, {to: 5, points: 60}", "37:57", "分段!A4"),
    Fault("E108", ", {else: 0}]", "]", "37:56", "分段!A4"),
    Fault("E109", "combine: geometric, floor: 1", "combine: geometric", "54:80", "指标!G6"),
    Fault("E110", "verified_by: panel, ", "", "56:68", "指标!M8"),
    Fault("E111", "min_coverage: 60%", "min_coverage: 600%", "7:46", "体系!C17"),
    Fault("E112", "quota: 30%", "quota: 130%", "67:3", "等级!A2"),
    Fault("E113", "{from: 80, grade: good", "{from: 95, grade: good", "68:5", "等级!A3"),
    Fault("E114", "grade_at_most: fair", "grade_at_most: fairly", "65:74", "一票否决!D2"),
    Fault("E115", "title: {zh: 制度建设", "title：{zh: 制度建设", "55:20", "体系!C4", ("体系", "B4", "title：zh")),
    Fault("E116", "  planned: {type", "\tplanned: {type", "18:1", "指标!A4", ("指标", "A4", "1.2\t3")),
    Fault("E117", "weight: 25, source: survey", "weight: 25, weight: 25, source: survey", "58:63", "指标!AB10"),
    Fault("E118", "cap: 3", "cap: 4", "4:10", "体系!C4"),
    Fault("E119", BLOCK, f"{BLOCK[:-1]}, compared: {{{CONTRADICTION}}}}}", "50:164", "两两比较!D3"),
    Fault("W201", "weight: 10, source: panel, rule: four_levels}\n  - {id: 2.2, title: {zh: 信息公开, en: Openness}, weight: 15",
          "weight: 75, source: panel, rule: four_levels, categories: [A]}\n  - {id: 2.2, title: {zh: 信息公开, en: Openness}, weight: 25",
          "54:10", "指标!A6"),
    Fault("W202", "", "", "53:90", "指标!J5"),
    Fault("W203", "", "", "10:33", "指标!E3", base=POINTS),
    Fault("W207", "{to: 3, points: 100}", "{to: 3, points: 95}", "52:91", "指标!J4"),
)
BY_CODE = [pytest.param(one, id=one.code) for one in FAULTS]


def broken(fault: Fault) -> str:
    """The text with the fault."""
    assert fault.base.count(fault.before or "format: 1") == 1, fault.code
    return fault.base.replace(fault.before, fault.after) if fault.before else fault.base


def workbook(fault: Fault) -> bytes:
    """The workbook with the fault."""
    data = write_workbook(load_yaml(fault.base if fault.typed else broken(fault))[0])
    if fault.typed is None:
        return data
    sheet, cell, value = fault.typed
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[sheet][cell].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines(fault: Fault, path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the command says of the file, with the published versions and the units beside it."""
    system = parse_system(EXAMPLE)[0]
    assert system is not None
    if fault.code == "E118":
        (path.parent / "published.lock").write_text(f"{system.id} {system.version} {system.hash}\n", encoding="utf-8")
    units = path.with_name("units.csv")
    units.write_text(UNITS, encoding="utf-8")
    code = run_check([path], data=units if fault.code == "W202" else None)
    assert code == (1 if fault.code.startswith("E") else 0)
    return capsys.readouterr().out.splitlines()


def test_there_is_one_for_each_code_of_the_catalogue():
    assert [one.code for one in FAULTS] == [*(f"E{number}" for number in range(101, 120)), "W201", "W202", "W203", "W207"]
    assert len(FAULTS) == 23


@pytest.mark.parametrize("fault", BY_CODE)
def test_the_text_is_told_with_line_and_column(fault, tmp_path, capsys):
    path = tmp_path / "broken.yaml"
    path.write_text(broken(fault), encoding="utf-8")
    told = lines(fault, path, capsys)
    assert any(one.startswith(f"{path}:{fault.place}  {fault.code} ") for one in told), told


@pytest.mark.parametrize("fault", BY_CODE)
def test_the_workbook_is_told_with_sheet_and_cell(fault, tmp_path, capsys):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(workbook(fault))
    told = lines(fault, path, capsys)
    assert any(one.startswith(f"{path}:{fault.cell}  {fault.code} ") for one in told), told


@pytest.mark.parametrize("fault", BY_CODE[1:])
def test_a_single_fault_brings_no_other_code(fault):
    """An id that is there twice also spoils the sums; every other fault stands alone."""
    assert {one.code for one in parse_system(broken(fault), "x.yaml")[1]} <= {fault.code}


APART = ("E103", "E104", "E115", "E117", "E119", "W201", "W202", "W203", "W207")
"""Those that are written in another way where all stand together; W202 needs a file without an error, W203 one with points."""
TOGETHER = (
    ("weight: 25, source: survey, rule: satisfied", "weight: 25, source: survy, rule: satisfyed"),
    ("title: {zh: 部门绩效评价示例", "title： {zh: 部门绩效评价示例"),
    ("cap: 5}", "cap: 5, cap: 5}"),
    ("adjust:\n", "compared: {pairs: [{a: 1, b: 2, ratio: 3}, {a: 2, b: 3, ratio: 2}, {a: 1, b: 3, ratio: 1/4}]}\nadjust:\n"),
)
ALL = {*(f"E{number}" for number in range(101, 120)), "W201"}


def crowded(*, typed: bool) -> str:
    """The example with as many of them at once as can stand together; without those that are typed into a cell."""
    text = EXAMPLE
    for fault in FAULTS:
        if fault.code not in APART and not (typed and fault.typed):
            text = text.replace(fault.before, fault.after)
    for before, after in TOGETHER:
        assert text.count(before) == 1, before
        text = text if typed and "：" in after else text.replace(before, after)
    return text


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_twenty_of_them_at_once_are_all_told_in_one_run(ending, tmp_path):
    system = parse_system(EXAMPLE)[0]
    assert system is not None
    path = tmp_path / f"crowded.{ending}"
    if ending == "yaml":
        path.write_text(crowded(typed=False), encoding="utf-8")
    else:
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_yaml(crowded(typed=True))[0])))
        book["体系"]["B5"].value, book["指标"]["A4"].value = "title：zh", "1.2\t3"
        book.save(path)
    problems = load_system(path, published={f"{system.id} {system.version}": system.hash})[1]
    assert {one.code for one in problems} >= ALL
    assert all(one.where.line and (ending == "yaml" or one.where.cell) for one in problems)
