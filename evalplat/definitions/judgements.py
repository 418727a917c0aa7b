"""Weights out of pairwise judgements on plain floats (AHP): so that a file is checked without loading a numeric library.

Saaty's principal eigenvector; a judgement that is missing is NaN and is treated as by Harker 1987 (Mathematical Modelling 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, log

RANDOM_INDEX_NAME = "Saaty 1990"
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49, 11: 1.51, 12: 1.48, 13: 1.56, 14: 1.57,
                15: 1.59}  # fmt: skip
"""Saaty, How to make a decision, EJOR 48 (1990); 11 to 15 as in Saaty, The Analytic Hierarchy Process (1980), its full table."""
MOST_CRITERIA = max(RANDOM_INDEX)
MAX_RATIO = 0.10
_SMALL = 1e-9
_SQUARINGS = 40
_SETTLED = 1e-15
Rows = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A judgement far from what the weights say: ``given`` by the experts, ``fitting`` = weight first ÷ weight second."""

    first: int
    second: int
    given: float
    fitting: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights that add up to 1, the principal eigenvalue, and CR = (λmax − n) ÷ (n − 1) ÷ random index; the worst pair first."""

    weights: tuple[float, ...]
    largest: float
    index: float
    ratio: float
    worst_pairs: tuple[Pair, ...]
    missing: int


def weigh(judged: Rows) -> Weighed:
    """The weights of a reciprocal matrix whose judgements join all criteria (see ``unjoined``), n from 2 to 15."""
    size = len(judged)
    gaps = [sum(isnan(one) for one in row) for row in judged]
    filled = [[(1.0 + gaps[i] if i == j else 0.0 if isnan(one) else one) for j, one in enumerate(row)] for i, row in enumerate(judged)]
    weights = _principal(filled)
    largest = sum(_times(filled, weights))
    index = (largest - size) / (size - 1)
    ratio = index / RANDOM_INDEX[size] if size > 2 else 0.0
    return Weighed(tuple(weights), largest, index, ratio, _worst_pairs(judged, weights), sum(gaps) // 2)


def unjoined(judged: Rows) -> tuple[tuple[int, int], ...]:
    """Pairs (from 0) that would join the criteria to the first one; empty if the judgements join all of them."""
    group = list(range(len(judged)))
    for i, row in enumerate(judged):
        for j, one in enumerate(row):
            if not isnan(one):
                kept, gone = sorted((group[i], group[j]))
                group = [kept if place == gone else place for place in group]
    return tuple((0, other) for other in sorted(set(group) - {group[0]}))


def _principal(matrix: list[list[float]]) -> list[float]:
    """The power method, the matrix squared at each step: long chains of judgements need many powers, and get them quickly."""
    power, before = matrix, [1 / len(matrix)] * len(matrix)
    for _ in range(_SQUARINGS):
        columns = list(zip(*power, strict=True))
        power = [[sum(map(float.__mul__, row, column)) for column in columns] for row in power]
        most = max(map(max, power))
        power = [[one / most for one in row] for row in power]
        weights = _shares([sum(row) for row in power])
        if max(abs(one - other) for one, other in zip(weights, before, strict=True)) < _SETTLED:
            break
        before = weights
    return _shares(_times(matrix, weights))


def _times(matrix: Rows, weights: Sequence[float]) -> list[float]:
    return [sum(one * weight for one, weight in zip(row, weights, strict=True)) for row in matrix]


def _shares(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [one / total for one in values]


def _worst_pairs(judged: Rows, weights: Sequence[float]) -> tuple[Pair, ...]:
    """The three judgements whose ratio is farthest from the ratio of the weights, on the log scale."""
    size = len(judged)
    found = [(abs(log(judged[i][j] * weights[j] / weights[i])), i, j)
             for i in range(size) for j in range(i + 1, size) if not isnan(judged[i][j])]  # fmt: skip
    worst = sorted((one for one in found if one[0] > _SMALL), reverse=True)[:3]
    return tuple(Pair(i, j, float(judged[i][j]), weights[i] / weights[j]) for _, i, j in worst)
