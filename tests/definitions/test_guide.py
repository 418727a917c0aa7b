"""The officials' guide to indicator files is true: each of its files, fragments, tables, errors and results is run as it stands there."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from evalplat.cli import app
from evalplat.definitions.loader import load_system, parse_system

GUIDE = (Path(__file__).parents[2] / "docs" / "indicator-files.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- (\S+) (\S+) -->\n```\w+\n(.*?\n)```", re.DOTALL)
FILES = {name: text for kind, name, text in BLOCK.findall(GUIDE) if kind == "文件"}
PARTS = [(name, text) for kind, name, text in BLOCK.findall(GUIDE) if kind == "片段"]
RESULT = next(text for kind, _, text in BLOCK.findall(GUIDE) if kind == "结果")
FULL = FILES["fuwu.yaml"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def section(number: str) -> str:
    """One section by its Chinese number."""
    return GUIDE.split(f"## {number}、", 1)[1].split("\n## ", 1)[0]


def rows(table: str) -> list[list[str]]:
    """The rows of a table without its line of dashes, cells without the marks of code."""
    lines = [line for line in table.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(cell: str) -> str:
    return cell.strip("`")


def run(*words: object) -> str:
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".yaml")])
def test_every_whole_file_is_right(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    assert "fine" in run("indicators", "check", path).splitlines()[-1]
    assert load_system(path)[0] is not None


def test_every_fragment_stands_in_the_whole_file() -> None:
    assert len(PARTS) == 5
    assert [name for name, text in PARTS if text not in FILES[name]] == []


def test_the_tables_of_the_workbook_are_the_same_system(tmp_path: Path) -> None:
    small, book_path = tmp_path / "zuixiao.yaml", tmp_path / "fuwu.xlsx"
    small.write_text(FILES["zuixiao.yaml"], encoding="utf-8")
    run("indicators", "to-excel", small, book_path)
    book = openpyxl.load_workbook(book_path)
    for name, table in re.findall(r"\*\*(\S+?)\*\*.*\n\n((?:\|.*\n)+)", section("四")):
        sheet = book[name]
        heads = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            for column in (place for head, place in heads.items() if head and not head.startswith("核对")):
                sheet.cell(row, column).value = None
        head, *lines = rows(table)
        for number, line in enumerate(lines, 2):
            for title, text in zip(head, line, strict=True):
                cell = sheet.cell(number, heads[title])
                cell.value = _typed(text, title)
                cell.number_format = "0%" if isinstance(cell.value, float) and "%" in text else "General"
    book.save(book_path)
    full = tmp_path / "fuwu.yaml"
    full.write_text(FULL, encoding="utf-8")
    system, problems = load_system(book_path)
    assert [(one.code, one.where.cell) for one in problems] == [("W201", "A5"), ("W201", "A5")]
    assert system is not None
    assert system.hash == load_system(full)[0].hash  # type: ignore[union-attr]
    assert "No difference" in run("indicators", "diff", full, book_path)


def _typed(text: str, head: str) -> object:
    """As a spreadsheet keeps what somebody types: numbers and shares are numbers, save where a column is text."""
    if not text or head in ("编号", "指标编号", "代码", "值", "键"):
        return text or None
    if re.fullmatch(r"\d+%", text):
        return float(text[:-1]) / 100
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


def table_of(number: str, head: str) -> list[list[str]]:
    """The rows below the table's head that begins with ``head``."""
    text = section(number)
    return rows(text[text.index(f"| {head} |"):].split("\n\n", 1)[0])[1:]


@pytest.mark.parametrize("row", table_of("五", "原来写的"), ids=lambda row: row[2])
def test_every_error_comes_as_it_is_told(row: list[str]) -> None:
    before, after, told = code(row[0]), code(row[1]), row[2]
    assert before in FULL
    place, number = told.split()
    _, problems = parse_system(FULL.replace(before, after, 1), "fuwu.yaml")
    assert f"fuwu.yaml:{place}  {number}" in {f"{one.where}  {one.code}" for one in problems}


def test_the_messages_that_the_guide_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("fuwu.yaml").write_text(FULL, encoding="utf-8")
    quoted = re.findall(r"`(fuwu\.yaml: .*?)`", section("五"))
    assert run("indicators", "check", "fuwu.yaml").splitlines()[-1:] == quoted
    Path("fuwu.yaml").write_text(FULL.replace("anshi / yingban", "anshi / yinban"), encoding="utf-8")
    told = re.search(r"    (fuwu\.yaml:31:41 .*?)…", section("五"))
    assert told
    assert CliRunner().invoke(app, ["indicators", "check", "fuwu.yaml"]).output.startswith(told[1])


def test_the_table_scores_as_it_is_told(tmp_path: Path) -> None:
    for name in ("fuwu.yaml", "shisuan.csv"):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    run("score", "--system", tmp_path / "fuwu.yaml", "--data", tmp_path / "shisuan.csv", "--out", tmp_path / "jieguo")
    told = list(csv.DictReader(io.StringIO(RESULT)))
    with (tmp_path / "jieguo" / "results.csv").open(encoding="utf-8") as stream:
        found = list(csv.DictReader(stream))
    assert [{key: row[key] for key in told[0]} for row in found] == told
    explained = (tmp_path / "jieguo" / "explanations.csv").read_text(encoding="utf-8")
    quoted = re.search(r"1\.1\.1 一行的算式：`(.*?)`", GUIDE)
    assert quoted
    assert quoted[1] in explained
    added: dict[str, Decimal] = {}
    for row in csv.DictReader(io.StringIO(explained)):
        added[row["unit"]] = added.get(row["unit"], Decimal(0)) + Decimal(row["contribution"] or 0)
    assert all(abs(added[row["unit"]] - Decimal(row["base"])) <= Decimal("0.005") for row in found if row["base"])
    named = section("六")
    for column in (*found[0], "points", "of", "weight", "contribution", "reason", "nodes.csv", "stages", "result.json"):
        assert f"`{column}`" in named, column
    assert {"no_value", "sample_short", "category"} <= {row["reason"] for row in csv.DictReader(io.StringIO(explained))}


@pytest.mark.parametrize("row", table_of("六", "原来写的"), ids=lambda row: row[2])
def test_every_fault_of_the_table_comes_as_it_is_told(tmp_path: Path, row: list[str]) -> None:
    table = FILES["shisuan.csv"]
    assert code(row[0]) in table
    (tmp_path / "fuwu.yaml").write_text(FULL, encoding="utf-8")
    (tmp_path / "shisuan.csv").write_text(table.replace(code(row[0]), code(row[1]), 1), encoding="utf-8")
    words = ["score", "--system", tmp_path / "fuwu.yaml", "--data", tmp_path / "shisuan.csv", "--out", tmp_path / "jieguo"]
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == 1
    assert row[2] in done.output


def test_a_table_in_another_character_set_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "fuwu.yaml").write_text(FULL, encoding="utf-8")
    (tmp_path / "shisuan.csv").write_text(FILES["shisuan.csv"], encoding="gbk")
    done = CliRunner().invoke(app, ["score", "--system", str(tmp_path / "fuwu.yaml"), "--data", str(tmp_path / "shisuan.csv")])
    assert done.exit_code == 1
    assert "D301" in done.output


@pytest.mark.parametrize("row", rows(section("七"))[1:], ids=lambda row: row[0])
def test_every_rule_to_choose_from_is_right(row: list[str]) -> None:
    survey = "type: survey" in row[1]
    line = "{type: survey, survey: qunzhong, scale: [1, 5]}" if survey else "{type: deduct, value: tousu, each: 25}"
    assert line in FULL
    text = FULL.replace("fields:\n", "fields:\n  youzhidu: {type: yes_no, title: 有没有制度, filled_by: unit}\n")
    system, problems = parse_system(text.replace(line, code(row[1])))
    assert [one.line() for one in problems if one.code.startswith("E")] == []
    assert system is not None


def test_what_is_added_in_passing_is_right() -> None:
    deduction = "{id: K1, kind: deduct, title: 逾期报送材料, points: 0.5, per: 日, cap: 5}"
    bonus = re.search(r"`(\{id: J1.*?\})`", GUIDE)
    variants = re.search(r"`(points: \{qing.*?\})`", GUIDE)
    assert bonus
    assert variants
    text = FULL.replace(deduction, f"{deduction}\n    - {bonus[1]}").replace("points: 0.5", variants[1])
    assert {one.code for one in parse_system(text)[1]} == {"W201"}


def test_links_of_the_guide_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (Path(__file__).parents[2] / "docs" / target).is_file()
