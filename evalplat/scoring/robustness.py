"""How much a rank hangs on the weights: the range of ranks over many random weightings, in words a report can print.

Floats and a stored seed: this is advice beside the result, never a score. The published total is not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalplat.definitions.indicators import IndicatorSystem

from .adjust import grade_for
from .model import Result, UnitResult
from .ranking import rank

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Robustness:
    """Published ``rank``, the ranks ``best`` to ``worst`` that hold in 90 % of the draws, and how often the grade stays."""

    unit: str
    rank: int
    best: int
    worst: int
    same_grade: float
    draws: int
    seed: int

    @property
    def grade_is_certain(self) -> bool:
        """True if at least 95 % of the weightings give the same grade (before vetoes)."""
        return self.same_grade >= 0.95


def rank_ranges(
    result: Result, system: IndicatorSystem, *, category: str = "", spread: float = 0.25, draws: int = DRAWS, seed: int = 1
) -> dict[str, Robustness]:
    """Vary the weight of each leaf by up to ± ``spread`` (independently, the sum kept) and rank a category again each time.

    Only units with a rank take part; an empty answer means the category has none. The combination is taken as arithmetic.
    """
    ranks = rank(result, system)
    units = [unit for unit in result.units if unit.category == category and ranks[unit.unit].rank]
    if not units:
        return {}
    totals = _totals(units, system, spread=spread, draws=draws, seed=seed)
    places = 1 + (np.round(totals, 9)[:, None, :] > np.round(totals, 9)[:, :, None]).sum(axis=2)
    low, high = np.quantile(places, [0.05, 0.95], axis=0, method="nearest").astype(int)
    kept = _same_grade(units, system, totals)
    return {
        unit.unit: Robustness(unit.unit, ranks[unit.unit].rank or 0, int(low[i]), int(high[i]), kept[i], draws, seed)
        for i, unit in enumerate(units)
    }


def _totals(
    units: Sequence[UnitResult], system: IndicatorSystem, *, spread: float, draws: int, seed: int
) -> NDArray[np.float64]:
    """Draws × units: the total after adjustments under each weighting."""
    weights = np.array([[float(leaf.weight) for leaf in unit.leaves] for unit in units])
    shares = np.array([[_share(leaf.points, leaf.effective_max) for leaf in unit.leaves] for unit in units])
    factors = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (draws, weights.shape[1]))
    varied = factors[:, None, :] * weights[None, :, :]
    base = (varied * shares[None, :, :]).sum(axis=2) / varied.sum(axis=2) * float(system.score.most)
    change = np.array([float((unit.total or 0) - (unit.base or 0)) for unit in units])
    clipped = np.clip(base + change[None, :], float(system.score.least), float(system.score.most))
    return np.asarray(clipped, dtype=np.float64)


def _share(points: object, full: object) -> float:
    return float(str(points)) / float(str(full)) if points is not None and full else 0.0


def _same_grade(units: Sequence[UnitResult], system: IndicatorSystem, totals: NDArray[np.float64]) -> list[float]:
    starts = sorted(float(grade.start) for grade in system.grades if grade.start is not None)
    bands = np.searchsorted(starts, np.round(totals, system.score.decimals), side="right")
    found = []
    for i, unit in enumerate(units):
        assert unit.total is not None
        mine = grade_for(system.grades, unit.total)
        band = sum(1 for start in starts if float(unit.total) >= start) if mine else 0
        found.append(float((bands[:, i] == band).mean()))
    return found
