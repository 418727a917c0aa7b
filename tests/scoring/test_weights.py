from __future__ import annotations

import numpy as np
import pytest

from evalplat.scoring.weights import (
    closeness,
    copeland,
    distance_to_target,
    entropy_weights,
    goalposts,
    group_weights,
    outranking,
    pairwise_weights,
    winsorise,
)

T = 1 / 3
HOUSE = [[5, 3, 7, 6, 6, T, 1 / 4], [T, 5, 3, 3, 1 / 5, 1 / 7], [6, 3, 4, 6, 1 / 5], [T, 1 / 4, 1 / 7, 1 / 8], [1 / 2, 1 / 5, 1 / 6],
         [1 / 5, 1 / 6], [1 / 2]]  # fmt: skip


def reciprocal(upper):
    size = len(upper) + 1
    matrix = np.ones((size, size))
    for i, row in enumerate(upper):
        for j, value in enumerate(row, i + 1):
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


def test_house_buying_of_saaty_1990():
    found = pairwise_weights(reciprocal(HOUSE))
    assert found.weights == pytest.approx([0.1730, 0.0540, 0.1881, 0.0175, 0.0310, 0.0363, 0.1668, 0.3332], abs=1e-4)
    assert found.largest == pytest.approx(9.66889, abs=1e-5)
    assert (found.index, found.ratio) == (pytest.approx(0.23841, abs=1e-5), pytest.approx(0.1691, abs=1e-4))
    assert not found.consistent
    assert len(found.worst_pairs) == 3


def test_two_experts_by_the_geometric_mean_of_each_cell():
    one, two = [[1, 3, 5], [T, 1, 2], [1 / 5, 1 / 2, 1]], [[1, 1, 3], [1, 1, 3], [T, T, 1]]
    assert group_weights([one, two]).weights == pytest.approx([0.541819, 0.322471, 0.135710], abs=1e-6)
    alone = pairwise_weights(one)
    assert alone.weights == pytest.approx([0.648329, 0.229651, 0.122020], abs=1e-6)
    assert alone.ratio == pytest.approx(0.0032, abs=1e-4)
    assert alone.consistent


def test_entropy_weights_of_elsayed_and_others_2017():
    table = [
        [7, 312, 1891, 6613, 163], [72, 88, 728, 941804, 1078], [10, 252, 2594, 3466, 117471], [10, 145, 980, 2371, 86329],
        [65, 54, 350, 501, 29897], [29, 48, 380, 912, 34051], [7, 476, 3300, 78470, 2212], [70, 87, 650, 733, 819000],
        [4, 86, 591, 3015, 103], [12, 79, 579, 3240, 96098], [21, 45, 261, 1253, 453], [1, 72, 530, 4333, 0.1048],
    ]  # fmt: skip
    assert entropy_weights(table) == pytest.approx([0.104991, 0.069124, 0.071373, 0.449937, 0.304575], abs=1e-6)
    assert entropy_weights([[0, 1], [2, 1]]).tolist() == [1, 0]
    with pytest.raises(ValueError, match="negative"):
        entropy_weights([[-1, 2], [1, 2]])


def test_topsis_of_opricovic_and_tzeng_2004_names_another_winner_by_normalisation():
    table = [[1, 3000], [2, 3750], [5, 4500]]
    assert closeness(table, [0.5, 0.5], costs=[0], normalisation="minmax") == pytest.approx([0.5, 0.6172, 0.5], abs=1e-4)
    assert closeness(table, [0.5, 0.5], costs=[0]) == pytest.approx([0.7621, 0.7222, 0.2379], abs=1e-4)


def test_small_functions_of_coinr():
    assert [goalposts(value, 0, 10) for value in (1, 11, -1)] == [0.1, 1, 0]
    assert [goalposts(value, 0, 10, reverse=True) for value in (1, 11)] == [0.9, 0]
    assert goalposts(-1, 0, 10, reverse=True) == 1
    assert distance_to_target([0, 5, 11], 10) == pytest.approx([0, 0.5, 1.1])
    assert distance_to_target([0, 5, 11], 10, capped=True) == pytest.approx([0, 0.5, 1])
    assert distance_to_target([-1, 1, 10], 0, reverse=True) == pytest.approx([1.1, 0.9, 0])
    assert winsorise([*range(1, 11), 100]).tolist() == [*range(1, 11), 10]
    matrix = outranking(np.array([[1, 2, 3, 4], [3, 2, 1, 5], [2, 3, 1, 4]]).T)
    assert (matrix[1, 0], matrix[2, 0], matrix[3, 0]) == (pytest.approx(2 / 3), pytest.approx(1 / 3), 1)
    assert copeland(np.array([[1, 2, 3, 4], [3, 2, 1, 5], [2, 3, 1, 4]]).T)[3] == 3


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 1]], [[1, float("nan")], [1, 1]], [[1, 0], [0, 1]], [[1, 2, 3]], []])
def test_matrices_that_are_no_judgement_are_refused(matrix):
    with pytest.raises(ValueError, match=r"matrix|finite"):
        pairwise_weights(matrix)
