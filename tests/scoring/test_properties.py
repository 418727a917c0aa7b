"""What must hold for any measurements: bounds, the three values, independence of order, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalplat.definitions.loader import parse_system
from evalplat.scoring.canonical import canonical_bytes, result_hash
from evalplat.scoring.engine import score
from evalplat.scoring.explain import contributions, explain
from evalplat.scoring.model import (
    AdjustmentDecision,
    Approval,
    LeadDecision,
    Measurements,
    Options,
    Override,
    Rating,
    SurveyValue,
    Value,
    VetoDecision,
)
from evalplat.scoring.ranking import quota_grades, rank
from tests.scoring.tengzhou_data import FIELDS, SURVEYS, TABLES, full_unit, posts, tengzhou

SYSTEM = tengzhou()
SYSTEM_TEXT = Path(SYSTEM.file).read_text(encoding="utf-8")
CODES = [leaf.code for leaf in SYSTEM.leaves]
RUBRIC = [leaf.code for leaf in SYSTEM.rubric_leaves]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

counts = st.one_of(st.none(), st.integers(0, 200))
levels = st.sampled_from("ABC")


@st.composite
def units(draw, code="U1"):
    fields = {name: draw(counts) for name in draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=12))}
    ratings = {code: [Rating("甲", draw(levels)), Rating("乙", draw(levels))] for code in RUBRIC}
    surveys = {name: SurveyValue(str(draw(st.integers(0, 100))), draw(st.sampled_from([0, 9, 10, 29, 30, 99]))) for name in SURVEYS}
    claims = {name: Approval("无") for name in draw(st.sets(st.sampled_from([*CODES, "E", "F2"]), max_size=4))}
    rows = [posts(kind, draw(st.integers(0, 50)), draw(st.integers(0, 60)), leader=draw(st.integers(0, 5))) for kind in ("a", "b")]
    decided = [AdjustmentDecision(name, draw(st.integers(0, 9))) for name in draw(st.sets(st.sampled_from(["G01", "G02", "G03"])))]
    vetoes = [VetoDecision(name) for name in draw(st.sets(st.sampled_from(["H01", "H05"])))]
    return full_unit(SYSTEM, code, fields=FIELDS | fields, ratings=ratings, surveys=surveys, not_applicable=claims,
                     tables=TABLES | {"T2": rows}, adjustments=decided, vetoes=vetoes)  # fmt: skip


@QUICK
@given(units())
def test_what_the_indicators_add_makes_up_the_base(unit):
    found = score(SYSTEM, Measurements([unit])).units[0]
    added = contributions(SYSTEM, found)
    assert (found.base is None) == (not added)
    if found.base is not None:
        assert abs(sum(one.points for one in added.values()) - Fraction(found.base)) <= Fraction(1, 200)
        assert sum(one.weight for one in added.values()) == 1


@QUICK
@given(units())
def test_every_number_stays_in_its_bounds(unit):
    result = score(SYSTEM, Measurements([unit])).units[0]
    assert result.problems == ()
    for leaf in result.leaves:
        assert (leaf.points is None) == (leaf.state != "scored")
        if leaf.points is not None:
            assert 0 <= leaf.points <= leaf.effective_max.quantize(Decimal("0.01"), ROUND_HALF_UP)  # points are rounded at the leaf
            assert leaf.line
        else:
            assert leaf.reason
        if leaf.state == "not_applicable":
            assert leaf.effective_max == 0
    assert abs(sum(leaf.effective_max for leaf in result.leaves) - result.applicable) < Decimal("0.0001")
    assert sum((leaf.points or Decimal(0)) for leaf in result.leaves) == result.earned
    assert (result.total is None) == any(leaf.state == "missing" for leaf in result.leaves)
    assert result.total is None or 0 <= result.total <= 100
    assert -10 <= result.adjustment_total <= 0
    if result.vetoes and result.total is not None:
        assert result.grade == "poor"


@QUICK
@given(units())
def test_missing_lowers_coverage_and_not_applicable_does_not(unit):
    result = score(SYSTEM, Measurements([unit])).units[0]
    missing = [leaf for leaf in result.leaves if leaf.state == "missing"]
    assert (result.coverage < 100) == bool(missing)
    assert ("incomplete" in result.marks) == bool(missing)


@QUICK
@given(units("A"), units("B"), units("C"), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_no_byte(first, second, third, random: Random):
    listed = [first, second, third]
    expected = canonical_bytes(score(SYSTEM, Measurements(listed)))
    random.shuffle(listed)
    assert canonical_bytes(score(SYSTEM, Measurements(listed))) == expected
    alone = score(SYSTEM, Measurements([first])).units[0]
    assert alone == score(SYSTEM, Measurements(listed)).unit("A")


def test_the_hash_names_inputs_and_system():
    unit = full_unit(SYSTEM)
    first = score(SYSTEM, Measurements([unit]))
    assert result_hash(first) == result_hash(score(tengzhou(), Measurements([full_unit(SYSTEM)])))
    other = score(SYSTEM, Measurements([replace(unit, fields=FIELDS | {"T8.duties_assigned": 37})]))
    assert other.input_hash != first.input_hash
    assert first.system_hash == SYSTEM.hash


@pytest.mark.parametrize("code", CODES)
def test_each_leaf_alone_can_be_claimed_and_leaves_the_denominator(code):
    result = score(SYSTEM, Measurements([full_unit(SYSTEM, not_applicable={code: Approval("无", "批复")})])).units[0]
    assert result.leaf(code).state == "not_applicable"
    assert result.applicable == Decimal(100) - Decimal(str(float(SYSTEM.leaf(code).points)))
    assert result.total is not None


def test_an_empty_unit_is_missing_throughout_and_has_no_rank():
    empty = replace(full_unit(SYSTEM, "Z"), fields={}, tables={}, ratings={}, surveys={}, facts={})
    result = score(SYSTEM, Measurements([empty, full_unit(SYSTEM, "A")]))
    assert {leaf.state for leaf in result.unit("Z").leaves} == {"missing"}
    assert (result.unit("Z").coverage, result.unit("Z").total) == (0, None)
    assert {one.reason for one in rank(result, SYSTEM).values()} == {"category_incomplete"}
    assert rank(result, SYSTEM, left_out=["Z"])["A"].rank == 1


def test_ties_share_a_rank_and_the_next_is_skipped():
    listed = [full_unit(SYSTEM, name) for name in "ABC"]
    listed[2] = replace(listed[2], fields=FIELDS | {"T8.duties_assigned": 32})
    other = replace(full_unit(SYSTEM, "D"), category="party")
    ranks = rank(score(SYSTEM, Measurements([*listed, other])), SYSTEM)
    assert [ranks[name].rank for name in "ABCD"] == [1, 1, 3, 1]
    assert ranks["A"].tied


def test_the_lead_decides_with_a_note_when_the_raters_are_apart():
    ratings = dict(full_unit(SYSTEM).ratings) | {"A301": [Rating("甲", "A"), Rating("乙", "C")]}
    for note, points in (("", None), ("按记录认定", Decimal("2.00"))):
        unit = full_unit(SYSTEM, ratings=ratings, lead_decisions={"A301": LeadDecision("B", note, "笔录5号")})
        leaf = score(SYSTEM, Measurements([unit])).units[0].leaf("A301")
        assert leaf.points == points
    near = dict(ratings) | {"A203": [Rating("甲", "A"), Rating("乙", "A")]}
    assert score(SYSTEM, Measurements([full_unit(SYSTEM, ratings=near)])).units[0].leaf("A203").points == 1


def test_caps_of_deductions_hold():
    decided = [AdjustmentDecision(code, 9) for code in ("G01", "G02", "G03")] + [AdjustmentDecision("G04", 1, "serious")]
    result = score(SYSTEM, Measurements([full_unit(SYSTEM, adjustments=decided)])).units[0]
    assert [one.points for one in result.adjustments] == [Decimal("-2.00"), Decimal("-4.00"), Decimal("-4.00"), Decimal("-3.00")]
    assert result.total == result.base - 10


def test_annulled_is_missing_until_scored_again():
    result = score(SYSTEM, Measurements([full_unit(SYSTEM, overrides={"B101": Override(annulled=True, ref="决定1号")})])).units[0]
    assert (result.leaf("B101").state, result.leaf("B101").reason, result.total) == ("missing", "annulled", None)


def test_shown_only_leaves_are_shown_and_not_counted():
    options = Options(shown_only=frozenset({"C101"}))
    result = score(SYSTEM, Measurements([full_unit(SYSTEM)]), options=options).units[0]
    assert result.leaf("C101").points == Decimal("3.14")
    assert (result.leaf("C101").counted, result.applicable) == (False, Decimal("96.00"))


@pytest.mark.parametrize(("changes", "code"), [
    ({"fields": {"T8.duty": 1}}, "M101"), ({"fields": {"T8.duties_total": "vier"}}, "M102"),
    ({"fields": {"T8.duties_total": -1}}, "M102"),
    ({"fields": {"T8.duties_total": 1.5}}, "M102"), ({"ratings": {"A101": []}}, "M101"),
    ({"surveys": {"staf": SurveyValue("1", 1)}}, "M101"),
    ({"profile": "odd"}, "M101"), ({"category": "odd"}, "M101"), ({"overrides": {"A101": Override("9")}}, "M103"),
    ({"adjustments": [AdjustmentDecision("G04", 1)]}, "M104"), ({"surveys": SURVEYS | {"staff": SurveyValue("101", 30)}}, "M102"),
    ({"facts": {"has_affiliates": "ja"}}, "M102"), ({"tables": {"T2": [posts("x", 1, -1)]}}, "M102"),
])  # fmt: skip
def test_values_that_do_not_fit_are_reported(changes, code):
    problems = score(SYSTEM, Measurements([full_unit(SYSTEM, **changes)])).problems
    assert code in {one.code for one in problems}
    assert all("U1" in one.text() for one in problems)


def test_references_are_printed_in_the_explanation():
    fields = FIELDS | {"T8.duties_assigned": Value(38, "清单.xlsx"), "T8.duties_total": Value("40", "三定规定第3条")}
    result = score(SYSTEM, Measurements([full_unit(SYSTEM, fields=fields)]))
    told = explain(result, "U1", "A101", system=SYSTEM)
    assert "38 ÷ 40 = 0.95; (0.95 − 0.8) ÷ (1 − 0.8) × 4 = 3.00 (3.00 / 4) [清单.xlsx, 三定规定第3条]" in told.text
    assert told.text.startswith("A101 三定职责分解到位率:")
    assert told.rule.endswith(f"tengzhou-2026.yaml:{SYSTEM.leaf('A101').rule.line}")


def test_a_profile_changes_points_and_not_rules():
    text = SYSTEM_TEXT.replace("points: {}}", "points: {A101: 6, C101: 2}}")
    system, problems = parse_system(text)
    assert problems == []
    result = score(system, Measurements([full_unit(system)])).units[0]
    assert (result.leaf("A101").points, result.leaf("A101").max_points) == (Decimal("4.50"), 6)
    assert result.leaf("A101").line.endswith("= 3; 3 × 6 ÷ 4 = 4.50")
    assert result.leaf("C101").points == Decimal("1.57")
    assert result.applicable == 100


def test_quotas_are_applied_only_when_asked_and_ties_at_the_edge_fall():
    listed = [full_unit(SYSTEM, str(number)) for number in range(10)]
    for number in range(4):
        listed[number] = replace(listed[number], fields=FIELDS | {"T8.duties_assigned": 40 - (number > 1)})
    result = score(SYSTEM, Measurements(listed))
    assert set(quota_grades(result, SYSTEM).values()) == {"excellent"}
    on, _ = parse_system(SYSTEM_TEXT.replace("quotas: false", "quotas: true"))
    grades = quota_grades(result, on)
    assert [name for name, grade in grades.items() if grade == "excellent"] == ["0", "1"]
