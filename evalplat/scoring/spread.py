"""Where raters of the same thing lie too far apart, and whom to ask to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest and highest points of one unit in one indicator, and how far apart they may be."""

    unit: str
    indicator: str
    low: Fraction
    high: Fraction
    allowed: Fraction
    raters: int

    @property
    def value(self) -> Fraction:
        """Highest less lowest."""
        return self.high - self.low

    @property
    def alert(self) -> bool:
        """True if the points lie farther apart than allowed; exactly as far is still allowed."""
        return self.value > self.allowed


@dataclass(frozen=True, slots=True)
class Request:
    """Asks one rater to look again. It says the own points alone: the ratings of the others stay blind."""

    rater: str
    unit: str
    indicator: str
    points: Fraction


Points = Mapping[str, Mapping[str, Mapping[str, Fraction]]]
"""Unit → indicator → rater → points. Who has not rated is not there."""


def spreads(points: Points, limit: Fraction, full: Mapping[str, Fraction]) -> list[Spread]:
    """The spread of everything that two or more have rated. ``limit`` is a share of the full mark in ``full``.

    ValueError if the limit is not between 0 and 1, or an indicator has no full mark above 0.
    """
    if not 0 <= limit <= 1:
        raise ValueError("the limit is a share between 0 and 1 of the full mark")
    found = []
    for unit, leaves in points.items():
        for indicator, given in leaves.items():
            if full.get(indicator, Fraction(0)) <= 0:
                raise ValueError(f"{indicator} has no full mark above 0")
            if len(given) > 1:
                allowed = limit * full[indicator]
                found.append(Spread(unit, indicator, min(given.values()), max(given.values()), allowed, len(given)))
    return found


def rescore_requests(points: Points, limit: Fraction, full: Mapping[str, Fraction]) -> list[Request]:
    """For each alert the raters whose points lie more than half of what is allowed from the median of all.

    At least one does whenever there is an alert; of two raters both do. Order: unit, indicator, rater as given.
    """
    found = []
    for one in spreads(points, limit, full):
        if one.alert:
            given = points[one.unit][one.indicator]
            middle = median(given.values())
            far = (rater for rater, mine in given.items() if abs(mine - middle) * 2 > one.allowed)
            found += [Request(rater, one.unit, one.indicator, given[rater]) for rater in far]
    return found
