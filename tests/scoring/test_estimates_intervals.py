"""Published numbers of sampling statistics, and small cells that no difference gives away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplat.scoring.intervals import kish, rake, sample_size, stratified, suppress, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
    ],
)
def test_wilson_as_published(successes: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, table I, method 3; and the two ends where the Wald interval has no width."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("error", "population", "n"),
    [
        (0.10, 50, 34), (0.10, 80, 44), (0.10, 200, 66), (0.10, 500, 81), (0.10, 1000, 88), (0.10, None, 97),
        (0.05, 50, 45), (0.05, 80, 67), (0.05, 200, 132), (0.05, 500, 218), (0.05, 1000, 278), (0.05, 10_000, 370),
        (0.05, None, 385), (0.05, 1, 1),
    ],
)  # fmt: skip
def test_sample_size_as_published(error: float, population: int | None, n: int) -> None:
    assert sample_size(population, error) == n


def test_weighted_example() -> None:
    """Strata of 8000 and 2000, 50 answers each, 45 and 20 satisfied."""
    found = stratified({"a": 8000, "b": 2000}, {"a": [1] * 45 + [0] * 5, "b": [1] * 20 + [0] * 30})
    assert found.unweighted == pytest.approx(0.65)
    assert found.mean == pytest.approx(0.80)
    assert found.se == pytest.approx(0.03687, abs=5e-6)
    assert found.deff == pytest.approx(1.36)
    assert found.effective_n == pytest.approx(73.5, abs=0.05)
    assert found.total == pytest.approx(8000)
    assert found.n == 100
    assert kish([1, 1, 1]) == 1


def test_thin_strata_are_reported() -> None:
    found = stratified({"a": 10, "b": 5, "c": 5}, {"a": [1, 2, 3], "b": [4]})
    assert found.problems == ("empty stratum: c", "single answer in stratum: b")
    assert found.mean == pytest.approx((10 * 2 + 5 * 4) / 15)
    with pytest.raises(ValueError, match="no stratum"):
        stratified({"a": 10}, {})
    with pytest.raises(ValueError, match="more answers"):
        stratified({"a": 1}, {"a": [1, 2]})


def test_a_census_has_no_sampling_error() -> None:
    assert stratified({"a": 3}, {"a": [1, 2, 6]}).se == 0


def test_raking_as_in_the_documentation_of_ipfn() -> None:
    seed = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
    with pytest.raises(ValueError, match="sum"):
        rake(seed, [[150, 300, 400, 150], [200, 300, 400, 101]])
    with pytest.raises(ValueError, match="axis"):
        rake(seed, [[150, 300, 400], [200, 300, 400, 100]])
    with pytest.raises(ValueError, match="above 0"):
        rake([[0, 0], [1, 1]], [[1, 1], [1, 1]])
    with pytest.raises(ValueError, match="converge"):
        rake([[1, 0], [0, 1]], [[1, 3], [2, 2]], rounds=50)
    fitted = rake(seed, [[150, 300, 400, 150], [200, 300, 400, 100]])
    assert fitted[0] == pytest.approx([64.5587, 46.2327, 35.3845, 3.8248], abs=1e-3)
    assert fitted[3] == pytest.approx([28.7516, 41.1799, 63.0347, 17.0337], abs=1e-3)
    assert fitted.sum(axis=1) == pytest.approx([150, 300, 400, 150])
    assert fitted.sum(axis=0) == pytest.approx([200, 300, 400, 100])


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 20, "b": 30}, {"a": 20, "b": 30}),
        ({"a": 4, "b": 30}, {"a": None, "b": None}),
        ({"a": 4, "b": 30, "c": 9}, {"a": None, "b": 30, "c": None}),
        ({"a": 1, "b": 2, "c": 9, "d": 40}, {"a": None, "b": None, "c": None, "d": 40}),
        ({"a": 4, "b": 3, "c": 9}, {"a": None, "b": None, "c": 9}),
        ({"a": 0, "b": 3, "c": 9, "d": 8}, {"a": 0, "b": None, "c": 9, "d": None}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}),
        ({}, {}),
    ],
)
def test_small_cells_are_hidden_with_a_second_one(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert suppress(counts, 5) == shown


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 30), max_size=8), st.integers(3, 9))
def test_the_total_gives_no_small_cell_away(counts: dict[int, int], k: int) -> None:
    shown = suppress(counts, k)
    visible = [count for count in shown.values() if count is not None]
    assert all(count == 0 or count >= k for count in visible)
    hidden = [key for key, count in shown.items() if count is None]
    remainder = sum(counts.values()) - sum(visible)
    if hidden and sum(counts.values()) >= k:
        assert remainder >= k or not visible
        assert len(hidden) > 1 or len(counts) == 1 or all(count == 0 for count in visible)


def test_arrays_are_left_alone() -> None:
    seed = np.ones((2, 2))
    rake(seed, [[1, 1], [1, 1]])
    assert seed.sum() == 4


def test_the_total_carries_its_error() -> None:
    found = stratified({"a": 8000, "b": 2000}, {"a": [1] * 45 + [0] * 5, "b": [1] * 20 + [0] * 30})
    assert (found.total, found.total_se) == pytest.approx((8000, 368.7), abs=0.05)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [1, float("nan")]])
def test_weights_that_are_none_have_no_design_effect(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        kish(weights)
