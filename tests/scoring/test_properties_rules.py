"""What must hold for any rule, mean and policy: monotone rules, means between their values, weights without a scale."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.definitions.loader import parse_system
from evalplat.scoring.combining import combine
from evalplat.scoring.engine import score
from evalplat.scoring.model import LastYear, Measurements, UnitMeasurements
from evalplat.scoring.rules import points_for, relative_share

QUICK = settings(max_examples=15, deadline=None)
HEAD = ('format: 1\nsystem: s\nversion: "1"\ntitle: t\nscore: {method: weights, max: 4, decimals: 6, round_at: total}\n'
        "relative: true\nmissing: {default: %s, min_coverage: 0%%}\nfields: {x: {title: x}, y: {title: y}}\nindicators:\n%s")
RULES = [
    "type: goalposts, value: x, low: 10, high: 60", "type: goalposts, value: x, low: 10, high: 60, log: true",
    "type: goalposts, value: x, low: 10, high: 60, capped: false", "type: threshold, value: x, bound: 40",
    "type: linear, value: x, points: [{at: 5, points: 0}, {at: 50, points: 1}, {at: 90, points: 4}]",
    "type: bands, value: x, bands: [{from: 50, points: 4}, {above: 20, points: 1}, {else: 0}]", "type: formula, value: x",
    *(f"type: {kind}, value: x, within: all, ties: {ties}" for kind in ("rank", "percentile") for ties in ("mean", "best", "worst")),
    *(f"type: {kind}, value: x, within: all" for kind in ("minmax", "zscore", "target, target: 70")),
]  # fmt: skip
values = st.fractions(min_value=1, max_value=100, max_denominator=50)
pairs = st.lists(st.tuples(values, st.fractions(min_value=Fraction(1, 10), max_value=9, max_denominator=10)), min_size=1, max_size=6)
SLACK = Fraction(1, 10**40)
"""Roots and logarithms have 50 digits."""


@cache
def system_of(rule, *, missing="not_scored"):
    leaves = f"  - {{id: A, title: A, weight: 3, rule: {{{rule}}}}}\n"
    leaves += "  - {id: C, title: C, weight: 1, rule: {type: formula, value: y}}\n"
    system, problems = parse_system(HEAD % (missing, leaves))
    assert [one.line() for one in problems if one.severity == "error"] == []
    return system


@pytest.mark.parametrize("written", RULES)
@QUICK
@given(others=st.lists(values, min_size=2, max_size=6, unique=True))
def test_a_better_value_never_earns_less(written, others):
    rule = system_of(written).leaf("A").rule
    earned = [relative_share(rule, one, others)[0] if rule.relative else points_for(rule, one).points for one in sorted(others)]
    assert earned == sorted(earned)
    if rule.capped:
        assert all(0 <= one <= (1 if rule.relative else 4) for one in earned)


@pytest.mark.parametrize("written", [rule for rule in RULES if rule.startswith(("type: goalposts", "type: rank", "type: minmax"))])
@QUICK
@given(others=st.lists(values, min_size=2, max_size=6, unique=True))
def test_a_rule_turned_round_earns_the_rest(written, others):
    first, second = (system_of(f"{written}{more}").leaf("A").rule for more in ("", ", better: low"))
    for one in others:
        if first.relative:
            both = relative_share(first, one, others)[0] + relative_share(second, one, others)[0]
            assert both == 1
        else:
            assert abs(points_for(first, one).points + points_for(second, one).points - 4) < SLACK


@pytest.mark.parametrize("how", ["arithmetic", "geometric", "harmonic", "min", "worst"])
@QUICK
@given(parts=pairs, factor=st.sampled_from([Fraction(1, 7), Fraction(100)]))
def test_means_lie_between_their_values_whatever_the_scale_of_the_weights(how, parts, factor):
    value = combine(how, parts, worst=2)[0]
    assert min(one for one, _ in parts) - SLACK <= value <= max(one for one, _ in parts) + SLACK
    assert abs(combine(how, [(one, weight * factor) for one, weight in parts], worst=2)[0] - value) < SLACK


@QUICK
@given(parts=pairs)
def test_the_means_stand_in_their_order(parts):
    found = [combine(how, parts, worst=1)[0] for how in ("min", "harmonic", "geometric", "arithmetic")]
    assert all(before <= after + SLACK for before, after in pairwise(found))
    assert combine("worst", parts, worst=1)[0] == found[0]
    assert combine("worst", parts, worst=99)[0] == found[-1]


@QUICK
@given(y=st.fractions(min_value=0, max_value=4, max_denominator=10), last=st.fractions(min_value=0, max_value=1, max_denominator=10))
def test_each_policy_does_what_it_says(y, last):
    lacking = UnitMeasurements("U", fields={"y": y}, last={"A": LastYear(last)})
    whole = UnitMeasurements("V", fields={"x": 2, "y": y})
    expected = {"not_scored": None, "zero": y / 4, "group_mean": (2 * 3 + y) / 4, "reweight": y, "last_year": (last * 4 * 3 + y) / 4}
    for policy, total in expected.items():
        unit = score(system_of("type: formula, value: x", missing=policy), Measurements([lacking, whole])).unit("U")
        assert unit.coverage == 25
        assert "incomplete" in unit.marks
        assert ("last_year" in unit.marks) is (policy == "last_year")
        assert (unit.total is None) if total is None else abs(unit.total_exact - total) < Fraction(1, 10**5)
