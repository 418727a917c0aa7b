"""Weights and rankings by the classical methods, with method and tables named in the result, because the methods disagree.

Statistics here are floats: they advise the people who fix the weights in the file, they never score a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}  # Saaty 1990
MAX_RATIO = 0.10


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights of the principal eigenvector; ``ratio`` (CR) above 0.10 means: ask the experts again."""

    weights: Floats
    largest: float
    index: float
    ratio: float
    worst_pairs: tuple[tuple[int, int], ...]

    @property
    def consistent(self) -> bool:
        return self.ratio <= MAX_RATIO


def pairwise_weights(matrix: ArrayLike) -> PairwiseWeights:
    """Saaty's method on a positive reciprocal matrix (n × n, n from 2 to 10)."""
    judged = _reciprocal(matrix)
    size = len(judged)
    values, vectors = np.linalg.eig(judged)
    place = int(np.argmax(values.real))
    weights = np.abs(vectors[:, place].real)
    weights = weights / weights.sum()
    largest = float(values[place].real)
    index = (largest - size) / (size - 1)
    ratio = index / RANDOM_INDEX[size] if size > 2 else 0.0
    return PairwiseWeights(weights, largest, index, ratio, _worst_pairs(judged, weights))


def group_weights(matrices: Sequence[ArrayLike]) -> PairwiseWeights:
    """Several experts: the geometric mean of each cell, then as for one."""
    if not matrices:
        raise ValueError("at least one matrix is needed")
    logs = [np.log(_reciprocal(matrix)) for matrix in matrices]
    return pairwise_weights(np.exp(np.mean(logs, axis=0)))


def entropy_weights(table: ArrayLike) -> Floats:
    """Shannon entropy of each column (rows are alternatives); 0·ln 0 = 0; negatives are refused."""
    cells = _finite(table)
    if (cells < 0).any() or (cells.sum(axis=0) <= 0).any():
        raise ValueError("entropy weights need values that are not negative and columns that are not all 0")
    shares = cells / cells.sum(axis=0)
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    spread = 1 + (shares * logs).sum(axis=0) / np.log(len(cells))
    if spread.sum() <= 0:
        raise ValueError("no column tells the alternatives apart")
    return np.asarray(spread / spread.sum(), dtype=np.float64)


def closeness(
    table: ArrayLike, weights: ArrayLike, *, costs: Sequence[int] = (), normalisation: Literal["vector", "minmax"] = "vector"
) -> Floats:
    """TOPSIS: closeness of each row to the ideal, between 0 and 1; ``costs`` are columns where less is better.

    Vector and min-max normalisation may name different winners: store which one was used.
    """
    cells = _finite(table)
    if normalisation == "vector":
        scaled = cells / np.sqrt((cells**2).sum(axis=0))
    else:
        span = cells.max(axis=0) - cells.min(axis=0)
        scaled = (cells - cells.min(axis=0)) / np.where(span == 0, 1, span)
    scaled = scaled * _finite(weights)
    sign = np.ones(cells.shape[1])
    sign[list(costs)] = -1
    best, worst = (scaled * sign).max(axis=0), (scaled * sign).min(axis=0)
    to_best = np.sqrt(((scaled * sign - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled * sign - worst) ** 2).sum(axis=1))
    total = to_best + to_worst
    return np.asarray(to_worst / np.where(total == 0, 1, total), dtype=np.float64)


def outranking(table: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Cell (i, j): weight of the columns in which row i beats row j, a tie counted half."""
    cells = _finite(table)
    shares = np.ones(cells.shape[1]) if weights is None else _finite(weights)
    shares = shares / shares.sum()
    wins = (cells[:, None, :] > cells[None, :, :]) + 0.5 * (cells[:, None, :] == cells[None, :, :])
    matrix = np.asarray((wins * shares).sum(axis=2), dtype=np.float64)
    np.fill_diagonal(matrix, 0)
    return matrix


def copeland(table: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Copeland score of each row: rows beaten by more than half the weight minus rows lost to."""
    matrix = outranking(table, weights)
    signs = np.sign(np.round(matrix - matrix.T, 12))
    return np.asarray(signs.sum(axis=1), dtype=np.float64)


def goalposts(value: float, low: float, high: float, *, reverse: bool = False) -> float:
    """Place of ``value`` between two goalposts, cut to 0 and 1."""
    place = min(max((value - low) / (high - low), 0.0), 1.0)
    return 1 - place if reverse else place


def distance_to_target(values: ArrayLike, target: float, *, reverse: bool = False, capped: bool = False) -> Floats:
    """(x − min) ÷ (target − min), or (max − x) ÷ (max − target) when less is better; ``capped`` at 1."""
    given = _finite(values)
    far = given.max() if reverse else given.min()
    if far == target:
        raise ValueError("the target is the worst value itself")
    place = (far - given) / (far - target)
    return np.asarray(np.minimum(place, 1) if capped else place, dtype=np.float64)


def winsorise(values: ArrayLike, *, skew: float = 2.0, kurtosis: float = 3.5, most: int = 5) -> Floats:
    """Pull in the outermost value to its neighbour, up to ``most`` times, while skewness and kurtosis both pass their limits."""
    given = _finite(values).copy()
    for _ in range(most):
        skewness, peaked = _shape(given)
        if abs(skewness) <= skew or peaked <= kurtosis:
            break
        distinct = np.unique(given)
        outer, inner = (distinct[-1], distinct[-2]) if skewness > 0 else (distinct[0], distinct[1])
        given[given == outer] = inner
    return given


def _shape(values: Floats) -> tuple[float, float]:
    """Sample skewness and excess kurtosis (the forms G1 and G2 of the usual statistics packages)."""
    n, centred = len(values), values - values.mean()
    second = float((centred**2).mean())
    if n < 4 or second == 0:
        return 0.0, 0.0
    g1 = float((centred**3).mean()) / second**1.5
    g2 = float((centred**4).mean()) / second**2 - 3
    return g1 * (n * (n - 1)) ** 0.5 / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


def _finite(table: ArrayLike) -> Floats:
    cells = np.asarray(table, dtype=np.float64)
    if cells.size == 0 or not np.isfinite(cells).all():
        raise ValueError("every value must be a finite number")
    return cells


def _reciprocal(matrix: ArrayLike) -> Floats:
    judged = _finite(matrix)
    if judged.ndim != 2 or judged.shape[0] != judged.shape[1] or not 2 <= len(judged) <= 10:
        raise ValueError("a square matrix of 2 to 10 criteria is needed")
    if (judged <= 0).any() or not np.allclose(judged * judged.T, 1, rtol=1e-6):
        raise ValueError("the matrix must be positive and reciprocal")
    return judged


def _worst_pairs(judged: Floats, weights: Floats) -> tuple[tuple[int, int], ...]:
    off = np.abs(np.log(judged * weights[None, :] / weights[:, None]))
    pairs = [(float(off[i, j]), (i, j)) for i in range(len(judged)) for j in range(i + 1, len(judged))]
    return tuple(pair for size, pair in sorted(pairs, reverse=True)[:3] if size > 1e-9)
