"""A statistic as a value: the number with its interval and test, or no number and the reason why.

Legal data that carry no answer (one rater, nothing varies, too few) give a reason; data that are no data are a ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Reason = Literal["", "no_values", "too_few", "too_few_raters", "too_few_units", "no_pairs", "nothing_varies", "mean_is_zero"]

WORDS: dict[Reason, str] = {
    "": "",
    "no_values": "There is no value at all.",
    "too_few": "There are too few values for a figure.",
    "too_few_raters": "At least two raters are needed.",
    "too_few_units": "At least two rated things are needed.",
    "no_pairs": "Nothing was rated by two raters.",
    "nothing_varies": "All values are the same, so that nothing can be told apart.",
    "mean_is_zero": "The mean is 0, so that no share of it can be taken.",
}


@dataclass(frozen=True, slots=True)
class Significance:
    """A test of significance: F, chi-square or z with its degrees of freedom and the chance of so large a value."""

    name: Literal["F", "chi-square", "z"]
    statistic: float
    degrees: tuple[float, ...]
    p: float


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is None if and only if there is a ``reason``; ``low`` and ``high`` bound it at 95 % unless asked otherwise.

    ``method`` and ``variant`` name the formula, ``n`` is the number of things it was taken from.
    """

    method: str
    variant: str
    value: float | None
    n: int = 0
    se: float | None = None
    low: float | None = None
    high: float | None = None
    test: Significance | None = None
    reason: Reason = ""

    @property
    def words(self) -> str:
        """The reason as an English sentence, or nothing."""
        return WORDS[self.reason]


def finite(table: ArrayLike) -> Floats:
    """The values as an array. ValueError if there is none or one is not a finite number."""
    cells = np.asarray(table, dtype=np.float64)
    if cells.size == 0 or not np.isfinite(cells).all():
        raise ValueError("every value must be a finite number")
    return cells


def with_gaps(table: ArrayLike) -> Floats:
    """A table in which NaN is a gap. ValueError if it is no table or a value is infinite."""
    cells = np.asarray(table, dtype=np.float64)
    if cells.ndim != 2 or np.isinf(cells).any():
        raise ValueError("a table of two dimensions with finite numbers or gaps is needed")
    return cells
