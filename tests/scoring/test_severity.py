"""Ratings by the weight of their raters, less the strictness of each; and where raters lie too far apart."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.scoring.severity import severities, weighted_mean
from evalplat.scoring.spread import Request, rescore_requests, spreads

F = Fraction
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def by_rater(rows):
    """Rater → thing → points of a table with things as rows."""
    columns = enumerate(zip(*rows, strict=True))
    return {f"r{place}": {f"t{at}": F(one) for at, one in enumerate(column) if one is not None} for place, column in columns}


def test_a_weighted_mean_with_its_arithmetic():
    found = weighted_mean({"a": F(8), "b": F(5)}, {"a": F(2)})
    assert (found.value, found.expression, found.reason) == (7, "(2 × 8 + 1 × 5) ÷ 3", "")
    assert weighted_mean({"a": F(8), "b": F(5)}, {"a": F(0)}).value == 5
    assert weighted_mean({"a": F(0)}, {}).value == 0
    assert weighted_mean({}, {"a": F(1)}).reason == "no_values"
    assert weighted_mean({"a": F(1)}, {"a": F(0)}).reason == "too_few_raters"
    with pytest.raises(ValueError, match="negative"):
        weighted_mean({"a": F(1)}, {"a": F(-1)})


points = st.dictionaries(st.sampled_from("abcde"), st.fractions(0, 10), min_size=1)


@given(points, st.dictionaries(st.sampled_from("abcde"), st.integers(1, 9).map(F)), st.integers(1, 99))
def test_a_weighted_mean_knows_no_scale_and_lies_between_its_points(given_points, weights, scale):
    shares = {rater: weights.get(rater, F(1)) for rater in given_points}
    found = weighted_mean(given_points, shares).value
    assert min(given_points.values()) <= found <= max(given_points.values())
    assert weighted_mean(given_points, {rater: scale * one for rater, one in shares.items()}).value == found


def test_the_severity_of_the_judges_of_shrout_and_fleiss_1979():
    ratings = by_rater(SHROUT_FLEISS)
    found = severities(ratings)
    corrected = found.corrected(ratings)
    assert [float(corrected[rater]["t0"]) for rater in ratings] == pytest.approx([6.6250, 4.7917, 5.9583, 6.6250], abs=1e-4)
    assert sum(found.of.values()) == 0
    assert found.groups == (("r0", "r1", "r2", "r3"),)


def test_with_gaps_only_common_things_compare_raters():
    """The strict rater saw the weak things: her mean is lower by 5, her severity only by 2 against the other's."""
    ratings = {"mild": {"x": F(9), "y": F(8)}, "strict": {"x": F(7), "z": F(2), "w": None}}
    found = severities(ratings)
    assert found.of == {"mild": 1, "strict": -1}
    assert found.corrected(ratings) == {"mild": {"x": 8, "y": 7}, "strict": {"x": 8, "z": 3}}


def test_severities_without_an_answer_correct_nothing():
    apart = {"a": {"x": F(1)}, "b": {"y": F(2)}, "c": {"y": F(3), "z": F(1)}}
    found = severities(apart)
    assert (found.of, found.groups, found.reason) == ({}, (("a",), ("b", "c")), "no_pairs")
    assert found.corrected(apart) == apart
    assert severities({"a": {"x": F(1)}}).reason == "too_few_raters"
    assert severities({"a": {"x": None}, "b": {}}).reason == severities({}).reason == "no_values"
    assert set(severities({"a": {"x": F(5)}, "b": {"x": F(5)}}).of.values()) == {0}


tables = st.integers(2, 4).flatmap(lambda raters: st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=raters, max_size=raters), min_size=1, max_size=5))  # fmt: skip


@settings(deadline=None)
@given(tables, st.integers(-3, 3))
def test_severities_are_least_squares_and_follow_a_shift_of_one_rater(rows, shift):
    ratings = by_rater(rows)
    found = severities(ratings)
    if found.reason:
        return
    assert sum(found.of.values()) == 0
    names = sorted(found.of)
    cells = [(rater, thing, mine) for rater, row in ratings.items() for thing, mine in row.items()]
    things = sorted({thing for _, thing, _ in cells})
    design = np.array([[rater == name for name in names] + [thing == one for one in things] for rater, thing, _ in cells], dtype=float)
    solved = np.linalg.lstsq(design, np.array([float(mine) for _, _, mine in cells]), rcond=None)[0][: len(names)]
    assert [float(found.of[name]) for name in names] == pytest.approx(solved - solved.mean(), abs=1e-6)
    first = names[0]
    moved = severities(ratings | {first: {thing: mine + shift for thing, mine in ratings[first].items()}})
    assert moved.of[first] - found.of[first] == F(shift) * (len(names) - 1) / len(names)


FULL = {"A1": F(10), "A2": F(4)}
POINTS = {"u": {"A1": {"甲": F(9), "乙": F(5), "丙": F(8)}, "A2": {"甲": F(4), "乙": F(3)}}, "v": {"A1": {"甲": F(0)}}}


def test_spread_and_requests_to_look_again():
    first, second = spreads(POINTS, F(1, 4), FULL)
    assert (first.unit, first.indicator, first.value, first.allowed, first.raters, first.alert) == ("u", "A1", 4, F(5, 2), 3, True)
    assert (second.value, second.allowed, second.alert) == (1, 1, False)
    assert rescore_requests(POINTS, F(1, 4), FULL) == [Request("乙", "u", "A1", F(5))]
    assert [one.rater for one in rescore_requests(POINTS, F(0), FULL)] == ["甲", "乙", "甲", "乙"]
    assert rescore_requests(POINTS, F(1), FULL) == []
    with pytest.raises(ValueError, match="limit"):
        spreads(POINTS, F(2), FULL)
    with pytest.raises(ValueError, match="A2 has no full mark"):
        spreads(POINTS, F(1), {"A1": F(10)})


@given(st.dictionaries(st.sampled_from("abcde"), st.fractions(0, 10), max_size=5), st.fractions(0, 1))
def test_every_alert_asks_somebody_and_nobody_is_asked_without_one(given_points, limit):
    table = {"u": {"A1": given_points}}
    alerts = [one for one in spreads(table, limit, FULL) if one.alert]
    asked = rescore_requests(table, limit, FULL)
    assert bool(alerts) is bool(asked)
    assert all(given_points[one.rater] == one.points for one in asked)
