"""Weights from judgements and from data, and orders beside them, against published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplat.scoring.ordering import closeness, copeland, outranking
from evalplat.scoring.pairwise import RANDOM_INDEX, NotConnected, group_weights, pairwise_weights
from evalplat.scoring.weights import critic_weights, entropy_weights, equal_weights

T, GAP = 1 / 3, float("nan")
HOUSE = [[5, 3, 7, 6, 6, T, 1 / 4], [T, 5, 3, 3, 1 / 5, 1 / 7], [6, 3, 4, 6, 1 / 5], [T, 1 / 4, 1 / 7, 1 / 8], [1 / 2, 1 / 5, 1 / 6],
         [1 / 5, 1 / 6], [1 / 2]]  # fmt: skip
HOUSE_WEIGHTS = [0.1730, 0.0540, 0.1881, 0.0175, 0.0310, 0.0363, 0.1668, 0.3332]
ONE, TWO = [[1, 3, 5], [T, 1, 2], [1 / 5, 1 / 2, 1]], [[1, 1, 3], [1, 1, 3], [T, T, 1]]
BOTH = [0.541819, 0.322471, 0.135710]


def reciprocal(upper):
    size = len(upper) + 1
    matrix = np.ones((size, size))
    for i, row in enumerate(upper):
        for j, value in enumerate(row, i + 1):
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


def from_weights(weights):
    return np.divide.outer(np.array(weights), np.array(weights))


def test_house_buying_of_saaty_1990():
    found = pairwise_weights(reciprocal(HOUSE))
    assert found.weights == pytest.approx(HOUSE_WEIGHTS, abs=1e-4)
    assert found.largest == pytest.approx(9.66889, abs=1e-5)
    assert (found.index, found.ratio) == (pytest.approx(0.23841, abs=1e-5), pytest.approx(0.1691, abs=1e-4))
    assert not found.consistent
    assert found.checkable
    assert (found.method, found.variant, found.random_index, found.missing) == ("ahp_eigenvector", "full", "Saaty 1990", 0)


def test_the_worst_pair_says_what_would_fit_and_mending_it_helps():
    matrix = reciprocal(HOUSE)
    found = pairwise_weights(matrix)
    assert len(found.worst_pairs) == 3
    worst = found.worst_pairs[0]
    off = [abs(np.log(pair.given / pair.fitting)) for pair in found.worst_pairs]
    assert off == sorted(off, reverse=True)
    assert worst.given == matrix[worst.first, worst.second]
    matrix[worst.first, worst.second], matrix[worst.second, worst.first] = worst.fitting, 1 / worst.fitting
    assert pairwise_weights(matrix).ratio < found.ratio


def test_two_experts_by_the_geometric_mean_of_each_cell():
    found = group_weights([ONE, TWO])
    assert found.weights == pytest.approx(BOTH, abs=1e-6)
    assert found.variant == "geometric_mean"
    alone = pairwise_weights(ONE)
    assert alone.weights == pytest.approx([0.648329, 0.229651, 0.122020], abs=1e-6)
    assert alone.ratio == pytest.approx(0.0032, abs=1e-4)
    assert alone.consistent


def test_the_importance_of_experts_counts_like_so_many_of_them():
    weighted = group_weights([ONE, TWO], [2, 1])
    assert weighted.weights == pytest.approx(group_weights([ONE, ONE, TWO]).weights)
    assert weighted.variant == "weighted_geometric_mean"
    assert group_weights([ONE, TWO], [5, 5]).weights == pytest.approx(BOTH, abs=1e-6)
    with pytest.raises(ValueError, match="importance above 0"):
        group_weights([ONE, TWO], [1, 0])
    with pytest.raises(ValueError, match="importance above 0"):
        group_weights([ONE, TWO], [1])
    with pytest.raises(ValueError, match="differ in size"):
        group_weights([ONE, [[1, 2], [1 / 2, 1]]])
    with pytest.raises(ValueError, match="at least one"):
        group_weights([])


def test_a_missing_judgement_as_in_the_example_of_harker_1987():
    found = pairwise_weights([[1, 2, GAP], [1 / 2, 1, 2], [GAP, 1 / 2, 1]])
    assert found.weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert (found.largest, found.ratio) == (pytest.approx(3), pytest.approx(0, abs=1e-12))
    assert (found.variant, found.missing, found.checkable) == ("harker_1987", 1, False)
    assert found.worst_pairs == ()


def test_judgements_that_fall_apart_name_the_pairs_that_are_needed():
    matrix = np.full((5, 5), GAP)
    np.fill_diagonal(matrix, 1)
    matrix[0, 1], matrix[1, 0], matrix[2, 3], matrix[3, 2] = 2, 1 / 2, 3, T
    with pytest.raises(NotConnected, match="1 with 3, 1 with 5") as told:
        pairwise_weights(matrix)
    assert told.value.needed == ((0, 2), (0, 4))
    for first, second in told.value.needed:
        matrix[first, second] = matrix[second, first] = 1
    assert pairwise_weights(matrix).weights.sum() == pytest.approx(1)


def test_experts_fill_the_gaps_of_each_other():
    gap_in_one = [[1, 3, GAP], [T, 1, 2], [GAP, 1 / 2, 1]]
    found = group_weights([gap_in_one, TWO])
    assert (found.variant, found.missing) == ("geometric_mean", 0)
    assert found.weights == pytest.approx(pairwise_weights([[1, 3**0.5, 3], [3**-0.5, 1, 6**0.5], [T, 6**-0.5, 1]]).weights)
    assert group_weights([gap_in_one, gap_in_one]).variant == "geometric_mean+harker_1987"


@pytest.mark.parametrize("size", [2, 11, 15])
def test_up_to_fifteen_criteria(size):
    found = pairwise_weights(np.ones((size, size)))
    assert found.weights == pytest.approx(np.full(size, 1 / size))
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert sorted(RANDOM_INDEX) == list(range(3, 16))
    with pytest.raises(ValueError, match="2 to 15"):
        pairwise_weights(np.ones((16, 16)))


@pytest.mark.parametrize("matrix", [
    [[1, 2], [2, 1]], [[1, float("nan")], [1, 1]], [[1, 0], [0, 1]], [[1, -2], [-1 / 2, 1]], [[1, float("inf")], [0, 1]],
    [[GAP, 2], [1 / 2, 1]], [[1, 2, 3]], [[1]], [], 5,
])  # fmt: skip
def test_matrices_that_are_no_judgement_are_refused(matrix):
    with pytest.raises(ValueError, match="matrix"):
        pairwise_weights(matrix)


ratios = st.lists(st.floats(0.1, 10), min_size=2, max_size=9)


@settings(deadline=None, max_examples=50)
@given(ratios, st.data())
def test_consistent_judgements_give_their_weights_back_in_any_order(weights, data):
    matrix = from_weights(weights)
    order = data.draw(st.permutations(range(len(weights))))
    found = pairwise_weights(matrix)
    assert found.weights == pytest.approx(np.array(weights) / sum(weights), rel=1e-6)
    assert found.weights.sum() == pytest.approx(1)
    assert found.ratio == pytest.approx(0, abs=1e-6)
    assert pairwise_weights(matrix[np.ix_(order, order)]).weights == pytest.approx(found.weights[order], rel=1e-6)
    holes = matrix.copy()
    for i in range(1, len(weights)):
        for j in range(i + 1, len(weights)):
            if data.draw(st.booleans()):
                holes[i, j] = holes[j, i] = GAP
    assert pairwise_weights(holes).weights == pytest.approx(found.weights, rel=1e-6)


ELSAYED = [
    [7, 312, 1891, 6613, 163], [72, 88, 728, 941804, 1078], [10, 252, 2594, 3466, 117471], [10, 145, 980, 2371, 86329],
    [65, 54, 350, 501, 29897], [29, 48, 380, 912, 34051], [7, 476, 3300, 78470, 2212], [70, 87, 650, 733, 819000],
    [4, 86, 591, 3015, 103], [12, 79, 579, 3240, 96098], [21, 45, 261, 1253, 453], [1, 72, 530, 4333, 0.1048],
]  # fmt: skip


def test_entropy_weights_of_elsayed_and_others_2017():
    found = entropy_weights(ELSAYED)
    assert found.values == pytest.approx([0.104991, 0.069124, 0.071373, 0.449937, 0.304575], abs=1e-6)
    assert (found.method, found.random_index) == ("entropy", "")
    assert entropy_weights([[0, 1], [2, 1]]).values.tolist() == [1, 0]


FIRMS = [[61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9, 3.29, 1.65], [5.4, 2.77, 2.33], [4, 4.12, 1.21],
         [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98]]  # fmt: skip


def test_critic_weights_of_the_firms_of_diakoulaki_and_others_1995():
    found = critic_weights(FIRMS)
    assert found.values == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=1e-8)
    assert (found.method, found.variant) == ("critic", "min-max, Pearson")


def test_critic_of_costs_and_of_a_column_that_does_not_vary():
    turned = np.array(FIRMS) * [1, -1, 1]
    assert critic_weights(turned, costs=[1]).values == pytest.approx(critic_weights(FIRMS).values)
    still = critic_weights(np.column_stack([FIRMS, np.full(8, 7)])).values
    assert still == pytest.approx([*critic_weights(FIRMS).values, 0])


@pytest.mark.parametrize(("weigh", "table", "told"), [
    (entropy_weights, [[-1, 2], [1, 2]], "negative"), (entropy_weights, [[0, 2], [0, 2]], "all 0"),
    (entropy_weights, [[1, 2], [1, 2]], "apart"), (entropy_weights, [[1, 2]], "two alternatives"),
    (entropy_weights, [[1, GAP], [1, 2]], "finite"), (critic_weights, [[1, float("inf")], [1, 2]], "finite"),
    (critic_weights, [[1, 2], [1, 2]], "apart"), (critic_weights, [[1, 2], [2, 4]], "same"), (critic_weights, [[1], [2]], "same"),
    (critic_weights, [], "finite"), (critic_weights, [1, 2], "two alternatives"),
])  # fmt: skip
def test_tables_without_an_answer_are_refused(weigh, table, told):
    with pytest.raises(ValueError, match=told):
        weigh(table)


def test_equal_weights():
    assert equal_weights(4).values.tolist() == [0.25] * 4
    with pytest.raises(ValueError, match="at least one"):
        equal_weights(0)


tables = st.integers(3, 8).flatmap(lambda rows: st.lists(
    st.lists(st.integers(1, 1000), min_size=3, max_size=3), min_size=rows, max_size=rows))  # fmt: skip


@settings(deadline=None)
@given(tables, st.sampled_from([entropy_weights, critic_weights]), st.floats(0.01, 100), st.data())
def test_weights_sum_to_one_and_know_neither_scale_nor_order(rows, weigh, scale, data):
    try:
        found = weigh(rows).values
    except ValueError:
        return
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert weigh(np.array(rows) * [scale, 1, 2]).values == pytest.approx(found, abs=1e-6)
    assert weigh(data.draw(st.permutations(rows))).values == pytest.approx(found, abs=1e-6)


def test_topsis_of_opricovic_and_tzeng_2004_names_another_winner_by_normalisation():
    table = [[1, 3000], [2, 3750], [5, 4500]]
    by_range = closeness(table, [0.5, 0.5], costs=[0], normalisation="minmax")
    assert by_range.values == pytest.approx([0.5, 0.6172, 0.5], abs=1e-4)
    by_length = closeness(table, [0.5, 0.5], costs=[0])
    assert by_length.values == pytest.approx([0.7621, 0.7222, 0.2379], abs=1e-4)
    assert [(one.method, one.variant) for one in (by_range, by_length)] == [("topsis", "minmax"), ("topsis", "vector")]
    assert closeness([[0, 1], [0, 2]], [3, 1]).values.tolist() == [0, 1]


def test_outranking_and_copeland_of_coinr():
    table = np.array([[1, 2, 3, 4], [3, 2, 1, 5], [2, 3, 1, 4]]).T
    matrix = outranking(table)
    assert (matrix[1, 0], matrix[2, 0], matrix[3, 0]) == (pytest.approx(2 / 3), pytest.approx(1 / 3), 1)
    assert copeland(table).values[3] == 3
    assert copeland(table).values.sum() == 0
    with pytest.raises(ValueError, match="weight"):
        outranking(table, [1, -1, 1])
