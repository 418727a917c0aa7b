"""The published worked examples: five of the establishment system, unit D01 of the small one, and the piecewise checks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evalplat.definitions.loader import load_system, parse_system
from evalplat.scoring.engine import score
from evalplat.scoring.model import (
    AdjustmentDecision,
    Approval,
    Measurements,
    Override,
    Rating,
    SurveyValue,
    UnitMeasurements,
    VetoDecision,
)  # fmt: skip
from evalplat.scoring.ranking import rank
from evalplat.scoring.rollup import combine
from evalplat.scoring.rules import points_for
from tests.scoring.tengzhou_data import TABLES, full_unit, posts, tengzhou, without_affiliates

ROOT = Path(__file__).parents[2]
SYSTEM = tengzhou()


def only(system, unit):
    return score(system, Measurements([unit])).units[0]


def test_without_affiliates_and_enforcement_85_points_apply():
    wanted = Decimal("71.40")
    unit = full_unit(SYSTEM, not_applicable=without_affiliates(), adjustments=[AdjustmentDecision("G01", 2, ref="记录3号")])
    first = only(SYSTEM, unit)
    over = first.earned - wanted   # taken off A101 … by decision, so that the leaves add up to the 71.40 of the example
    changes, left = {}, over
    for leaf in first.leaves:
        if leaf.points and left > 0:
            taken = min(left, leaf.points)
            changes[leaf.code] = Override(leaf.points - taken, reason="示例")
            left -= taken
    result = only(SYSTEM, replace(unit, overrides=changes))
    assert (result.applicable, result.earned) == (Decimal("85.00"), wanted)
    assert (result.base, result.total, result.grade) == (Decimal("84.00"), Decimal("83.00"), "good")
    assert result.lines == ("71.40 ÷ 85 × 100 = 84.00", "84.00 − 1.00 = 83.00")
    vetoed = only(SYSTEM, replace(unit, overrides=changes, vetoes=[VetoDecision("H03", "经查属实", "决定7号")]))
    assert (vetoed.total, vetoed.grade, vetoed.grade_before_veto) == (Decimal("83.00"), "poor", "good")


def test_use_of_posts_is_weighted_by_approved_posts():
    leaf = only(SYSTEM, full_unit(SYSTEM)).leaf("C101")
    assert leaf.points == Decimal("3.14")
    assert leaf.fixed == 314
    assert leaf.line.endswith("(4 × 40 + 2 × 30) ÷ 70 = 3.14")
    assert leaf.refs == ("T2 admin_general, T2 institution",)


def test_one_kind_over_its_quota_gives_nothing():
    tables = TABLES | {"T2": [posts("admin_general", 40, 41), posts("institution", 30, 21)]}
    leaf = only(SYSTEM, full_unit(SYSTEM, tables=tables)).leaf("C101")
    assert (leaf.points, leaf.line) == (Decimal("0.00"), "41 > 40 → 0")


def test_approved_reserves_count_as_used():
    tables = TABLES | {"T2": [posts("admin_general", 40, 38), posts("institution", 30, 21, leader=3, other=4)]}
    assert only(SYSTEM, full_unit(SYSTEM, tables=tables)).leaf("C101").points == Decimal("4.00")


def test_the_line_of_a_plain_utilisation_rule_reads_as_published():
    text = (ROOT / "indicators" / "tengzhou-2026.yaml").read_text(encoding="utf-8")
    plain = text.replace("rule(min(1, (actual + reserved_leader + reserved_other) / approved))", "rule(actual / approved)")
    system, _ = parse_system(plain, "plain.yaml")
    leaf = only(system, full_unit(system)).leaf("C101")
    assert leaf.line == "38 ÷ 40 = 0.95 → 4; 21 ÷ 30 = 0.70 → 2; (4 × 40 + 2 × 30) ÷ 70 = 3.14"


def test_recipients_77_67_give_3_88_of_5():
    mean, _ = combine("arithmetic", [(Fraction(90), Fraction(20)), (Fraction(70), Fraction(20)), (Fraction(55), Fraction(20)),
                                     (Fraction(260, 3), Fraction(40))])  # fmt: skip
    assert round(float(mean), 2) == 77.67
    leaf = only(SYSTEM, full_unit(SYSTEM)).leaf("F201")
    assert (leaf.points, leaf.line) == (Decimal("3.88"), "5 × 77.67 ÷ 100 = 3.88")


def short(*groups: str):
    unit = full_unit(SYSTEM)
    return {name: replace(value, n=3) if name in groups else value for name, value in unit.surveys.items()}


def test_points_of_a_short_group_go_to_the_other_groups():
    result = only(SYSTEM, full_unit(SYSTEM, surveys=short("delegates")))
    maxima = {code: result.leaf(code).effective_max for code in ("F201", "F202", "F203", "F204", "F205")}
    assert maxima == {"F201": Decimal(6), "F202": Decimal("2.4"), "F203": 0, "F204": Decimal("1.8"), "F205": Decimal("1.8")}
    assert result.leaf("F203").reason == "sample_short"
    assert result.leaf("F201").line == "6 × 77.67 ÷ 100 = 4.66"
    assert (result.applicable, result.marks) == (Decimal("100.00"), ("sample_short",))
    assert rank([result], SYSTEM)["U1"].rank == 1


def test_all_groups_short_leave_the_denominator_without_a_rank():
    result = only(SYSTEM, full_unit(SYSTEM, surveys=short("recipients", "citizens", "delegates", "counterpart", "staff")))
    assert result.applicable == Decimal("88.00")
    assert result.total is not None
    assert result.marks == ("sample_short", "sample_short_block")
    assert (rank([result], SYSTEM)["U1"].rank, rank([result], SYSTEM)["U1"].reason) == (None, "sample_short")


def test_a_review_decision_adds_exactly_what_it_says():
    fields = dict(full_unit(SYSTEM).fields) | {"T1.structure_mismatches": 1, "T8.duties_assigned": 36}
    unit = full_unit(SYSTEM, fields=fields)
    before = only(SYSTEM, unit)
    assert (before.leaf("A101").points, before.leaf("B101").points) == (Decimal("2.00"), Decimal("3.00"))
    decided = {"A101": Override("3.20", reason="变更", ref="决定9号"), "B101": Override("4", reason="P22撤销", ref="决定9号")}
    after = only(SYSTEM, replace(unit, overrides=decided))
    assert after.total - before.total == Decimal("2.20")
    assert after.leaf("A101").overridden
    assert after.leaf("A101").line.endswith("2.00 → 3.20 (变更)")


def test_late_approvals_cost_one_point_each_down_to_nothing():
    for cases, points in ((0, "2.00"), (1, "1.00"), (2, "0.00"), (3, "0.00")):
        unit = full_unit(SYSTEM, fields=dict(full_unit(SYSTEM).fields) | {"T9.entries_late_approval": cases})
        assert only(SYSTEM, unit).leaf("C103").points == Decimal(points)


def test_blind_ratings_far_apart_wait_for_the_lead():
    ratings = dict(full_unit(SYSTEM).ratings) | {"A301": [Rating("甲", "A"), Rating("乙", "C")]}
    leaf = only(SYSTEM, full_unit(SYSTEM, ratings=ratings)).leaf("A301")
    assert (leaf.state, leaf.reason, leaf.alert) == ("missing", "lead_must_decide", True)


# --- unit D01 ------------------------------------------------------------------------------------------

SMALL, _ = load_system(ROOT / "indicators" / "example-gov-perf.yaml")
D01 = UnitMeasurements(
    "D01",
    category="A",
    fields={"done": 57, "planned": 60, "budget": "100.0", "spent": "104.2"},
    ratings={"2.1": [Rating(f"r{i}", level) for i, level in enumerate("BABCB", 1)], "2.2": [Rating("核实", "B")]},
    surveys={"public": SurveyValue("4.2", 50)},
    adjustments=[AdjustmentDecision("B1", 2), AdjustmentDecision("D1", 3)],
)


def test_d01_scores_84_50():
    result = only(SMALL, D01)
    assert [str(leaf.points) for leaf in result.leaves] == ["90.00", "85.00", "None", "80.00", "80.00", "80.00"]
    assert [str(node.points) for node in result.nodes] == ["88.00", "80.00", "80.00"]
    assert (result.base, result.total, result.grade) == (Decimal("84.00"), Decimal("84.50"), "good")
    assert "rating_spread" in result.marks
    assert result.leaf("2.1").alert
    assert [leaf.weight for leaf in result.leaves] == [30, 20, 0, 10, 15, 25]


def test_d01_with_the_veto_keeps_its_score_and_loses_its_grade():
    result = only(SMALL, replace(D01, vetoes=[VetoDecision("V1")]))
    assert (result.total, result.grade) == (Decimal("84.50"), "fair")


@pytest.mark.parametrize(("policy", "total"), [("not_scored", None), ("reweight", Decimal("85.00")), ("zero", Decimal("67.00"))])
def test_d01_without_its_spending_follows_the_policy(policy, total):
    text = (ROOT / "indicators" / "example-gov-perf.yaml").read_text(encoding="utf-8")
    system, _ = parse_system(text.replace("default: not_scored", f"default: {policy}"))
    fields = {name: value for name, value in D01.fields.items() if name != "spent"}
    result = only(system, replace(D01, fields=fields, adjustments=()))
    assert (result.total, result.coverage) == (total, Decimal("80.00"))
    assert result.leaf("1.2").missing_names == ("spent",)
    assert ("incomplete" in result.marks) is True


PIECEWISE = [(50, 0), (60, 0), (75, 40), (90, 80), (95, 90), (100, 100), (120, 100)]


@pytest.mark.parametrize(("value", "points"), PIECEWISE)
def test_done_rate_is_straight_between_its_points(value, points):
    assert points_for(SMALL.leaf("1.1").rule, Fraction(value)).points == points


@pytest.mark.parametrize(("value", "points"), [("3", 100), ("3.0001", 85), ("5", 85), ("10", 60), ("10.01", 0)])
def test_budget_bands_meet_at_their_bounds(value, points):
    assert points_for(SMALL.leaf("1.2").rule, Fraction(value)).points == points


def test_geometric_means_as_published():
    hundred, sixty = (Fraction(100), Fraction(10)), (Fraction(60), Fraction(15))
    assert float(combine("geometric", [hundred, sixty])[0]) == pytest.approx(73.602192, abs=1e-6)
    assert combine("arithmetic", [hundred, sixty])[0] == 76
    lifted = combine("geometric", [(Fraction(0), Fraction(10)), (Fraction(80), Fraction(15))], floor=Fraction(1))[0]
    assert float(lifted) == pytest.approx(13.862897, abs=1e-6)
    one_to_three = [(Fraction(i), Fraction(1)) for i in (1, 2, 3)]
    assert float(combine("geometric", one_to_three)[0]) == pytest.approx(1.817121, abs=1e-6)
    assert combine("geometric", [(Fraction(0), Fraction(1)), (Fraction(2), Fraction(1))])[0] is None
    harmonic = [(Fraction(1), Fraction(2)), (Fraction(2), Fraction(1)), (Fraction(3), Fraction(1))]
    assert float(combine("harmonic", harmonic)[0]) == pytest.approx(1.411765, abs=1e-6)


def test_an_approved_claim_and_a_missing_value_are_not_zero():
    claimed = only(SYSTEM, full_unit(SYSTEM, not_applicable={"A102": Approval("无划入职责", "批复3号")}))
    assert (claimed.leaf("A102").state, claimed.applicable) == ("not_applicable", Decimal("97.00"))
    fields = {name: value for name, value in full_unit(SYSTEM).fields.items() if name != "T8.taken_done"}
    missing = only(SYSTEM, full_unit(SYSTEM, fields=fields))
    assert (missing.leaf("A102").state, missing.total, missing.grade) == ("missing", None, None)
    zero = only(SYSTEM, full_unit(SYSTEM, fields=dict(full_unit(SYSTEM).fields) | {"T8.taken_done": 0}))
    assert (zero.leaf("A102").state, zero.leaf("A102").points) == ("scored", Decimal("0.00"))
