"""The broken files as workbooks: the same codes, at the right sheet and cell, all in one run."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from evalplat.definitions.loader import build_system, load_system, parse_system
from evalplat.definitions.workbook_reading import load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

FOLDER = Path(__file__).parent / "broken" / "indicators"
FAULTS = [
    ("duplicate_id", "E101", "指标!A5"),
    ("sum_of_weights", "E102", "指标!F2"),
    ("unknown_rule", "E103", "指标!J4"),
    ("unknown_source", "E104", "指标!M10"),
    ("unknown_field", "E105", "规则!D2"),
    ("points_fall", "E106", "折点!C4"),
    ("bands_overlap", "E107", "分段!A4"),
    ("no_else", "E108", "分段!A4"),
    ("geometric_zero", "E109", "指标!G6"),
    ("self_unverified", "E110", "指标!M8"),
    ("coverage", "E111", "体系!C17"),
    ("quotas", "E112", "等级!A2"),
    ("grades_rise", "E113", "等级!A3"),
    ("veto_grade", "E114", "一票否决!D2"),
    ("key_twice", "E117", "指标!AB10"),
    ("unknown_key", "E121", "调查对象!F2"),
    ("missing_points", "E123", "指标!A3"),
    ("bad_number", "E125", "指标!F3"),
    ("bad_formula", "E126", "规则!D2"),
    ("unknown_function", "E126", "规则!D3"),
    ("points_outside", "E128", "评分等级说明!D2"),
    ("bad_parent", "E131", "指标!D4"),
    ("unknown_survey", "E136", "规则!K7"),
    ("wrong_rater", "E137", "规则!G6"),
    ("relative_unsaid", "E138", "体系!A1"),
]
OF_TEXT_ALONE = {"wide_colon", "tab", "not_yaml"}


def book_of(name: str) -> bytes:
    return write_workbook(load_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))[0])


def changed(name: str, *cells: tuple[str, str, object]) -> bytes:
    """The workbook of a file with some cells replaced by what a spreadsheet program would write."""
    path = FOLDER.parents[3] / "indicators" / name
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(load_yaml(path.read_text(encoding="utf-8"))[0])))
    for sheet, cell, value in cells:
        book[sheet][cell].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found(data: bytes) -> list[tuple[str, str]]:
    problems = build_system(*load_workbook_bytes(data, "x.xlsx"), file="x.xlsx")[1]
    return [(one.code, str(one.where).removeprefix("x.xlsx:")) for one in problems]


@pytest.mark.parametrize(("name", "code", "place"), FAULTS)
def test_the_fault_is_found_in_its_cell(name, code, place):
    assert (code, place) in found(book_of(name))


@pytest.mark.parametrize("name", [name for name, *_ in FAULTS])
def test_a_workbook_has_the_same_faults_as_its_text(name):
    of_text = {one.code for one in load_system(FOLDER / f"{name}.yaml")[1]}
    assert {code for code, _ in found(book_of(name))} == of_text


def test_every_broken_file_is_listed():
    assert {name for name, *_ in FAULTS} | OF_TEXT_ALONE == {path.stem for path in FOLDER.glob("*.yaml")}


@pytest.mark.parametrize(("cells", "expected"), [
    ([("指标", "A5", 1.1)], {("E151", "指标!A5"), ("E101", "指标!A5")}),
    ([("指标", "A2", 1)], {("W210", "指标!A2")}),
    ([("指标", "D5", "1\t")], set()),
    ([("指标", "A4", "1.2\t3")], {("E116", "指标!A4")}),
    ([("指标", "F4", "=10+10")], {("E152", "指标!F4")}),
    ([("指标", "K1", "维 度*")], set()),
    ([("指标", "K1", "维渡"), ("指标", "K2", "x")], {("E121", "指标!K1")}),
    ([("体系", "B4", "title：zh")], {("E115", "体系!C4")}),
    ([("分段", "A3", "deviatoin")], {("E153", "分段!A3")}),
    ([("分段", "A3", None)], {("E153", "分段!E3")}),
    ([("其他", "A2", "indicators/#99/x"), ("其他", "B2", "y")], {("E153", "其他!A2")}),
    ([("体系", "C3", 2026.1)], {("E151", "体系!C3")}),
])  # fmt: skip
def test_what_a_spreadsheet_did_to_a_cell_is_told_at_the_cell(cells, expected):
    assert expected <= set(found(changed("example-gov-perf.yaml", *cells)))
    if not expected:
        assert found(changed("example-gov-perf.yaml", *cells)) == []


def test_a_date_made_of_an_id_is_told_with_what_to_do():
    from datetime import datetime

    data = changed("example-gov-perf.yaml", ("指标", "A3", datetime(2026, 1, 2)))  # noqa: DTZ001 - as a cell holds it
    problems = build_system(*load_workbook_bytes(data, "x.xlsx"))[1]
    [line] = [one.line() for one in problems if one.code == "E151"]
    assert line == ("x.xlsx:指标!A3  E151 The cell holds the date 2026-01-02; 1-2 may have become one. "
                    "Format the cell as text and type the value again.")  # fmt: skip


def test_all_faults_come_out_in_one_run():
    text = (FOLDER / "sum_of_weights.yaml").read_text(encoding="utf-8")
    text = text.replace("grade_at_most: fair", "grade_at_most: fairly").replace("rule: satisfied", "rule: satisfyed")
    by_text = sorted(one.code for one in parse_system(text)[1])
    data = write_workbook(load_yaml(text)[0])
    assert sorted(code for code, _ in found(data)) == by_text == ["E102", "E103", "E114"]
    many = changed("example-gov-perf.yaml", ("指标", "A5", 1.1), ("指标", "F4", "=10+10"), ("分段", "A3", "x"), ("等级", "A3", "hoch"))
    assert {"E151", "E152", "E153", "E125"} <= {code for code, _ in found(many)}


def test_a_sheet_that_is_not_ours_is_a_warning():
    book = openpyxl.load_workbook(io.BytesIO(book_of("no_else")))
    book.create_sheet("指标表")
    out = io.BytesIO()
    book.save(out)
    assert ("W211", "指标表!A1") in found(out.getvalue())
