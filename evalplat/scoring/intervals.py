"""Sampling statistics: Wilson interval, sample size for a finite population, stratified means, raking, small cells."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
_Z_PRINTED = 1.96

Key = TypeVar("Key", bound=Hashable)


def wilson(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927). ``n`` may be an effective size. ValueError unless 0 ≤ s ≤ n > 0."""
    if not (n > 0 and 0 <= successes <= n):
        raise ValueError("a share needs 0 <= successes <= n and n > 0")
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == n else min(1.0, middle + half)


def sample_size(population: int | None, error: float) -> int:
    """Answers needed for a margin of error of a share of one half at 95 %: n0 / (1 + (n0 − 1) / N), rounded up.

    ``population`` None is an endless one.
    """
    if not 0 < error < 1 or (population is not None and population < 1):
        raise ValueError("the error must lie between 0 and 1, the population must be at least 1")
    endless = _Z_PRINTED**2 * 0.25 / error**2
    if population is None:
        return math.ceil(endless - 1e-9)
    return min(population, math.ceil(endless / (1 + (endless - 1) / population) - 1e-9))


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted mean. ``deff`` is Kish's design effect of the weights, ``effective_n`` = n / deff."""

    mean: float
    se: float
    n: int
    deff: float
    effective_n: float
    unweighted: float
    total: float
    total_se: float
    problems: tuple[str, ...] = ()

    @property
    def ci95(self) -> tuple[float, float]:
        """mean ± 1.96 se."""
        return self.mean - Z95 * self.se, self.mean + Z95 * self.se


def stratified(
    sizes: Mapping[Key, float], values: Mapping[Key, Sequence[float]], *, correct: bool = True
) -> Weighted:
    """Mean over strata of known sizes with its standard error (Cochran 1977, 5.3), finite population correction on demand.

    Variance: Σ (N_h/N)² · (1 − n_h/N_h) · s²_h / n_h. A stratum without answers is reported and left out, one with a
    single answer adds no variance and is reported. ValueError if nobody answered or a stratum is larger in the sample.
    """
    answered = {key: np.asarray(values[key], dtype=float) for key in sizes if len(values.get(key, ())) > 0}
    if not answered:
        raise ValueError("no stratum has an answer")
    if any(len(found) > sizes[key] for key, found in answered.items()):
        raise ValueError("a stratum has more answers than members")
    reached = sum(sizes[key] for key in answered)
    mean = variance = 0.0
    for key, found in answered.items():
        share, n = sizes[key] / reached, len(found)
        mean += share * float(found.mean())
        if n > 1:
            left = 1 - n / sizes[key] if correct else 1.0
            variance += share**2 * left * float(found.var(ddof=1)) / n
    weights = np.concatenate(
        [np.full(len(found), sizes[key] / len(found)) for key, found in answered.items()]
    )
    deff = kish(weights)
    every = np.concatenate(list(answered.values()))
    problems = [f"empty stratum: {key}" for key in sizes if key not in answered]
    problems += [f"single answer in stratum: {key}" for key, found in answered.items() if len(found) == 1]
    return Weighted(
        mean=mean,
        se=math.sqrt(variance),
        n=len(every),
        deff=deff,
        effective_n=len(every) / deff,
        unweighted=float(every.mean()),
        total=mean * reached,
        total_se=math.sqrt(variance) * reached,
        problems=tuple(problems),
    )


def kish(weights: NDArray[np.float64] | Sequence[float]) -> float:
    """Kish's design effect of unequal weights: n · Σw² / (Σw)² (Kish 1965, 11.7). ValueError if one is negative or all are 0."""
    given = np.asarray(weights, dtype=float)
    if not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0:
        raise ValueError("weights must be finite numbers, none negative, not all 0")
    return float(len(given) * np.sum(given**2) / np.sum(given) ** 2)


def rake(
    seed: NDArray[np.float64] | Sequence[Sequence[float]],
    margins: Sequence[Sequence[float]],
    *,
    tolerance: float = 1e-10,
    rounds: int = 1000,
) -> NDArray[np.float64]:
    """Iterative proportional fitting of a table to its margins, one list an axis (Deming & Stephan 1940).

    ValueError if the margins differ in their sum, an empty slice should hold something, or it does not converge.
    """
    table = np.array(seed, dtype=float)
    goals = [np.asarray(margin, dtype=float) for margin in margins]
    if [len(goal) for goal in goals] != list(table.shape) or bool((table < 0).any()):
        raise ValueError("each axis needs a margin of its length, and no cell may be negative")
    if not np.allclose([goal.sum() for goal in goals], goals[0].sum(), rtol=1e-9):
        raise ValueError("the margins differ in their sum")
    for _ in range(rounds):
        for axis, goal in enumerate(goals):
            table *= _factors(table, axis, goal=goal)
        if max(float(np.abs(_sums(table, axis) - goal).max()) for axis, goal in enumerate(goals)) < tolerance:
            return table
    raise ValueError("raking does not converge")


def _sums(table: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    others = tuple(other for other in range(table.ndim) if other != axis)
    return np.asarray(table.sum(axis=others))


def _factors(table: NDArray[np.float64], axis: int, *, goal: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = _sums(table, axis)
    if bool(((sums == 0) & (goal > 0)).any()):
        raise ValueError("an empty row or column has a margin above 0")
    shape = [1] * table.ndim
    shape[axis] = -1
    return np.divide(goal, sums, out=np.zeros_like(goal), where=sums > 0).reshape(shape)


def suppress(counts: Mapping[Key, int], k: int = 5) -> dict[Key, int | None]:
    """Counts whose small cells (1 to k − 1) are None, with further cells hidden so that no difference gives one away.

    Hidden cells together hold at least k people and are never just one; when all are fewer than k, everything is hidden.
    """
    total = sum(counts.values())
    if 0 < total < k:
        return dict.fromkeys(counts)
    hidden = {key for key, count in counts.items() if 0 < count < k}
    if hidden:
        rest = sorted(
            (key for key in counts if key not in hidden and counts[key] > 0), key=lambda key: counts[key]
        )
        for key in rest:
            if len(hidden) > 1 and sum(counts[one] for one in hidden) >= k:
                break
            hidden.add(key)
    return {key: None if key in hidden else count for key, count in counts.items()}
