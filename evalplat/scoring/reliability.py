"""How far raters and items agree: intraclass correlation, Krippendorff's alpha, Cronbach's alpha, severity of raters.

Printed beside rubric scores; nothing here changes a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .beta import f_quantile

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class Intraclass:
    """Shrout & Fleiss 1979: one-way random, two-way random, two-way mixed; of single ratings and of the mean of k."""

    one_way: float
    two_way: float
    mixed: float
    one_way_mean: float
    two_way_mean: float
    mixed_mean: float


def intraclass(ratings: ArrayLike) -> Intraclass:
    """ICC of a full table: rows are targets, columns are raters."""
    table = _full(ratings)
    n, k = table.shape
    grand, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    between = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    raters = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    within = float(((table - rows[:, None]) ** 2).sum()) / (n * (k - 1))
    error = float(((table - rows[:, None] - columns[None, :] + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    if between == 0:
        raise ValueError("all targets have the same mean")
    return Intraclass(
        (between - within) / (between + (k - 1) * within),
        (between - error) / (between + (k - 1) * error + k * (raters - error) / n),
        (between - error) / (between + (k - 1) * error),
        (between - within) / between,
        (between - error) / (between + (raters - error) / n),
        (between - error) / between,
    )


def without_severity(ratings: ArrayLike) -> Floats:
    """Each rating less the mean of its rater plus the grand mean: what a rater's general strictness hides."""
    table = _full(ratings)
    return np.asarray(table - table.mean(axis=0)[None, :] + table.mean(), dtype=np.float64)


def krippendorff(ratings: ArrayLike, level: Level = "interval") -> float:
    """Alpha of a table with gaps (NaN): rows are raters, columns are units. NaN if nothing can be paired or nothing varies."""
    table = np.asarray(ratings, dtype=np.float64)
    values = np.unique(table[~np.isnan(table)])
    coincidences = np.zeros((len(values), len(values)))
    for column in table.T:
        given = column[~np.isnan(column)]
        if len(given) < 2:
            continue
        counts = np.array([(given == value).sum() for value in values], dtype=np.float64)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(given) - 1)
    totals = coincidences.sum(axis=1)
    distances = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * distances).sum())
    if expected == 0:
        return float("nan")
    return 1 - (float(totals.sum()) - 1) * float((coincidences * distances).sum()) / expected


def _distances(values: Floats, totals: Floats, level: Level) -> Floats:
    a, b = values[:, None], values[None, :]
    if level == "nominal":
        return np.asarray(a != b, dtype=np.float64)
    if level == "interval":
        return np.asarray((a - b) ** 2)
    if level == "ratio":
        total = np.where(a + b == 0, 1, a + b)
        return np.asarray(((a - b) / total) ** 2)
    upto = np.cumsum(totals)
    # Of two values, the ratings from the lower to the higher one, both counted, less half of each end.
    spread = np.abs((upto - totals / 2)[:, None] - (upto - totals / 2)[None, :])
    return np.asarray(spread**2)


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha with its interval (Feldt)."""

    value: float
    low: float
    high: float


def cronbach(items: ArrayLike, confidence: float = 0.95) -> Alpha:
    """Internal consistency: rows are respondents, columns are items."""
    table = _full(items)
    n, k = table.shape
    total = float(table.sum(axis=1).var(ddof=1))
    if total == 0:
        raise ValueError("all respondents have the same sum")
    value = k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / total)
    tail, first, second = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * f_quantile(1 - tail, first, second)
    return Alpha(value, low, 1 - (1 - value) * f_quantile(tail, first, second))


def _full(table: ArrayLike) -> Floats:
    cells = np.asarray(table, dtype=np.float64)
    if cells.ndim != 2 or min(cells.shape) < 2 or not np.isfinite(cells).all():
        raise ValueError("a full table of at least two rows and two columns is needed")
    return cells
