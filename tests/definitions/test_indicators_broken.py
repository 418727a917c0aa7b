"""Files with one deliberate fault each: it must be found, with its code, at its very line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalplat.definitions.loader import load_system, parse_system

FOLDER = Path(__file__).parent / "broken" / "indicators"
FAULTS = [
    ("duplicate_id", "E101", 52, 10),
    ("sum_of_weights", "E102", 49, 67),
    ("unknown_rule", "E103", 51, 91),
    ("unknown_source", "E104", 57, 71),
    ("unknown_field", "E105", 31, 19),
    ("points_fall", "E106", 32, 62),
    ("bands_overlap", "E107", 36, 57),
    ("no_else", "E108", 36, 56),
    ("geometric_zero", "E109", 53, 80),
    ("self_unverified", "E110", 55, 68),
    ("coverage", "E111", 6, 46),
    ("quotas", "E112", 66, 3),
    ("grades_rise", "E113", 67, 5),
    ("veto_grade", "E114", 64, 74),
    ("wide_colon", "E115", 51, 20),
    ("tab", "E116", 13, 1),
    ("key_twice", "E117", 57, 63),
    ("not_yaml", "E100", 37, 3),
    ("unknown_key", "E121", 27, 43),
    ("bad_number", "E125", 50, 64),
    ("bad_formula", "E126", 31, 19),
    ("bad_parent", "E131", 51, 23),
    ("points_outside", "E128", 42, 28),
    ("relative_unsaid", "E138", 1, 1),
    ("unknown_function", "E126", 35, 12),
    ("unknown_survey", "E136", 47, 37),
    ("wrong_rater", "E137", 46, 42),
    ("missing_points", "E123", 50, 5),
]


@pytest.mark.parametrize(("name", "code", "line", "column"), FAULTS)
def test_the_fault_is_found_in_its_place(name, code, line, column):
    system, problems = load_system(FOLDER / f"{name}.yaml")
    assert system is None
    assert (code, line, column) in {(one.code, one.where.line, one.where.column) for one in problems}


def test_every_broken_file_is_listed():
    assert {name for name, *_ in FAULTS} == {path.stem for path in FOLDER.glob("*.yaml")}


@pytest.mark.parametrize(("name", "code", "line", "column"), FAULTS)
def test_problems_read_as_file_line_column(name, code, line, column):
    lines = [one.line() for one in load_system(FOLDER / f"{name}.yaml")[1]]
    assert any(f"{name}.yaml:{line}:{column}  {code} " in one for one in lines)
    assert not any("{guess}" in one or "{known}" in one or "  Known" in one for one in lines)


def test_all_faults_come_out_in_one_run_in_file_order():
    text = (FOLDER / "sum_of_weights.yaml").read_text(encoding="utf-8")
    text = text.replace("grade_at_most: fair", "grade_at_most: fairly").replace("rule: satisfied", "rule: satisfyed")
    _, problems = parse_system(text, "many.yaml")
    assert [one.code for one in problems] == ["E102", "E103", "E114"]


def test_a_published_version_may_not_change():
    text = (FOLDER.parents[3] / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
    system, _ = parse_system(text)
    assert system is not None
    key = f"{system.id} {system.version}"
    assert parse_system(text, published={key: system.hash})[1] == []
    _, problems = parse_system(text.replace("cap: 3", "cap: 4"), "x.yaml", published={key: system.hash})
    assert [(one.code, one.where.line) for one in problems] == [("E118", 4)]
    assert parse_system(text + "# a comment\n", published={key: system.hash})[1] == []


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[1, 2]", b"a: *b", b"x: " + b"[" * 500 + b"]" * 500, b"a" * 2_100_000])
def test_garbage_is_refused_without_an_exception(tmp_path, data):
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    system, problems = load_system(path)
    assert system is None
    assert problems
