"""Weights from pairwise judgements (AHP): one expert or several, full matrices or with gaps; the method and table are named.

Floats: they advise the people who fix the weights in the file, they never score a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evalplat.definitions.judgements import (
    MAX_RATIO,
    MOST_CRITERIA,
    RANDOM_INDEX,
    RANDOM_INDEX_NAME,
    Pair,
    unjoined,
    weigh,
)

from .figures import Floats

__all__ = ["RANDOM_INDEX", "NotConnected", "Pair", "PairwiseWeights", "group_weights", "pairwise_weights"]


@dataclass(frozen=True, slots=True)
class PairwiseWeights:
    """Weights of the principal eigenvector; ``ratio`` (CR) above 0.10 means: ask the experts again, the worst pairs first."""

    weights: Floats
    largest: float
    index: float
    ratio: float
    worst_pairs: tuple[Pair, ...]
    missing: int
    variant: str
    method: str = "ahp_eigenvector"
    random_index: str = RANDOM_INDEX_NAME

    @property
    def consistent(self) -> bool:
        """True if the ratio is at most 0.10 (Saaty)."""
        return self.ratio <= MAX_RATIO

    @property
    def checkable(self) -> bool:
        """False if there are only as many judgements as join the criteria: then none can contradict another."""
        size = len(self.weights)
        return size * (size - 1) // 2 - self.missing > size - 1


class NotConnected(ValueError):
    """The judgements fall apart into groups of criteria; ``needed`` are pairs (from 0) that would join them."""

    def __init__(self, needed: tuple[tuple[int, int], ...]) -> None:
        self.needed = needed
        pairs = ", ".join(f"{first + 1} with {second + 1}" for first, second in needed)
        super().__init__(f"the judgements do not join all criteria; still needed: {pairs}")


def pairwise_weights(matrix: ArrayLike) -> PairwiseWeights:
    """Saaty's method on a positive reciprocal matrix, n from 2 to 15. NaN is a judgement that is missing.

    CI = (λmax − n) ÷ (n − 1), CR = CI ÷ random index. With gaps Harker 1987 (Mathematical Modelling 9): a gap is 0 and
    adds 1 to the diagonal of its row; CR is then measured against the index of the full matrix and errs to the mild side.
    """
    judged = _reciprocal(matrix)
    missing = int(np.isnan(judged).sum()) // 2
    return _solve(judged, "harker_1987" if missing else "full")


def group_weights(matrices: Sequence[ArrayLike], importance: Sequence[float] | None = None) -> PairwiseWeights:
    """Several experts: the geometric mean of each cell (Aczél & Saaty 1983), weighted by ``importance``, then as for one.

    A cell is the mean over those who judged it; what nobody judged stays missing.
    """
    if not matrices:
        raise ValueError("at least one matrix is needed")
    judged = [_reciprocal(matrix) for matrix in matrices]
    if len({one.shape for one in judged}) != 1:
        raise ValueError("all experts must judge the same criteria: the matrices differ in size")
    shares = np.ones(len(judged)) if importance is None else np.asarray(importance, dtype=np.float64)
    if len(shares) != len(judged) or not np.isfinite(shares).all() or (shares <= 0).any():
        raise ValueError("each expert needs an importance above 0")
    logs = np.log(np.stack(judged))
    heavy = np.where(np.isnan(logs), 0, shares[:, None, None])
    total = heavy.sum(axis=0)
    sums = np.nansum(logs * heavy, axis=0)
    means = np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)
    gaps = bool(np.isnan(means).any())
    kind = "geometric_mean" if importance is None else "weighted_geometric_mean"
    return _solve(np.exp(means), f"{kind}+harker_1987" if gaps else kind)


def _solve(judged: Floats, variant: str) -> PairwiseWeights:
    rows: list[list[float]] = judged.tolist()
    needed = unjoined(rows)
    if needed:
        raise NotConnected(needed)
    found = weigh(rows)
    return PairwiseWeights(np.array(found.weights), found.largest, found.index, found.ratio, found.worst_pairs, found.missing, variant)


def _reciprocal(matrix: ArrayLike) -> Floats:
    judged = np.asarray(matrix, dtype=np.float64)
    size = len(judged) if judged.ndim == 2 else 0
    if judged.ndim != 2 or judged.shape != (size, size) or not 2 <= size <= MOST_CRITERIA:
        raise ValueError(f"a square matrix of 2 to {MOST_CRITERIA} criteria is needed")
    known = ~np.isnan(judged)
    if (known != known.T).any() or not known.diagonal().all():
        raise ValueError("the matrix must have its gaps in pairs, and 1 on its diagonal")
    given = judged[known]
    if not np.isfinite(given).all() or (given <= 0).any():
        raise ValueError("every judgement in the matrix must be a finite number above 0")
    if not np.allclose((judged * judged.T)[known], 1, rtol=1e-6):
        raise ValueError("the matrix must be positive and reciprocal")
    return judged
