"""How far raters agree: Krippendorff's alpha (with gaps), Kendall's W (with ties), Fleiss' kappa.

Printed beside ratings and Delphi rounds; nothing here changes a score.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .distributions import chi_square_tail
from .figures import Figure, Floats, Reason, Significance, finite, with_gaps

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff(ratings: ArrayLike, level: Level = "interval") -> Figure:
    """Alpha of a table with gaps (NaN): rows are raters, columns are units (Krippendorff 2011, Computing alpha-reliability).

    α = 1 − (n − 1) Σ o·δ² ÷ Σ n_c n_k δ² over the coincidences of values in the same unit. No value if nothing was rated
    twice or nothing varies. ValueError if the level is ratio and a value is negative.
    """
    table = with_gaps(ratings)
    known = ~np.isnan(table)
    if level == "ratio" and (table[known] < 0).any():
        raise ValueError("a ratio scale has no negative values")
    pairable = known.sum(axis=0) > 1
    reason: Reason = "no_values" if not known.any() else "too_few_raters" if len(table) < 2 else "no_pairs"
    if not pairable.any():
        return Figure("krippendorff", level, None, reason=reason)
    values, coincidences = _coincidences(table[:, pairable])
    totals = coincidences.sum(axis=1)
    distances = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * distances).sum())
    if expected == 0:
        return Figure("krippendorff", level, None, int(pairable.sum()), reason="nothing_varies")
    value = 1 - (float(totals.sum()) - 1) * float((coincidences * distances).sum()) / expected
    return Figure("krippendorff", level, value, int(pairable.sum()))


def _coincidences(table: Floats) -> tuple[Floats, Floats]:
    values = np.unique(table[~np.isnan(table)])
    found = np.zeros((len(values), len(values)))
    for column in table.T:
        given = column[~np.isnan(column)]
        counts = np.array([(given == value).sum() for value in values], dtype=np.float64)
        found += (np.outer(counts, counts) - np.diag(counts)) / (len(given) - 1)
    return values, found


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


def kendall(ratings: ArrayLike) -> Figure:
    """Kendall's W, corrected for ties: rows are raters, columns are the things they rated (Kendall & Babington Smith 1939).

    W = (12 Σ R² − 3 m² n (n + 1)²) ÷ (m² n (n² − 1) − m Σ (t³ − t)) on mean ranks (Siegel & Castellan 1988, 9.4); test
    χ² = m (n − 1) W with n − 1 degrees of freedom, rough below 8 things. No value with one rater or if nothing varies.
    """
    table = finite(ratings)
    if table.ndim != 2:
        raise ValueError("a table of raters by things is needed")
    m, n = table.shape
    if m < 2 or n < 2:
        return Figure("kendall", "ties corrected", None, n, reason="too_few_raters" if m < 2 else "too_few_units")
    ranks = np.array([_ranks(row) for row in table])
    ties = sum(float((np.unique(row, return_counts=True)[1] ** 3.0 - np.unique(row, return_counts=True)[1]).sum()) for row in table)
    below = m**2 * n * (n**2 - 1) - m * ties
    if below <= 0:
        return Figure("kendall", "ties corrected", None, n, reason="nothing_varies")
    value = (12 * float((ranks.sum(axis=0) ** 2).sum()) - 3 * m**2 * n * (n + 1) ** 2) / below
    value = min(1.0, max(0.0, value))
    statistic = m * (n - 1) * value
    test = Significance("chi-square", statistic, (n - 1,), chi_square_tail(statistic, n - 1))
    return Figure("kendall", "ties corrected", value, n, test=test)


def _ranks(row: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of their places."""
    _, places, counts = np.unique(row, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts)
    return np.asarray((upto - (counts - 1) / 2)[places], dtype=np.float64)


def fleiss(counts: ArrayLike) -> Figure:
    """Fleiss' kappa: rows are subjects, columns are categories, a cell counts the raters who chose it (Fleiss 1971).

    κ = (P̄ − P̄e) ÷ (1 − P̄e); ``se`` and z are those under chance alone (Fleiss, Nee & Landis 1979). ValueError if the
    counts are no whole numbers or differ in their sum. No value with one rater or if all chose the same category.
    """
    table = finite(counts)
    if table.ndim != 2 or (table < 0).any() or (table != np.floor(table)).any():
        raise ValueError("a table of counts is needed: subjects by categories, whole numbers, none negative")
    raters = table.sum(axis=1)
    if (raters != raters[0]).any():
        raise ValueError("every subject needs the same number of raters")
    subjects, m = len(table), float(raters[0])
    if m < 2:
        return Figure("fleiss", "1971", None, subjects, reason="too_few_raters" if m else "no_values")
    shares = table.sum(axis=0) / table.sum()
    chance = float((shares**2).sum())
    if 1 - chance < 1e-12:
        return Figure("fleiss", "1971", None, subjects, reason="nothing_varies")
    observed = float((((table**2).sum(axis=1) - m) / (m * (m - 1))).mean())
    value = (observed - chance) / (1 - chance)
    error = _error_by_chance(shares, subjects=subjects, raters=m)
    z = value / error
    test = Significance("z", z, (), chi_square_tail(z * z, 1))
    return Figure("fleiss", "1971", value, subjects, se=error, test=test)


def _error_by_chance(shares: Floats, *, subjects: int, raters: float) -> float:
    """√2 ÷ (Σ p q √(n m (m − 1))) · √((Σ p q)² − Σ p q (q − p)), q = 1 − p."""
    rest = 1 - shares
    both = float((shares * rest).sum())
    inside = both**2 - float((shares * rest * (rest - shares)).sum())
    return float(np.sqrt(2 * inside / (subjects * raters * (raters - 1))) / both)
