"""Orders of alternatives by the classical methods, beside the published ranks: TOPSIS, outranking, Copeland.

Floats, for the people who compare methods; no unit is scored by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .figures import Floats, finite


@dataclass(frozen=True, slots=True)
class Order:
    """A value for each row, the larger the better, and how it was found."""

    values: Floats
    method: str
    variant: str


def closeness(
    table: ArrayLike, weights: ArrayLike, *, costs: Sequence[int] = (), normalisation: Literal["vector", "minmax"] = "vector"
) -> Order:
    """TOPSIS (Hwang & Yoon 1981): closeness of each row to the ideal, 0 to 1; ``costs`` are columns where less is better.

    Vector and min-max normalisation may name different winners: the variant says which one was used.
    """
    cells = finite(table)
    if normalisation == "vector":
        length = np.sqrt((cells**2).sum(axis=0))
        scaled = cells / np.where(length == 0, 1, length)
    else:
        span = cells.max(axis=0) - cells.min(axis=0)
        scaled = (cells - cells.min(axis=0)) / np.where(span == 0, 1, span)
    scaled = scaled * _weights(weights, cells.shape[1])
    sign = np.ones(cells.shape[1])
    sign[list(costs)] = -1
    best, worst = (scaled * sign).max(axis=0), (scaled * sign).min(axis=0)
    to_best = np.sqrt(((scaled * sign - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((scaled * sign - worst) ** 2).sum(axis=1))
    total = to_best + to_worst
    return Order(to_worst / np.where(total == 0, 1, total), "topsis", normalisation)


def outranking(table: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Cell (i, j): share of the weight of the columns in which row i beats row j, a tie counted half (OECD 2008, 6.6)."""
    cells = finite(table)
    shares = _weights(np.ones(cells.shape[1]) if weights is None else weights, cells.shape[1])
    wins = (cells[:, None, :] > cells[None, :, :]) + 0.5 * (cells[:, None, :] == cells[None, :, :])
    matrix = np.asarray((wins * shares).sum(axis=2), dtype=np.float64)
    np.fill_diagonal(matrix, 0)
    return matrix


def copeland(table: ArrayLike, weights: ArrayLike | None = None) -> Order:
    """Copeland score of each row (Copeland 1951): rows beaten by more than half the weight minus rows lost to."""
    matrix = outranking(table, weights)
    signs = np.sign(np.round(matrix - matrix.T, 12))
    return Order(np.asarray(signs.sum(axis=1), dtype=np.float64), "copeland", "ties half")


def _weights(weights: ArrayLike, size: int) -> Floats:
    given = finite(weights)
    if given.shape != (size,) or (given < 0).any() or given.sum() <= 0:
        raise ValueError("each column needs a weight, none negative, not all 0")
    return np.asarray(given / given.sum(), dtype=np.float64)
