"""Weights from the data alone: equal, entropy, CRITIC. The method is named in the result, because the methods disagree.

Statistics here are floats: they advise the people who fix the weights in the file, they never score a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .figures import Floats, finite


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that sum to 1, in the order of the columns, and how they were found. No random index is involved."""

    values: Floats
    method: str
    variant: str
    random_index: str = ""


def equal_weights(size: int) -> Weights:
    """1 ÷ n for each of n columns. ValueError if there is none."""
    if size < 1:
        raise ValueError("at least one column is needed")
    return Weights(np.full(size, 1 / size), "equal", "1/n")


def entropy_weights(table: ArrayLike) -> Weights:
    """Shannon entropy of each column's shares (rows are alternatives): w ∝ 1 + Σ p ln p ÷ ln m; 0·ln 0 = 0.

    Shannon 1948 as in Elsayed et al. 2017. ValueError on a negative value, a column of zeros, or if all columns are even.
    """
    cells = _alternatives(table)
    if (cells < 0).any() or (cells.sum(axis=0) <= 0).any():
        raise ValueError("entropy weights need values that are not negative and columns that are not all 0")
    shares = cells / cells.sum(axis=0)
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    spread = np.maximum(0, 1 + (shares * logs).sum(axis=0) / np.log(len(cells)))
    spread[spread < 1e-12] = 0
    if spread.sum() <= 0:
        raise ValueError("no column tells the alternatives apart")
    return Weights(spread / spread.sum(), "entropy", "shares of the column sum, base ln m")


def critic_weights(table: ArrayLike, *, costs: Sequence[int] = ()) -> Weights:
    """CRITIC (Diakoulaki, Mavrotas & Papayannakis 1995): w_j ∝ σ_j · Σ_k (1 − r_jk) on columns scaled from worst 0 to best 1.

    ``costs`` are columns where less is better. A column that does not vary gets weight 0. ValueError if nothing varies
    or all varying columns say the same (every correlation is 1).
    """
    cells = _alternatives(table)
    sign = np.ones(cells.shape[1])
    sign[list(costs)] = -1
    cells = cells * sign
    span = cells.max(axis=0) - cells.min(axis=0)
    varies = span > 0
    scaled = (cells[:, varies] - cells[:, varies].min(axis=0)) / span[varies]
    if not varies.any():
        raise ValueError("no column tells the alternatives apart")
    conflict = (1 - np.atleast_2d(np.corrcoef(scaled, rowvar=False))).sum(axis=1)
    information = scaled.std(axis=0, ddof=1) * np.where(conflict < 1e-9, 0, conflict)
    if information.sum() <= 0:
        raise ValueError("the columns say all the same, so that none has a weight of its own")
    values = np.zeros(cells.shape[1])
    values[varies] = information / information.sum()
    return Weights(values, "critic", "min-max, Pearson")


def _alternatives(table: ArrayLike) -> Floats:
    cells = finite(table)
    if cells.ndim != 2 or len(cells) < 2:
        raise ValueError("a table of at least two alternatives is needed")
    return cells
