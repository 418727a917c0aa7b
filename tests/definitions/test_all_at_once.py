"""One file with every fault of the catalogue that one file can have: all of them are told in one run, as text and as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalplat.definitions.loader import build_system, load_system, parse_system, read_lock
from evalplat.definitions.workbook_reading import load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yamltext import load_yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
FAULTS = (
    ("E101", "{id: 1.10, title", "{id: 1.1, title", "指标!A5"),
    ("E102", "title: {zh: 公众评价, en: Public opinion}, weight: 25", "title: {zh: 公众评价, en: Public opinion}, weight: 26", "指标!F9"),
    ("E103", "rule: satisfied", "rule: satisfyed", "指标!J10"),
    ("E104", "weight: 20, source: stats, rule: deviation", "weight: 20, source: stat, rule: deviation", "指标!M4"),
    ("E105", "abs(spent - budget)", "abs(spend - budget)", "规则!D3"),
    ("E106", "{at: 90, points: 80}, {at: 100, points: 100}", "{at: 100, points: 80}, {at: 90, points: 100}", "折点!C4"),
    ("E107", "{to: 3, points: 100}, {to: 5, points: 85}", "{to: 5, points: 100}, {to: 3, points: 85}", "分段!A3"),
    ("E108", ", {else: 0}]", "]", "分段!A4"),
    ("E109", "combine: geometric, floor: 1", "combine: geometric", "指标!G6"),
    ("E110", "verified_by: panel, ", "", "指标!M8"),
    ("E111", "min_coverage: 60%", "min_coverage: 600%", "体系!C17"),
    ("E112", "quota: 30%", "quota: 130%", "等级!A2"),
    ("E113", "{from: 80, grade: good", "{from: 95, grade: good", "等级!A3"),
    ("E114", "grade_at_most: fair", "grade_at_most: fairly", "一票否决!D2"),
)


def broken() -> str:
    """The example with all of them."""
    text = EXAMPLE
    for code, before, after, _ in FAULTS:
        assert before in text, code
        text = text.replace(before, after)
    return text


def place_of(code: str) -> int:
    """The line of a fault: where its changed text stands, or the file's own line for what concerns a whole list."""
    after = next(after for one, _, after, _ in FAULTS if one == code)
    return max(number for number, line in enumerate(broken().splitlines(), 1) if after in line)


def test_the_text_tells_all_of_them_in_one_run() -> None:
    problems = parse_system(broken(), "many.yaml")[1]
    assert {code for code, *_ in FAULTS} <= {one.code for one in problems}
    lines = {(one.code, one.where.line) for one in problems}
    for code in ("E101", "E102", "E103", "E104", "E105", "E106", "E107", "E109", "E111", "E113", "E114"):
        assert (code, place_of(code)) in lines


def test_the_workbook_tells_all_of_them_in_one_run() -> None:
    data = write_workbook(load_yaml(broken())[0])
    problems = build_system(*load_workbook_bytes(data, "many.xlsx"), file="many.xlsx")[1]
    found = {(one.code, str(one.where).removeprefix("many.xlsx:")) for one in problems}
    assert {(code, cell) for code, _, _, cell in FAULTS} - found == set()


@pytest.mark.parametrize(("code", "before", "after"), [
    ("E115", "title: {zh: 制度建设", "title： {zh: 制度建设"), ("E116", "  planned: {type", "\tplanned: {type"),
    ("E117", "floor: 1}", "floor: 1, weight: 25}")])
def test_what_only_text_can_have_stops_the_reading_and_is_told_first(code: str, before: str, after: str) -> None:
    problems = parse_system(EXAMPLE.replace(before, after), "x.yaml")[1]
    assert code in {one.code for one in problems}


def test_a_published_version_is_told_in_both_forms(tmp_path: Path) -> None:
    text, book = tmp_path / "a.yaml", tmp_path / "a.xlsx"
    system = parse_system(EXAMPLE)[0]
    assert system is not None
    (tmp_path / "published.lock").write_text(f"{system.id} {system.version} {system.hash}\n", encoding="utf-8")
    changed = EXAMPLE.replace("cap: 3", "cap: 4")
    text.write_text(changed, encoding="utf-8")
    book.write_bytes(write_workbook(load_yaml(changed)[0]))
    lock = read_lock(tmp_path / "published.lock")
    assert [(one.code, str(one.where).rpartition("/")[2]) for one in load_system(text, published=lock)[1]] == [("E118", "a.yaml:4:10")]
    assert [(one.code, str(one.where).rpartition("/")[2]) for one in load_system(book, published=lock)[1]] == [("E118", "a.xlsx:体系!C4")]


def test_one_indicator_that_carries_much_is_a_warning_in_both_forms(tmp_path: Path) -> None:
    plain = """format: 1
system: one
version: "1"
title: 一项占三成
score: {method: points, max: 100}
fields: {a: {type: number, title: 数, filled_by: unit}}
indicators:
  - {id: "1", title: 全部, points: 100}
  - {id: "1.1", title: 大, points: 30, rule: {type: linear, value: a, points: [{at: 0, points: 0}, {at: 1, points: 30}]}}
  - {id: "1.2", title: 中, points: 25, rule: {type: linear, value: a, points: [{at: 0, points: 0}, {at: 1, points: 25}]}}
  - {id: "1.3", title: 中, points: 25, rule: {type: linear, value: a, points: [{at: 0, points: 0}, {at: 1, points: 25}]}}
  - {id: "1.4", title: 小, points: 20, rule: {type: linear, value: a, points: [{at: 0, points: 0}, {at: 1, points: 20}]}}
grades: [{from: 60, grade: a, title: 好}, {else: b, title: 差}]
"""
    (tmp_path / "one.yaml").write_text(plain, encoding="utf-8")
    (tmp_path / "one.xlsx").write_bytes(write_workbook(load_yaml(plain)[0]))
    for name, place in (("one.yaml", "one.yaml:9"), ("one.xlsx", "one.xlsx")):
        system, problems = load_system(tmp_path / name)
        assert system is not None
        assert [(one.code, one.severity) for one in problems] == [("W203", "warning")]
        assert place in str(problems[0].where)
