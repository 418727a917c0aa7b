"""Figures of a survey sample that are printed: means, totals and shares with their error, or a reason where too few answered.

The strata's own arithmetic stands in ``intervals.stratified``; here are samples weighted afterwards, top-box and NPS.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from .figures import Figure, Floats, finite
from .intervals import Z95, Weighted, kish, rake, stratified, wilson

Key = TypeVar("Key", bound=Hashable)
MINIMUM = 2
_PROMOTERS, _DETRACTORS = 9, 6


def mean_figure(found: Weighted, *, minimum: int = MINIMUM) -> Figure:
    """The mean of a weighted sample ± 1.96 se; no value with fewer than ``minimum`` answers."""
    if found.n < max(minimum, MINIMUM):
        return Figure("mean", "weighted", None, found.n, reason="too_few")
    low, high = found.ci95
    return Figure("mean", "weighted", found.mean, found.n, se=found.se, low=low, high=high)


def total_figure(found: Weighted, *, minimum: int = MINIMUM) -> Figure:
    """The total over the population: N · mean, its error N · se; no value with fewer than ``minimum`` answers.

    No value either if a stratum has no answer: its part of the total is not known.
    """
    empty = any(problem.startswith("empty stratum") for problem in found.problems)
    if found.n < max(minimum, MINIMUM) or empty:
        return Figure("total", "weighted", None, found.n, reason="too_few")
    half = Z95 * found.total_se
    return Figure("total", "weighted", found.total, found.n, se=found.total_se, low=found.total - half, high=found.total + half)


def share_figure(successes: float, n: int, *, minimum: int = 1) -> Figure:
    """A share with its Wilson interval; no value with fewer than ``minimum`` answers. ValueError unless 0 ≤ successes ≤ n."""
    if not 0 <= successes <= n:
        raise ValueError("a share needs 0 <= successes <= n")
    if n < max(minimum, 1):
        return Figure("share", "wilson", None, n, reason="too_few" if n else "no_values")
    low, high = wilson(successes, n)
    share = successes / n
    return Figure("share", "wilson", share, n, se=math.sqrt(share * (1 - share) / n), low=low, high=high)


def stratified_share(
    sizes: Mapping[Key, float], values: Mapping[Key, Sequence[bool]], *, minimum: int = MINIMUM, correct: bool = True
) -> Figure:
    """The share over strata of known sizes: Σ N_h p_h ÷ N, error as of a stratified mean (Cochran 1977, 5.10).

    The interval is Wilson's at Kish's effective n, so that it has a width when all or none agree; in a census it is wide.
    """
    if not any(len(values.get(key, ())) for key in sizes):
        return Figure("share", "stratified, wilson at effective n", None, 0, reason="no_values")
    found = stratified(sizes, {key: [float(one) for one in given] for key, given in values.items()}, correct=correct)
    if found.n < max(minimum, MINIMUM):
        return Figure("share", "stratified, wilson at effective n", None, found.n, reason="too_few")
    share = min(1.0, max(0.0, found.mean))
    low, high = wilson(share * found.effective_n, found.effective_n)
    return Figure("share", "stratified, wilson at effective n", share, found.n, se=found.se, low=low, high=high)


def poststratified(sizes: Mapping[Key, float], values: Mapping[Key, Sequence[float]]) -> Weighted:
    """A simple random sample weighted to the known sizes of groups that were seen only in the answers.

    Mean as if stratified; variance (1 − n/N)/n · Σ W s² + Σ (1 − W) s² ÷ n² (Cochran 1977, 5A.42), which pays for the
    sizes left to chance. Groups without answers, or with one, are reported as by ``stratified``. ValueError as there.
    """
    plain = stratified(sizes, values)
    answered = {key: finite(values[key]) for key in sizes if len(values.get(key, ())) > 0}
    reached = sum(sizes[key] for key in answered)
    inside = outside = 0.0
    for key, given in answered.items():
        share = sizes[key] / reached
        squared = float(given.var(ddof=1)) if len(given) > 1 else 0.0
        inside += share * squared
        outside += (1 - share) * squared
    se = math.sqrt(max(0.0, 1 - plain.n / reached) / plain.n * inside + outside / plain.n**2)
    return Weighted(
        mean=plain.mean, se=se, n=plain.n, deff=plain.deff, effective_n=plain.effective_n, unweighted=plain.unweighted,
        total=plain.total, total_se=se * reached, problems=plain.problems,
    )  # fmt: skip


def respondent_mean(values: ArrayLike, weights: ArrayLike) -> Weighted:
    """A mean with a weight for each answer (raking): Σ w·x ÷ Σ w, error by linearisation (Särndal et al. 1992, 5.7).

    se² = n/(n − 1) · Σ (w (x − mean))² ÷ (Σ w)². The total is Σ w·x. With one answer the error is 0 and reported.
    ValueError if nothing was answered, the lengths differ, a weight is negative or all are 0.
    """
    given, heavy = finite(values), finite(weights)
    if given.shape != heavy.shape or given.ndim != 1:
        raise ValueError("each answer needs one weight")
    deff, n, whole = kish(heavy), len(given), float(heavy.sum())
    mean = float((given * heavy).sum()) / whole
    squared = float(((heavy * (given - mean)) ** 2).sum())
    se = math.sqrt(n / (n - 1) * squared) / whole if n > 1 else 0.0
    return Weighted(
        mean=mean, se=se, n=n, deff=deff, effective_n=n / deff, unweighted=float(given.mean()), total=mean * whole,
        total_se=se * whole, problems=() if n > 1 else ("single answer",),
    )  # fmt: skip


def raked_weights(labels: Sequence[Sequence[Key]], margins: Sequence[Mapping[Key, float]]) -> Floats:
    """A weight for each answer so that the weighted counts meet each margin (raking, Deming & Stephan 1940).

    ``labels`` holds a row an answer, a label a margin; ``margins`` the known sizes. ValueError on an unknown label, a
    label of the margin that nobody has, or where ``rake`` finds no answer.
    """
    if not labels or any(len(row) != len(margins) for row in labels):
        raise ValueError("each answer needs one label a margin")
    names = [{label: place for place, label in enumerate(margin)} for margin in margins]
    if any(label not in names[axis] for row in labels for axis, label in enumerate(row)):
        raise ValueError("a label is in no margin")
    places = np.array([[names[axis][label] for axis, label in enumerate(row)] for row in labels])
    counts = np.zeros([len(margin) for margin in margins])
    np.add.at(counts, tuple(places.T), 1)
    fitted = rake(counts, [list(margin.values()) for margin in margins])
    cells = tuple(places.T)
    return np.asarray(fitted[cells] / counts[cells], dtype=np.float64)


def top_box(counts: Mapping[Key, int], best: Collection[Key], *, minimum: int = 1) -> Figure:
    """The share of answers in the best options, with its Wilson interval. ValueError on a best option that has no count."""
    missing = [option for option in best if option not in counts]
    if missing or not best or any(count < 0 for count in counts.values()):
        raise ValueError("the best options must be among the counted ones, and no count negative")
    found = share_figure(sum(counts[option] for option in set(best)), sum(counts.values()), minimum=minimum)
    return Figure("top_box", found.variant, found.value, found.n, se=found.se, low=found.low, high=found.high, reason=found.reason)


def net_promoter(ratings: Sequence[int], *, minimum: int = MINIMUM) -> Figure:
    """NPS: share of 9 and 10 less share of 0 to 6, in points from −100 to 100 (Reichheld 2003).

    se = √((p + d − (p − d)²) ÷ n). The interval adds ¾ to promoters and detractors and 3 to n (adjusted Wald, Rocks
    2016), so that it has a width when all agree; one
    rating is too few. ValueError on a rating that is no whole number from 0 to 10.
    """
    if any(rating not in range(11) for rating in ratings):
        raise ValueError("a rating must be a whole number from 0 to 10")
    n = len(ratings)
    if n < max(minimum, MINIMUM):
        return Figure("nps", "adjusted wald", None, n, reason="too_few" if n else "no_values")
    up, down = sum(rating >= _PROMOTERS for rating in ratings), sum(rating <= _DETRACTORS for rating in ratings)
    value, se = _difference(up, down, n)
    middle, error = _difference(up + 0.75, down + 0.75, n + 3)
    low, high = max(-1.0, middle - Z95 * error), min(1.0, middle + Z95 * error)
    return Figure("nps", "adjusted wald", 100 * value, n, se=100 * se, low=100 * low, high=100 * high)


def _difference(up: float, down: float, n: float) -> tuple[float, float]:
    """p − d and its standard error in a multinomial sample."""
    value = (up - down) / n
    return value, math.sqrt(max(0.0, (up + down) / n - value**2) / n)
