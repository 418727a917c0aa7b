"""How reliable a full table of ratings or items is: the six intraclass correlations and Cronbach's alpha, with intervals.

Printed beside rubric scores; nothing here changes a score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from .distributions import f_quantile, f_tail
from .figures import Figure, Floats, Reason, Significance, finite

_NOISE = 1e-12
"""Of the largest value: a mean square below its square is what rounding left, not a difference."""


@dataclass(frozen=True, slots=True)
class Intraclass:
    """Shrout & Fleiss 1979: one-way random, two-way random, two-way mixed; of single ratings and of the mean of k."""

    one_way: Figure
    two_way: Figure
    mixed: Figure
    one_way_mean: Figure
    two_way_mean: Figure
    mixed_mean: Figure

    def __iter__(self) -> Iterator[Figure]:
        return (getattr(self, field.name) for field in fields(self))


_VARIANTS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def intraclass(ratings: ArrayLike, confidence: float = 0.95) -> Intraclass:
    """All six ICC of a full table: rows are targets, columns are raters.

    Values, F tests and intervals by Shrout & Fleiss 1979 (Psychological Bulletin 86), the interval of ICC(2) by its
    Satterthwaite degrees of freedom. No value with one rater, one target, or if the targets do not differ. ValueError
    if the table is not full.
    """
    table = _full(ratings)
    reason: Reason = "too_few_units" if len(table) < 2 else "too_few_raters" if table.shape[1] < 2 else ""
    squares = None if reason else _mean_squares(table)
    if squares is None or squares.between <= 0:
        none = [Figure("icc", name, None, len(table), reason=reason or "nothing_varies") for name in _VARIANTS]
        return Intraclass(*none)
    singles = (_one_way(squares, confidence), _two_way(squares, confidence), _mixed(squares, confidence))
    return Intraclass(*singles, *(_of_mean(one, squares.k) for one in singles))


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the table: between targets, between raters, within targets, and what is left."""

    n: int
    k: int
    between: float
    raters: float
    within: float
    error: float


def _mean_squares(table: Floats) -> _Squares:
    n, k = table.shape
    grand, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    sums = [
        k * float(((rows - grand) ** 2).sum()) / (n - 1),
        n * float(((columns - grand) ** 2).sum()) / (k - 1),
        float(((table - rows[:, None]) ** 2).sum()) / (n * (k - 1)),
        float(((table - rows[:, None] - columns[None, :] + grand) ** 2).sum()) / ((n - 1) * (k - 1)),
    ]
    noise = (_NOISE * float(np.abs(table).max())) ** 2
    return _Squares(n, k, *(0.0 if one <= noise else one for one in sums))


def _one_way(s: _Squares, confidence: float) -> Figure:
    value = (s.between - s.within) / (s.between + (s.k - 1) * s.within)
    return _by_ratio("ICC(1,1)", value, s, noise=s.within, degrees=s.n * (s.k - 1), confidence=confidence)


def _mixed(s: _Squares, confidence: float) -> Figure:
    value = (s.between - s.error) / (s.between + (s.k - 1) * s.error)
    return _by_ratio("ICC(3,1)", value, s, noise=s.error, degrees=(s.n - 1) * (s.k - 1), confidence=confidence)


def _by_ratio(name: str, value: float, s: _Squares, *, noise: float, degrees: int, confidence: float) -> Figure:
    """The interval (F/q − 1) ÷ (F/q + k − 1) of the two correlations whose F has a plain distribution."""
    if noise == 0:
        return Figure("icc", name, 1.0, s.n, low=1.0, high=1.0, test=Significance("F", float("inf"), (s.n - 1, degrees), 0.0))
    f, upper = s.between / noise, 1 - (1 - confidence) / 2
    low, high = f / f_quantile(upper, s.n - 1, degrees), f * f_quantile(upper, degrees, s.n - 1)
    test = Significance("F", f, (s.n - 1, degrees), f_tail(f, s.n - 1, degrees))
    return Figure("icc", name, value, s.n, low=(low - 1) / (low + s.k - 1), high=(high - 1) / (high + s.k - 1), test=test)


def _two_way(s: _Squares, confidence: float) -> Figure:
    n, k, degrees = s.n, s.k, (s.n - 1) * (s.k - 1)
    value = (s.between - s.error) / (s.between + (k - 1) * s.error + k * (s.raters - s.error) / n)
    f = s.between / s.error if s.error else float("inf")
    test = Significance("F", f, (n - 1, degrees), f_tail(f, n - 1, degrees))
    if s.error == 0:
        # Without noise nothing but the raters' levels stands between the value and 1: the formula of v is 0 ÷ 0.
        high = 1.0 if s.raters == 0 else None
        return Figure("icc", "ICC(2,1)", value, n, low=high, high=high, test=test)
    common = n * (1 + (k - 1) * value) - k * value
    ratio = s.raters / s.error
    v = degrees * (k * value * ratio + common) ** 2 / ((n - 1) * (k * value * ratio) ** 2 + common**2)
    upper = 1 - (1 - confidence) / 2
    down, up = f_quantile(upper, n - 1, v), f_quantile(upper, v, n - 1)
    rest = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.between - down * s.error) / (down * rest + n * s.between)
    high = n * (up * s.between - s.error) / (rest + n * up * s.between)
    return Figure("icc", "ICC(2,1)", value, n, low=low, high=high, test=test)


def _of_mean(one: Figure, k: int) -> Figure:
    """The same for the mean of k ratings (Spearman & Brown): k·r ÷ (1 + (k − 1)·r); the test is that of the single rating."""
    value, low, high = (None if r is None else k * r / (1 + (k - 1) * r) for r in (one.value, one.low, one.high))
    return Figure(one.method, one.variant.replace(",1", ",k"), value, one.n, low=low, high=high, test=one.test)


def cronbach(items: ArrayLike, confidence: float = 0.95) -> Figure:
    """Internal consistency (Cronbach 1951), interval by Feldt 1965: rows are respondents, columns are items.

    α = k/(k − 1) · (1 − Σ s²_item ÷ s²_sum); bounds 1 − (1 − α) · F with n − 1 and (n − 1)(k − 1) degrees of freedom.
    No value with one item, one respondent, or if all sums are the same. ValueError if the table is not full.
    """
    table = _full(items)
    n, k = table.shape
    if n < 2 or k < 2:
        return Figure("cronbach", "Feldt interval", None, n, reason="too_few")
    total = float(table.sum(axis=1).var(ddof=1))
    if total <= (_NOISE * k * float(np.abs(table).max())) ** 2:
        return Figure("cronbach", "Feldt interval", None, n, reason="nothing_varies")
    value = k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / total)
    tail, first, second = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * f_quantile(1 - tail, first, second)
    return Figure("cronbach", "Feldt interval", value, n, low=low, high=1 - (1 - value) * f_quantile(tail, first, second))


def _full(table: ArrayLike) -> Floats:
    cells = finite(table)
    if cells.ndim != 2:
        raise ValueError("a full table of rows and columns is needed")
    return cells
