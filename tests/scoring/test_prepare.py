"""The steps of ``prepare`` in the engine: published cases, a log from which every change can be read, and nobody scored in silence."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from evalplat.cli_score import run_score
from evalplat.cli_verify import run_verify
from evalplat.definitions.loader import parse_system
from evalplat.scores.words import mark_text, reason_text
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.datasets import STAGES, datasets
from evalplat.scoring.engine import score
from evalplat.scoring.frozen import Frozen, frozen_bytes
from evalplat.scoring.model import (
    ENGINE_VERSION,
    Approval,
    Measurements,
    Options,
    Override,
    SurveyValue,
    UnitMeasurements,
    Value,
)
from evalplat.scoring.ranking import quota_grades, rank

F = Fraction
TEXT = """\
format: 1
system: s
version: "1"
title: t
score: {method: points, max: 100, round_at: total}
relative: true
missing: {default: MISSING}
categories: {big: 大, small: 小}
fields: {v: {title: v}, w: {title: w}, people: {title: p}, p: {title: p}, q: {title: q}, r: {title: r}}
surveys: {staff: {title: s, minimum: 3}}
indicators:
  - {id: A, title: A, points: 40, rule: {type: formula, value: v, out_of: 1000}}
  - {id: B, title: B, points: 40, rule: {type: RULE, value: w, within: all}}
  - {id: C, title: C, points: 20, rule: {type: formula, value: p + q + r, out_of: 20}}
grades: [{from: 50, grade: good, title: 好, quota: 50%}, {else: poor, title: 差}]
"""
ALL = {"v": 1, "w": 1, "people": 1, "p": 0, "q": 0, "r": 0}


def system_of(*steps, missing="not_scored"):
    text = TEXT.replace("RULE", "rank").replace("MISSING", missing)
    if steps:
        text += "prepare:\n" + "".join(f"  - {{{step}}}\n" for step in steps)
    system, problems = parse_system(text)
    assert system is not None, [one.line() for one in problems]
    return system


def unit(code, category="big", **fields):
    return UnitMeasurements(code, category=category, fields=ALL | {"w": code[1:]} | fields)


def scored(system, units):
    return score(system, Measurements(units))


def column(values, name="v"):
    return [unit(f"u{place:02}", **{name: value}) for place, value in enumerate(values)]


def log(result):
    return [(one.unit, made.number, made.step, made.field, made.before, made.after) for one in result.units for made in one.prepared]


def test_the_outlier_of_coinr_is_pulled_in_and_the_explanation_says_so():
    system = system_of("step: outliers, fields: [v]")
    result = scored(system, column([*range(1, 11), 100]))
    assert log(result) == [("u10", 1, "winsorise", "v", 100, 10)]
    leaf = result.unit("u10").leaf("A")
    assert (leaf.steps[0].kind, leaf.steps[0].text, leaf.raw) == ("prepared", "v: 100 → 10", "10")
    assert leaf.line.startswith("v: 100 → 10; ")
    assert leaf.points == result.unit("u09").leaf("A").points
    assert "v:" not in result.unit("u09").leaf("A").line
    assert result.unit("u10").leaf("B").steps[0].kind != "prepared"


def test_where_pulling_in_is_not_enough_all_become_logarithms_that_are_exact():
    result = scored(system_of("step: outliers, fields: [v], most: 1"), column([*range(1, 21), 100, 200]))
    assert {one[2] for one in log(result)} == {"logarithm"}
    assert len(log(result)) == 22
    assert all(isinstance(one[5], Fraction) for one in log(result))
    assert result.unit("u21").leaf("A").line.startswith("v: ln(200 − 1 + 1.99) = 5.3")
    assert result.problems == ()


def test_outliers_that_stay_are_told_and_do_not_stop_the_scoring():
    result = scored(system_of("step: outliers, fields: [v]"), column([0] * 20 + [1]))
    assert {(one.code, one.severity) for one in result.problems} == {("M109", "warning")}
    assert (log(result), result.unit("u20").total is not None) == ([], True)


def test_a_unit_with_four_of_five_values_missing_is_screened_at_one_half():
    system = system_of("step: screen, coverage: 50%, fields: [v, w, p, q, r]")
    units = [unit("u1"), unit("u2", v=None, w="2", q=None), unit("u3", v=7, w=None, p=None, q=None, r=None)]
    result = scored(system, units)
    out = result.unit("u3")
    assert (out.total, out.total_exact, out.grade, out.marks) == (None, None, None, ("screened",))
    assert {(leaf.state, leaf.points, leaf.reason, leaf.line) for leaf in out.leaves} == {("missing", None, "screened", "1 ÷ 5 < 50 %")}
    assert [(one.step, one.field, one.shown) for one in out.prepared] == [("screen", "", "1 ÷ 5 < 50 %")]
    assert "screened" not in result.unit("u2").marks
    assert mark_text("screened") not in ("", "screened")
    assert reason_text("screened") != reason_text("nothing")
    two = scored(system, [*units[:1], unit("u2", w="2"), units[2]])
    assert [two.unit(one).leaf("B").points for one in ("u1", "u2", "u3")] == [0, 40, None]
    ranks = rank(two, system)
    assert [(ranks[one].rank, ranks[one].reason) for one in ("u1", "u2", "u3")] == [(2, ""), (1, ""), (None, "screened")]
    assert quota_grades(two, system)["u3"] is None


@pytest.mark.parametrize("policy", ["zero", "group_mean", "reweight", "last_year", "not_scored"])
def test_no_policy_for_what_is_missing_gives_a_screened_unit_a_number(policy):
    system = system_of("step: screen, coverage: 50%", missing=policy)
    one = replace(unit("u3", v=None, w=None, p=None, q=None), overrides={"A": Override(points="30", reason="x")})
    out = scored(system, [unit("u1"), unit("u2"), one]).unit("u3")
    assert (out.total, out.base, out.grade, out.marks) == (None, None, None, ("screened",))


def test_gaps_are_filled_by_the_group_and_what_is_filled_fills_nothing():
    system = system_of("step: impute, fields: [v], with: mean, of: category")
    units = [unit("u1", v=10), unit("u2", v=20), unit("u3", v=None), unit("u4", "small", v=100), unit("u5", "small", v=None)]
    result = scored(system, units)
    assert log(result) == [("u3", 1, "impute", "v", None, 15), ("u5", 1, "impute", "v", None, 100)]
    assert result.unit("u3").leaf("A").line.startswith("v: – → 30 ÷ 2 = 15; ")
    assert (result.unit("u3").coverage, result.unit("u3").marks, result.unit("u1").marks) == (100, ("imputed",), ())
    rare = system_of("step: impute, fields: [v], with: median, coverage: 61%")
    assert (log(scored(rare, units)), scored(rare, units).unit("u3").leaf("A").reason) == ([], "no_value")


def test_zero_is_a_value_and_what_does_not_apply_is_no_gap():
    system = system_of("step: impute, fields: [v], with: mean", "step: screen, coverage: 100%, fields: [v, w]")
    away = replace(unit("u3", v=None), not_applicable={"A": Approval("none")})
    result = scored(system, [unit("u1", v=0), unit("u2", v=6), away])
    assert log(result) == []
    assert (result.unit("u3").leaf("A").state, result.unit("u3").leaf("A").steps[0].kind) == ("not_applicable", "decision")
    assert all(one.total is not None for one in result.units)


def test_a_figure_is_divided_and_tells_both_sources():
    system = system_of("step: divide, field: v, by: people", "step: impute, fields: [v], with: median")
    units = [unit("u1", v=Value(30, "T8"), people=Value(1000, "T1")), unit("u2", v=4, people=0), unit("u3", v=4, people=None)]
    result = scored(system, units)
    assert log(result)[:2] == [("u1", 1, "divide", "v", 30, F(3, 100)), ("u2", 1, "divide", "v", 4, None)]
    assert result.unit("u1").leaf("A").refs == ("T8, T1",)
    assert result.unit("u1").leaf("A").line.startswith("v: 30 ÷ 1000 = 0.03; ")
    assert result.unit("u2").leaf("A").line.startswith("v: 4 ÷ 0 → –; v: – → 0.03 (n = 1); ")
    alone = scored(system_of("step: divide, field: v, by: people"), units)
    assert (alone.unit("u2").leaf("A").state, alone.unit("u2").leaf("A").reason) == ("missing", "no_value")
    assert alone.unit("u2").leaf("A").line == "v: 4 ÷ 0 → –"


def test_steps_are_done_in_the_order_of_the_file():
    units = [unit("u1", v=10, people=10), unit("u2", v=None, people=5), unit("u3", v=30, people=10)]
    first, then = "step: divide, field: v, by: people", "step: impute, fields: [v], with: mean"
    assert log(scored(system_of(first, then), units))[1][5] == 2
    assert [one[4:] for one in log(scored(system_of(then, first), units)) if one[0] == "u2"] == [(None, 20), (20, 4)]


def test_every_change_stands_in_a_table_of_its_own(tmp_path):
    system = system_of("step: impute, fields: [v], with: mean")
    result = scored(system, [unit("u1", v=1), unit("u2", v=2), unit("u3", v=2), unit("u4", v=None)])
    assert tuple(datasets(result, system)) == STAGES
    assert datasets(result, system)["prepared"] == [{
        "unit": "u4", "field": "v", "number": "1", "step": "impute", "before": "", "after": "1.666666666667",
        "arithmetic": "– → 5 ÷ 3 = 1.666667", "why": "mean of all units, 3 of 4 have a value"}]  # fmt: skip
    path, data = tmp_path / "s.yaml", tmp_path / "d.csv"
    text = TEXT.replace("RULE", "rank").replace("MISSING", "zero")
    path.write_text(text + "prepare: [{step: impute, fields: [v], with: mean}]\n", "utf-8")
    data.write_text("unit,category,v,w,p,q,r\nu1,big,1,1,0,0,0\nu2,big,,2,0,0,0\n", "utf-8")
    assert run_score(path, data, tmp_path / "out") == 0
    with (tmp_path / "out" / "stages" / "prepared.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["unit"], row["field"], row["before"], row["after"]) for row in csv.DictReader(file)] == [("u2", "v", "", "1")]


def test_nothing_prepared_leaves_the_bytes_as_they_were():
    units = column(range(1, 11))
    plain, quiet = system_of(), system_of("step: outliers, fields: [v]", "step: screen, coverage: 50%")
    before, after = (json.loads(canonical_bytes(scored(one, units))) for one in (plain, quiet))
    assert before.pop("system_hash") != after.pop("system_hash")
    assert before == after
    assert "prepared" not in canonical_bytes(scored(plain, units)).decode()
    assert "compared" not in canonical_bytes(scored(plain, units)).decode()
    assert "prepared" in canonical_bytes(scored(quiet, column([*range(1, 11), 100]))).decode()


figures = st.none() | st.integers(0, 9) | st.integers(0, 10**6)
rows = st.lists(st.tuples(st.sampled_from(["big", "small"]), figures, st.none() | st.integers(0, 3)), min_size=1, max_size=9)


@settings(deadline=None, max_examples=40)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_units_is_irrelevant(given_rows, random: Random):
    system = system_of("step: divide, field: v, by: people", "step: impute, fields: [v], with: median, of: category",
                       "step: screen, coverage: 70%", "step: outliers, fields: [v], most: 2")
    units = [unit(f"u{place}", category, v=value, people=people) for place, (category, value, people) in enumerate(given_rows)]
    mixed = units[:]
    random.shuffle(mixed)
    assert canonical_bytes(scored(system, units)) == canonical_bytes(scored(system, mixed))


def test_a_frozen_result_holds_what_was_measured_and_the_steps_are_done_again(tmp_path):
    text = TEXT.replace("RULE", "rank").replace("MISSING", "zero") + "prepare: [{step: outliers, fields: [v]}]\n"
    given_units = Measurements(column([*range(1, 11), 100]))
    result = canonical_bytes(score(parse_system(text)[0], given_units))
    path = tmp_path / "frozen.zip"
    path.write_bytes(frozen_bytes(Frozen(text, given_units, Options(), result, ENGINE_VERSION)))
    out = io.StringIO()
    assert run_verify(Console(file=out, width=200), path, engine=lambda: pytest.fail("no database is needed")) == 0
    assert "the same to the last byte" in out.getvalue()
    other = replace(given_units, units=[*given_units.units[:-1], unit("u10", v=10)])
    path.write_bytes(frozen_bytes(Frozen(text, other, Options(), result, ENGINE_VERSION)))
    assert run_verify(Console(file=out, width=200), path, engine=lambda: pytest.fail("no database is needed")) == 1
    assert "v: 100 → 10" in out.getvalue()


def test_counts_of_a_survey_and_its_number_of_answers_must_agree():
    text = TEXT.replace("RULE", "rank").replace("MISSING", "zero").replace(
        "{type: formula, value: p + q + r, out_of: 20}", "{type: top_box, survey: staff}")
    system, _ = parse_system(text)
    asked = [replace(unit("u1"), surveys={"staff": SurveyValue(None, 110, counts=(25, 75))}), unit("u2")]
    result = scored(system, asked)
    assert [(one.code, one.severity, one.params["n"], one.params["sum"]) for one in result.problems] == [("M108", "warning", 110, 100)]
    assert (result.unit("u1").leaf("C").points, result.unit("u1").leaf("C").raw) == (Decimal(15), "75 % (n = 100)")
    few = replace(asked[0], surveys={"staff": SurveyValue(None, 110, counts=(1, 1))})
    assert scored(system, [few, asked[1]]).unit("u1").leaf("C").reason == "sample_short"
    agreed = [replace(asked[0], surveys={"staff": SurveyValue(None, 100, counts=(25, 75))}), asked[1]]
    assert scored(system, agreed).problems == ()
