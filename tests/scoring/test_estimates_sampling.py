"""Means, totals and shares of weighted samples, top-box and NPS; a sample that is too small gives a reason."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.scoring.intervals import stratified, wilson
from evalplat.scoring.sampling import (
    mean_figure,
    net_promoter,
    poststratified,
    raked_weights,
    respondent_mean,
    share_figure,
    stratified_share,
    top_box,
    total_figure,
)

SIZES = {"a": 8000, "b": 2000}
SATISFIED = {"a": [True] * 45 + [False] * 5, "b": [True] * 20 + [False] * 30}
POINTS = {key: [float(one) for one in given] for key, given in SATISFIED.items()}


def test_the_weighted_example_as_a_share() -> None:
    found = stratified_share(SIZES, SATISFIED)
    assert (found.value, found.n) == (pytest.approx(0.80), 100)
    assert found.se == pytest.approx(0.03687, abs=5e-6)
    assert (found.low, found.high) == pytest.approx(wilson(0.8 * 100 / 1.36, 100 / 1.36))
    uncorrected = stratified_share(SIZES, SATISFIED, correct=False).se
    assert uncorrected is not None
    assert uncorrected > 0.03687


def test_shares_of_all_and_none_have_a_width() -> None:
    none = stratified_share({"a": 100}, {"a": [False] * 10})
    assert (none.value, none.se, none.low) == (0, 0, 0)
    assert none.high == pytest.approx(0.2775, abs=5e-5)


def test_the_mean_and_the_total_with_their_errors() -> None:
    found = stratified(SIZES, POINTS)
    mean, total = mean_figure(found), total_figure(found)
    assert (mean.value, mean.se, mean.low) == pytest.approx((0.80, 0.03687, 0.80 - 1.96 * 0.03687), abs=1e-5)
    assert (total.value, total.se) == pytest.approx((8000, 368.7), abs=0.05)
    assert (total.low, total.high) == pytest.approx((8000 - 1.96 * 368.7, 8000 + 1.96 * 368.7), abs=0.2)


def test_a_sample_too_small_says_so() -> None:
    few = stratified({"a": 10}, {"a": [1.0]})
    for one in (
        mean_figure(few),
        total_figure(few),
        mean_figure(stratified(SIZES, POINTS), minimum=101),
        stratified_share(SIZES, SATISFIED, minimum=101),
        share_figure(2, 3, minimum=5),
        top_box({"5": 2, "4": 1}, ["5"], minimum=5),
        net_promoter([9, 3], minimum=5),
    ):
        assert (one.value, one.se, one.low, one.reason) == (None, None, None, "too_few")
        assert one.words == "There are too few values for a figure."
    for one in (share_figure(0, 0), net_promoter([]), stratified_share(SIZES, {}), top_box({"5": 0}, ["5"])):
        assert (one.value, one.reason) == (None, "no_values")
    assert total_figure(stratified({"a": 10, "b": 10}, {"a": [1.0, 2.0]})).reason == "too_few"


def test_poststratification_by_hand() -> None:
    """W = .6 .4, s² = 1 and 4: (1 − 6/1000)/6 · (.6·1 + .4·4) + (.4·1 + .6·4)/36."""
    found = poststratified({"a": 600, "b": 400}, {"a": [1, 2, 3], "b": [4, 6, 8]})
    assert found.mean == pytest.approx(0.6 * 2 + 0.4 * 6)
    assert found.se == pytest.approx(math.sqrt(0.994 / 6 * 2.2 + 2.8 / 36))
    assert found.total_se == pytest.approx(1000 * found.se)
    before = stratified({"a": 600, "b": 400}, {"a": [1, 2, 3], "b": [4, 6, 8]})
    assert found.se > before.se
    assert poststratified({"a": 6, "b": 4}, {"a": [1, 2]}).problems == ("empty stratum: b",)


def test_equal_weights_give_the_plain_mean_and_error() -> None:
    found = respondent_mean([1, 2, 6, 7], [3, 3, 3, 3])
    assert (found.mean, found.deff, found.total) == (4, 1, 48)
    assert found.se == pytest.approx(np.std([1, 2, 6, 7], ddof=1) / 2)
    assert respondent_mean([5], [2]).problems == ("single answer",)
    for values, weights in (([1, 2], [1]), ([[1]], [[1]])):
        with pytest.raises(ValueError, match="one weight"):
            respondent_mean(values, weights)
    with pytest.raises(ValueError, match="finite"):
        respondent_mean([], [])


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), min_size=2, max_size=20), st.floats(0.01, 100), st.randoms())
def test_means_know_neither_the_scale_of_weights_nor_the_order(rows: list[tuple[int, int]], scale: float, random) -> None:
    found = respondent_mean([x for x, _ in rows], [w for _, w in rows])
    random.shuffle(rows)
    again = respondent_mean([x for x, _ in rows], [scale * w for _, w in rows])
    assert (again.mean, again.se, again.deff) == pytest.approx((found.mean, found.se, found.deff))
    assert again.deff >= 1 - 1e-12
    assert min(x for x, _ in rows) - 1e-9 <= found.mean <= max(x for x, _ in rows) + 1e-9


def test_raked_weights_meet_every_margin() -> None:
    labels = [("m", "young")] * 6 + [("m", "old")] * 2 + [("f", "young")] * 3 + [("f", "old")] * 5
    margins = [{"m": 480, "f": 520}, {"young": 300, "old": 700}]
    weights = raked_weights(labels, margins)
    for axis, margin in enumerate(margins):
        for label, size in margin.items():
            assert sum(w for w, row in zip(weights, labels, strict=True) if row[axis] == label) == pytest.approx(size)
    assert len(set(np.round(weights, 9))) == 4


@pytest.mark.parametrize(
    ("labels", "margins", "told"),
    [
        ([], [{"m": 1}], "one label a margin"),
        ([("m", "x")], [{"m": 1}], "one label a margin"),
        ([("x",)], [{"m": 1}], "no margin"),
        ([("m",)], [{"m": 1, "f": 1}], "above 0"),
    ],
)
def test_raking_without_an_answer(labels: list[tuple[str, ...]], margins: list[dict[str, float]], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        raked_weights(labels, margins)


def test_top_box() -> None:
    found = top_box({"5": 50, "4": 31, "3": 100, "2": 50, "1": 32}, ["5", "4"])
    assert (found.value, found.n) == (pytest.approx(81 / 263), 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert top_box({"5": 3, "1": 0}, ["5", "5"]).value == 1
    for counts, best in (({"5": 1}, ["6"]), ({"5": 1}, []), ({"5": -1}, ["5"])):
        with pytest.raises(ValueError, match="best options"):
            top_box(counts, best)


def test_net_promoter_score() -> None:
    """50 promoters, 30 passives, 20 detractors: 30 points, error √((.7 − .09)/100)."""
    found = net_promoter([9, 10] * 25 + [7] * 15 + [8] * 15 + [0] * 10 + [6] * 10)
    assert (found.value, found.n) == (pytest.approx(30), 100)
    assert found.se == pytest.approx(100 * math.sqrt(0.61 / 100))
    middle, error = 30 / 103, math.sqrt((71.5 / 103 - (30 / 103) ** 2) / 103)
    assert (found.low, found.high) == pytest.approx((100 * (middle - 1.959964 * error), 100 * (middle + 1.959964 * error)), abs=1e-4)
    with pytest.raises(ValueError, match="0 to 10"):
        net_promoter([11])


@given(st.lists(st.integers(0, 10), min_size=2, max_size=40))
def test_the_score_lies_in_its_interval(ratings: list[int]) -> None:
    found = net_promoter(ratings)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert -100 <= found.low <= found.value <= found.high <= 100
    assert found.low < found.high
    turned = net_promoter([10 if one <= 6 else 0 if one >= 9 else 7 for one in ratings])
    assert turned.value == pytest.approx(-found.value)
