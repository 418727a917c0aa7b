"""The steps on figures before scoring, as a file and a workbook declare them: each mistake at its place, and nothing lost."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from evalplat.definitions.diff import differences
from evalplat.definitions.loader import build_system, canonical_text, load_system, parse_system
from evalplat.definitions.prepare import PrepareStep
from evalplat.definitions.workbook_reading import load_workbook_bytes
from evalplat.definitions.workbook_writing import write_workbook
from evalplat.definitions.yaml_writing import write_yaml
from evalplat.definitions.yamltext import load_yaml

HEAD = """\
format: 1
system: s
version: "1"
title: t
score: {method: points, max: 4}
relative: true
categories: {big: 大, small: 小}
tables: {T2: {title: 编制, row_key: kind}, T8: {title: 职责}}
fields:
  T8.cases: {type: integer, title: 办件}
  T8.people: {type: integer, title: 人口}
  T8.idle: {title: 无人读}
  T2.approved: {type: integer, title: 核定}
  name: {type: text, title: 名称}
indicators:
  - {id: A, title: A, points: 4, rule: {type: formula, value: T8.cases + 0 * T8.people}}
prepare:
"""
FIRST = HEAD.count("\n")
STEPS = (
    "step: divide, field: T8.cases, by: T8.people",
    "step: impute, fields: [T8.cases, T8.people], with: median, of: category, coverage: 50%",
    "step: screen, coverage: 65%",
    "step: outliers, fields: [T8.cases], most: 3, skewness: 1.5, kurtosis: 3",
)


def text_of(*steps, head=HEAD):
    return head + "".join(f"  - {{{step}}}\n" for step in steps)


def problems_of(text):
    return [(one.code, one.where.line - FIRST, one.where.column) for one in parse_system(text)[1] if one.code != "W203"]


def test_each_step_is_read():
    system, problems = parse_system(text_of(*STEPS))
    assert [one.code for one in problems] == ["W203"]
    assert system.prepare == (
        PrepareStep("divide", ("T8.cases",), by="T8.people", line=FIRST + 1),
        PrepareStep("impute", ("T8.cases", "T8.people"), filling="median", within="category", coverage=Fraction(1, 2), line=FIRST + 2),
        PrepareStep("screen", (), coverage=Fraction(13, 20), line=FIRST + 3),
        PrepareStep("outliers", ("T8.cases",), pulled=3, skewness=Fraction(3, 2), kurtosis=Fraction(3), line=FIRST + 4),
    )
    [short] = parse_system(text_of("step: outliers, fields: T8.cases"))[0].prepare
    assert (short.figures, short.pulled, short.skewness, short.kurtosis) == (("T8.cases",), 5, 2, Fraction(7, 2))


@pytest.mark.parametrize(("step", "code", "at"), [
    ("field: T8.cases", "E123", "{"),
    ("step: dvide, field: T8.cases, by: T8.people", "E124", "dvide"),
    ("step: divide, field: T8.cases", "E123", "{"),
    ("step: divide, by: T8.people", "E123", "{"),
    ("step: divide, field: T8.case, by: T8.people", "E105", "T8.case,"),
    ("step: divide, field: T8.cases, by: T8.peple", "E105", "T8.peple"),
    ("step: divide, field: T8.cases, by: T8.cases", "E145", "T8.cases}"),
    ("step: divide, field: T8.cases, by: T8.people, most: 3", "E121", "most"),
    ("step: impute, fields: [T8.cases]", "E123", "{"),
    ("step: impute, fields: [T8.cases], with: mode", "E124", "mode"),
    ("step: impute, fields: [T8.cases], with: mean, of: profile", "E124", "profile"),
    ("step: impute, fields: [T8.cases], with: mean, coverage: 120%", "E111", "120%"),
    ("step: impute, fields: [T8.cases, T8.cases], with: mean", "E145", "T8.cases],"),
    ("step: impute, fields: [T2.approved], with: mean", "E144", "T2.approved"),
    ("step: impute, fields: [name], with: mean", "E144", "name"),
    ("step: impute, fields: [], with: mean", "E123", "[]"),
    ("step: impute, fields: {a: b}, with: mean", "E122", "{a"),
    ("step: screen", "E123", "{"),
    ("step: screen, coverage: much", "E125", "much"),
    ("step: screen, coverage: 65%, fields: [T8.case]", "E105", "T8.case]"),
    ("step: outliers, fields: [T8.cases], most: -1", "E125", "-1"),
    ("step: outliers, fields: [T8.cases], skewness: 0", "E128", "0}"),
    ("step: outliers, fields: [T8.idle]", "W205", "T8.idle"),
])  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(step, code, at):
    line = f"  - {{{step}}}"
    found = problems_of(text_of(step))
    assert [(one, line[column - 1 : column - 1 + len(at)]) for one, _, column in found if one == code] == [(code, at)], found
    assert {row for one, row, _ in found if one == code} == {1}


def test_everything_is_told_in_one_run_with_a_guess():
    steps = ("step: divide, field: T8.case, by: T8.peple", "step: impoote, fields: [x]", "words", "step: screen, coverage: 2")
    text = text_of(*steps).replace("{words}", "words")
    assert [code for code, _, _ in problems_of(text)] == ["E105", "E105", "E124", "E122", "E111"]
    said = " ".join(one.text() for one in parse_system(text)[1])
    assert 'Did you mean "T8.cases"?' in said
    assert 'Did you mean "impute"?' in said


@pytest.mark.parametrize(("step", "said"), [("step: impute, fields: [T8.cases], with: mean", True), (STEPS[3], True), (STEPS[0], False),
                                            ("step: screen, coverage: 50%", False)])  # fmt: skip
def test_steps_that_compare_units_say_so(step, said):
    found = problems_of(text_of(step, head=HEAD.replace("relative: true", "relative: false")))
    assert ([code for code, _, _ in found] == ["E138"]) is said


def test_a_group_needs_categories():
    head = HEAD.replace("categories: {big: 大, small: 小}", "quotas: false")
    assert [code for code, _, _ in problems_of(text_of(STEPS[1], head=head))] == ["E145"]


def test_a_workbook_holds_every_step():
    root, _ = load_yaml(text_of(*STEPS))
    data = write_workbook(root)
    page = openpyxl.load_workbook(io.BytesIO(data))["数据处理"]
    assert [page.cell(row, 1).value for row in range(1, 6)] == ["步骤", "相除", "补缺", "筛除单位", "处理离群值"]
    again, problems = load_workbook_bytes(data)
    assert problems == []
    assert canonical_text(again) == canonical_text(root)
    assert parse_system(write_yaml(again))[0].hash == parse_system(text_of(*STEPS))[0].hash


@pytest.mark.parametrize(("cell", "value", "code"), [
    ("B2", "T8.case", "E105"), ("C2", "T8.cases", "E145"), ("D3", "T8.cases, name", "E144"), ("E3", "众数", "E124"), ("G4", "65", "E111"),
    ("A5", "离群", "E124"), ("H5", "几个", "E125"), ("B2", "=A1", "E152"),
])  # fmt: skip
def test_a_mistake_in_the_workbook_is_told_at_its_cell(cell, value, code):
    root, _ = load_yaml(text_of(*STEPS))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(root)))
    book["数据处理"][cell].value = value
    out = io.BytesIO()
    book.save(out)
    system, problems = build_system(*load_workbook_bytes(out.getvalue(), "b.xlsx"))
    assert system is None
    assert (code, f"b.xlsx:数据处理!{cell}") in [(one.code, str(one.where)) for one in problems]


def test_differences_are_told_in_words():
    first = parse_system(text_of(*STEPS))[0]
    changed = (STEPS[0].replace("T8.people", "T8.idle"), STEPS[3].replace("most: 3", "most: 4"), "step: screen, coverage: 70%")
    second = parse_system(text_of(*changed))[0]
    assert [one.text() for one in differences(first, second)] == [
        "Division T8.cases “T8.cases”, the denominator: now T8.idle, before T8.people.",
        "Filling of gaps T8.cases “T8.cases, T8.people” was removed.",
        "Screening * “”, the coverage: now 0.7, before 0.65.",
        "Outliers T8.cases “T8.cases”, how many values may be pulled in: now 4, before 3.",
        "The steps before scoring stand in another order.",
    ]
    assert differences(first, first) == []


@pytest.mark.parametrize("name", ["example-gov-perf", "tengzhou-2026"])
def test_a_file_without_steps_is_hashed_as_ever(name):
    path = Path(__file__).parents[2] / "indicators" / f"{name}.yaml"
    system, _ = load_system(path)
    assert system.prepare == ()
    assert system.hash == hashlib.sha256(canonical_text(load_yaml(path.read_text(encoding="utf-8"))[0]).encode()).hexdigest()
