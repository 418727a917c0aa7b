"""Small published cases of rules and means (unit tests of COINr, a public library), each through an indicator file."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from evalplat.cli_score import run_score
from evalplat.definitions.loader import parse_system
from evalplat.scoring.canonical import canonical_bytes
from evalplat.scoring.engine import score
from evalplat.scoring.explain import explain
from evalplat.scoring.model import LastYear, Measurements, Rating, SurveyValue, UnitMeasurements, Value
from evalplat.scoring.ranking import rank
from tests.scoring.test_worked_examples import D01, SMALL

HEAD = """\
format: 1
system: cases
version: "1"
title: {zh: 例, en: Cases}
score: {method: weights, min: 0, max: FULL, decimals: 6, round_at: total, combine: COMBINE}
missing: {default: MISSING, min_coverage: 50%}
relative: true
facts: {eased: {zh: 已批准, en: Approved}}
sources: {stats: {zh: 统计, en: Statistics}, panel: {zh: 考评, en: Panel}, survey: {zh: 调查, en: Survey}}
raters: {pair: {count: 2, minimum: 2}}
surveys: {public: {title: {zh: 公众, en: Public}, minimum: 10}}
fields: {x: {title: x}, y: {title: y}, z: {title: z}}
"""


def system_of(indicators, *, full="1", combine="arithmetic", missing="not_scored"):
    head = HEAD.replace("FULL", full).replace("COMBINE", combine).replace("MISSING", missing)
    system, problems = parse_system(f"{head}indicators:\n" + "".join(f"  - {{{one}}}\n" for one in indicators), "cases.yaml")
    assert [one.line() for one in problems if one.severity == "error"] == []
    return system


def by_rule(rule, **more):
    return system_of([f"id: A, title: A, weight: 1, rule: {{{rule}}}"], **more)


def run(system, *units):
    return score(system, Measurements(units))


def points(rule, *values, **more):
    """Points of one indicator for units with these values of x, in their order."""
    units = [UnitMeasurements(f"U{number:02}", fields={"x": str(value)}) for number, value in enumerate(values)]
    return [None if one.leaves[0].points is None else float(one.leaves[0].points) for one in run(by_rule(rule, **more), *units).units]


# --- goalposts, thresholds, targets, fixed points ---------------------------------------------------------


@pytest.mark.parametrize(("more", "values", "expected"), [
    ("", (1, 11, -1, 0, 10), (0.1, 1, 0, 0, 1)),
    (", better: low", (1, -1, 11), (0.9, 1, 0)),
    (", capped: false", (1, 11, -1), (0.1, 1.1, -0.1)),
    (", capped: false, better: low", (11, -1), (-0.1, 1.1)),
])  # fmt: skip
def test_goalposts_as_published(more, values, expected):
    assert points(f"type: goalposts, value: x, low: 0, high: 10{more}", *values) == list(expected)


def test_goalposts_on_logarithms():
    rule = "type: goalposts, value: x, low: 100, high: 75000, log: true"
    assert points(rule, "6950.526798", 100, 80000) == [pytest.approx(0.640688, abs=1e-6), 0, 1]
    assert points(f"{rule}, better: low", "6950.526798", 100) == [pytest.approx(1 - 0.640688, abs=1e-6), 1]
    leaf = run(by_rule(rule), UnitMeasurements("U", fields={"x": 0})).units[0].leaf("A")
    assert (leaf.state, leaf.reason) == ("missing", "log_of_non_positive")


@pytest.mark.parametrize(("more", "values", "expected"), [
    ("target: 10, capped: false", (0, 5, 11), (0, 0.5, 1.1)),
    ("target: 10", (0, 5, 11), (0, 0.5, 1)),
    ("target: 0, better: low, capped: false", (-1, 1, 10), (1.1, 0.9, 0)),
    ("target: 0, better: low", (-1, 1, 10), (1, 0.9, 0)),
    ("target: 3", (3, 4), (1, 1)),
    ("target: 3", (2, 2), (0, 0)),
])  # fmt: skip
def test_distance_to_target_as_published(more, values, expected):
    assert points(f"type: target, value: x, within: all, {more}", *values) == list(expected)


def test_the_way_to_the_target_is_written_down():
    system = by_rule("type: target, value: x, target: 10, within: all")
    result = run(system, *(UnitMeasurements(f"U{x}", fields={"x": x}) for x in (0, 5, 11)))
    assert result.unit("U5").leaf("A").line == "5; (5 − 0) ÷ (10 − 0) × 1 = 0.50"
    assert result.unit("U11").leaf("A").line == "11; min(1, (11 − 0) ÷ (10 − 0)) × 1 = 1.00"


def test_a_threshold_gives_all_or_nothing_or_the_declared_part():
    assert points("type: threshold, value: x, bound: 5, out_of: 3", "5", "4.999", full="3") == [3, 0]
    assert points("type: threshold, value: x, bound: 5, better: low, out_of: 3", "5", "5.001", full="3") == [3, 0]
    system = by_rule("type: threshold, value: x - y, bound: 0, better: low, partial: 1.5, partial_if: eased", full="3")
    found = {}
    for x, eased in ((4, None), (5, True), (5, False), (5, None)):
        given = UnitMeasurements("U", fields={"x": x, "y": 4}, facts={"eased": eased} if eased is not None else {})
        leaf = run(system, given).units[0].leaf("A")
        found[x, eased] = (leaf.points, leaf.reason, leaf.line)
    assert found[4, None] == (Decimal(3), "", "4 − 4 = 0 ≤ 0 → 3")
    assert found[5, True][:2] == (Decimal("1.5"), "")
    assert found[5, True][2].startswith("5 − 4 = 1 > 0; ")
    assert found[5, False] == (Decimal(0), "", "5 − 4 = 1 > 0 → 0")
    assert found[5, None][:2] == (None, "no_value")


def test_fixed_points_need_no_figure():
    leaf = run(by_rule("type: fixed, points: 2", full="5"), UnitMeasurements("U")).units[0].leaf("A")
    assert (leaf.state, leaf.points, leaf.line) == ("scored", 2, "→ 2")


@pytest.mark.parametrize(("kind", "ties", "expected"), [
    ("rank", "mean", (1, 0.5, 0.5, 0)), ("rank", "best", (1, 0.666667, 0.666667, 0)), ("rank", "worst", (1, 0.333333, 0.333333, 0)),
    ("percentile", "mean", (0.875, 0.5, 0.5, 0.125)), ("percentile", "best", (1, 0.75, 0.75, 0.25)),
    ("percentile", "worst", (0.75, 0.25, 0.25, 0)),
])  # fmt: skip
def test_ties_follow_the_declared_rule(kind, ties, expected):
    assert points(f"type: {kind}, value: x, within: all, ties: {ties}", 9, 5, 5, 1) == list(expected)


# --- survey: the best options -----------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "share"), [
    (SurveyValue(None, 100, counts=(5, 10, 15, 40, 30)), "0.7"),
    (SurveyValue(None, None, counts=(5, 10, 15, 40, 30)), "0.7"),
    (SurveyValue(None, 40, top={"2": "72.5%"}), "0.725"),
    (SurveyValue("4.2", 100), None),
    (SurveyValue(None, 100, top={"1": "0.4"}), None),
])  # fmt: skip
def test_the_share_of_the_best_options(given, share):
    leaf = run(by_rule("type: top_box, survey: public, best: 2"), UnitMeasurements("U", surveys={"public": given})).units[0].leaf("A")
    assert leaf.points == (None if share is None else Decimal(share))
    assert (leaf.reason == "no_value") is (share is None)


def test_the_best_options_of_too_few_answers_do_not_count():
    given = SurveyValue(None, None, counts=(1, 1, 1, 2, 1))
    leaf = run(by_rule("type: top_box, survey: public, best: 2"), UnitMeasurements("U", surveys={"public": given})).units[0].leaf("A")
    assert (leaf.state, leaf.reason) == ("not_applicable", "sample_short")


# --- means ------------------------------------------------------------------------------------------------


def mean_of(how, *pairs, more=""):
    """The block B of formula leaves with these (value, weight)."""
    total = sum(weight for _, weight in pairs)
    leaves = [f"id: B.{name}, title: {name}, weight: {weight}, rule: {{type: formula, value: {name}}}"
              for name, (_, weight) in zip("xyz", pairs, strict=False)]
    system = system_of([f"id: B, title: B, weight: {total}, combine: {how}{more}", *leaves], full="100")
    unit = UnitMeasurements("D07", fields={name: str(value) for name, (value, _) in zip("xyz", pairs, strict=False)})
    return run(system, unit).units[0]


@pytest.mark.parametrize(("how", "weights", "expected"), [
    ("geometric", (1, 1, 1), 1.817121), ("geometric", (1, 1, 2), 2.059767), ("harmonic", (2, 1, 1), 1.411765),
    ("arithmetic", (1, 1, 1), 2), ("min", (1, 1, 1), 1), ("sum", (1, 1, 1), 6),
])  # fmt: skip
def test_means_as_published(how, weights, expected):
    found = mean_of(how, *zip((1, 2, 3), weights, strict=True))
    assert float(found.node("B").points) == pytest.approx(expected, abs=1e-6)
    assert found.problems == ()


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_a_value_that_breaks_a_mean_is_an_error_with_its_names(how):
    found = mean_of(how, (1, 1), (0, 1), (3, 1))
    assert (found.total, found.node("B").points) == (None, None)
    assert "no_base" in found.marks
    assert [one.text() for one in found.problems] == [
        f'D07: the {how} mean of "B" has no result, because "B.y" is 0. Give the block a floor, or combine it in another way.',
    ]
    assert found.problems[0].code == "M106"
    lifted = mean_of(how, (1, 1), (0, 1), (3, 1), more=", floor: 1")
    assert lifted.problems == ()
    assert lifted.total is not None


def test_a_negative_value_breaks_the_mean_of_the_top_and_the_command_refuses_it(tmp_path, capsys):
    text = HEAD.replace("FULL", "1").replace("COMBINE", "geometric").replace("MISSING", "not_scored")
    rule = "rule: {type: goalposts, value: %s, low: 0, high: 10, capped: false}"
    (tmp_path / "s.yaml").write_text(
        f"{text}indicators:\n" + "".join(f"  - {{id: {n}, title: t, weight: 1, {rule % n.lower()}}}\n" for n in "XY"), encoding="utf-8")
    (tmp_path / "d.csv").write_text("unit,x,y\nD07,5,-5\nD08,5,5\n", encoding="utf-8")
    assert run_score(tmp_path / "s.yaml", tmp_path / "d.csv", tmp_path / "out") == 1
    assert 'M106 D07: the geometric mean of "cases" has no result, because "Y" is -0.5.' in capsys.readouterr().out


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (2, "2.333333"), (3, "3.25"), (9, "3.25")])
def test_the_weakest_count(count, expected):
    found = mean_of("worst", (1, 1), (6, 1), (3, 2), more=f", worst: {count}")
    assert found.node("B").points == Decimal(expected)


# --- missing values ---------------------------------------------------------------------------------------

PAIR = ["id: A, title: A, weight: 60, rule: {type: formula, value: x}", "id: C, title: C, weight: 40, rule: {type: formula, value: y}"]


def test_last_year_counts_only_where_it_is_given_and_says_so():
    system = system_of(PAIR, full="100", missing="last_year")
    known = UnitMeasurements("U1", fields={"y": 90}, last={"A": LastYear("75%", "result 2025")})
    unknown = UnitMeasurements("U2", fields={"y": 90})
    bad = UnitMeasurements("U3", fields={"y": 90}, last={"A": LastYear("75")})
    result = run(system, known, unknown, bad)
    one = result.unit("U1")
    assert (one.total, one.coverage, one.marks) == (Decimal(81), Decimal("40.00"), ("incomplete", "last_year"))
    leaf = one.leaf("A")
    assert (leaf.state, leaf.treatment, leaf.points, leaf.refs) == ("missing", "last_year", 75, ("result 2025",))
    assert leaf.line == "– → 0.75 × 100 = 75.00"
    assert "no_value → last_year [result 2025]" in explain(result, "U1", "A", system=system).text
    assert (result.unit("U2").total, result.unit("U2").leaf("A").treatment) == (None, "not_scored")
    assert [problem.code for problem in result.problems] == ["M107"]
    present = run(system, UnitMeasurements("U1", fields={"x": 10, "y": 90}, last={"A": LastYear("75%")})).units[0]
    assert (present.leaf("A").points, present.marks) == (10, ())


def test_what_is_not_used_leaves_the_canonical_form_as_it_was():
    frozen = json.loads(canonical_bytes(run(system_of(PAIR, full="100"), UnitMeasurements("U", fields={"x": 1, "y": 2}))))
    given = [UnitMeasurements("U", fields={"x": 1, "y": 2}, last=last) for last in ({}, {"A": LastYear("1")})]
    hashes = [run(system_of(PAIR, full="100"), one).input_hash for one in given]
    assert frozen["input_hash"] == hashes[0] != hashes[1]
    assert set(frozen["units"][0]["leaves"][0]) == {
        "code", "state", "points", "max_points", "effective_max", "weight", "dimension", "reason", "treatment", "raw", "steps", "refs",
        "missing_names", "alert", "counted", "overridden", "rule_line", "line", "fixed",
    }  # fmt: skip


def test_the_new_columns_of_the_table(tmp_path):
    text = HEAD.replace("FULL", "100").replace("COMBINE", "arithmetic").replace("MISSING", "last_year")
    (tmp_path / "s.yaml").write_text(
        f"{text}indicators:\n  - {{{PAIR[0]}}}\n  - {{id: S, title: S, weight: 40, rule: {{type: top_box, survey: public, best: 2}}}}\n",
        encoding="utf-8")
    (tmp_path / "d.csv").write_text("unit,x,survey:public:counts,survey:public:top2,survey:public:n,last:A,last:A:ref\n"
                                    "U1,,1 2 3 10 4,,,3.4/4,结果2025\nU2,50,,80%,30,,\n", encoding="utf-8")
    assert run_score(tmp_path / "s.yaml", tmp_path / "d.csv", tmp_path / "out") == 0
    units = json.loads((tmp_path / "out" / "result.json").read_bytes())["units"]
    assert [one["total"] for one in units] == ["79.000000", "62.000000"]
    assert units[0]["leaves"][0]["refs"] == ["结果2025"]
    (tmp_path / "d.csv").write_text("unit,survey:public:counts,last:A\nU1,1 x,5\n", encoding="utf-8")
    assert run_score(tmp_path / "s.yaml", tmp_path / "d.csv", tmp_path / "out") == 1


def test_too_little_data_is_missing_and_never_a_number():
    leaves = [f"id: {name}, title: {name}, weight: 20, rule: {{type: formula, value: {field}}}"
              for name, field in zip("ABCDE", "xyyyz", strict=True)]
    system = system_of(leaves, full="100", missing="reweight")
    found = run(system, UnitMeasurements("U", fields={"x": 50}), UnitMeasurements("V", fields={"x": 50, "y": 30}))
    assert (found.unit("U").coverage, found.unit("U").total) == (Decimal("20.00"), None)
    assert "low_coverage" in found.unit("U").marks
    assert (found.unit("V").coverage, found.unit("V").total) == (Decimal("80.00"), Decimal(35))


# --- several sources of one indicator ---------------------------------------------------------------------

LEVELS = "{type: levels, raters: pair, levels: [{level: A, points: 100}, {level: B, points: 50}]}"
BLEND = ("type: blend, alert_difference: 20%, parts: [{source: panel, weight: 60, rule: " + LEVELS +
         "}, {source: survey, weight: 40, rule: {type: survey, survey: public, scale: [1, 5]}}]")


def blended(levels, answer):
    ratings = {"A": [Rating(name, level, f"sheet {name}") for name, level in zip("12", levels, strict=False)]}
    surveys = {"public": SurveyValue(*answer, ref="survey")} if answer else {}
    return run(by_rule(BLEND, full="100"), UnitMeasurements("U", ratings=ratings, surveys=surveys)).units[0]


def test_a_blend_shows_each_part():
    found = blended("AA", ("4.6", 50))
    leaf = found.leaf("A")
    assert (leaf.points, leaf.alert, found.marks) == (96, False, ())
    assert leaf.line == ("1 A → 100, 2 A → 100; (100 + 100) ÷ 2 = 100 (panel: 1); (4.6 − 1) ÷ (5 − 1) × 100 = 90 (survey: 0.9); "
                         "(1 × 60 + 0.9 × 40) ÷ 100 × 100 = 96.00")
    assert leaf.refs == ("sheet 1", "sheet 2", "survey")
    system = by_rule(BLEND, full="100")
    assert [one.code for one in system.rubric_leaves] == ["A"]
    assert system.survey_leaves == {"A": "public"}
    assert [level.key for level in system.leaf("A").rule.levels] == ["A", "B"]


def test_parts_far_apart_raise_an_alert_and_change_nothing():
    found = blended("AA", ("3", 50))
    assert (found.leaf("A").points, found.leaf("A").alert, found.marks) == (80, True, ("sources_differ",))
    assert "1 − 0.5 = 0.5 > 0.2" in found.leaf("A").line


def test_a_blend_needs_all_of_its_parts():
    for answer, reason in ((None, "no_value"), (("4.6", 5), "part_short")):
        leaf = blended("AA", answer).leaf("A")
        assert (leaf.state, leaf.points, leaf.reason) == ("missing", None, reason)
    assert blended("", ("4.6", 50)).leaf("A").reason == "no_ratings"


def test_the_first_source_with_a_value_counts():
    system = by_rule("type: first, alert_difference: 10%, parts: [{source: stats, rule: {type: formula, value: x}}, "
                     "{source: panel, rule: {type: formula, value: y}}]", full="100")
    for fields, expected in (({"x": Value(40, "yearbook"), "y": 45}, (40, False)), ({"y": 45}, (45, False)),
                             ({"x": 40, "y": 60}, (40, True)), ({}, (None, False))):
        leaf = run(system, UnitMeasurements("U", fields=fields)).units[0].leaf("A")
        assert (leaf.points, leaf.alert) == expected
    assert (leaf.reason, leaf.missing_names) == ("no_value", ("x", "y"))


# --- ranks and rounding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("places", "at", "total"), [("2", "leaf", "0.02"), ("2", "total", "0.01")])
def test_half_is_rounded_up_at_the_leaf_or_at_the_total(places, at, total):
    head = HEAD.replace("decimals: 6, round_at: total", f"decimals: {places}, round_at: {at}").replace("method: weights", "method: points")
    head = head.replace("FULL", "2").replace(", combine: COMBINE", "").replace("MISSING", "not_scored")
    leaves = "".join(f"  - {{id: {n}, title: t, points: 1, rule: {{type: formula, value: x}}}}\n" for n in "AB")
    system, problems = parse_system(f"{head}indicators:\n{leaves}")
    assert [one for one in problems if one.severity == "error"] == []
    result = run(system, UnitMeasurements("U", fields={"x": "0.005"}), UnitMeasurements("V", fields={"x": "0.0051"}))
    assert result.units[0].total == Decimal(total)
    assert (rank(result, system)["U"].tied, rank(result, system)["U"].rank) == (True, 1)


# --- unit D01 of the shipped example, further variants ------------------------------------------------------


@pytest.mark.parametrize(("last", "total", "grade"), [("60%", Decimal("79.00"), "fair"), (None, None, None)])
def test_d01_without_its_spending_takes_last_years_points(last, total, grade):
    """(90 · 30 + 60 · 20) ÷ 50 = 78; 0.5 · 78 + 0.25 · 80 + 0.25 · 80 = 79."""
    text = Path(SMALL.file).read_text(encoding="utf-8").replace("default: not_scored", "default: last_year")
    system, problems = parse_system(text)
    assert problems == []
    fields = {name: value for name, value in D01.fields.items() if name != "spent"}
    carried = {"1.2": LastYear(last, "result 2025")} if last else {}
    found = run(system, replace(D01, fields=fields, adjustments=(), last=carried)).units[0]
    assert (found.total, found.grade, found.coverage) == (total, grade, Decimal("80.00"))


def test_d01_with_a_zero_under_a_geometric_mean_without_a_floor_names_it():
    text = Path(SMALL.file).read_text(encoding="utf-8").replace("combine: geometric, floor: 1", "combine: geometric, floor: -1")
    system, problems = parse_system(text)
    assert problems == []
    found = run(system, replace(D01, ratings={**D01.ratings, "2.2": [Rating("x", "D")]})).units[0]
    assert (found.total, found.node("2").points) == (None, None)
    assert [one.text() for one in found.problems] == [
        'D01: the geometric mean of "2" has no result, because "2.2" is 0. Give the block a floor, or combine it in another way.',
    ]
