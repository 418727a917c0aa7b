"""Combines ratings by the weight of their raters, and takes out how strict each rater is in general. Exact, like all points.

The published points change only where an indicator file asks for it; the severities themselves are printed beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evalplat.definitions.numbers import number_text

from .figures import Reason

Ratings = Mapping[str, Mapping[str, Fraction | None]]
"""Rater → rated thing → points; None, or no entry, is a rating that was not given."""


@dataclass(frozen=True, slots=True)
class Combined:
    """One value of several, the arithmetic that gives it, or None with the reason."""

    value: Fraction | None
    expression: str = ""
    reason: Reason = ""


def weighted_mean(points: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Combined:
    """Σ w·x ÷ Σ w over the raters who gave points; a rater who is not named in ``weights`` counts 1, weight 0 is legal.

    No value if nobody rated, or all who did have weight 0. ValueError on a negative weight.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("the weight of a rater must not be negative")
    if not points:
        return Combined(None, reason="no_values")
    shares = {rater: weights.get(rater, Fraction(1)) for rater in points}
    total = sum(shares.values(), Fraction(0))
    if total == 0:
        return Combined(None, reason="too_few_raters")
    value = sum((shares[rater] * one for rater, one in points.items()), Fraction(0)) / total
    parts = " + ".join(f"{number_text(shares[rater])} × {number_text(one)}" for rater, one in points.items())
    return Combined(value, f"({parts}) ÷ {number_text(total)}")


@dataclass(frozen=True, slots=True)
class Severities:
    """How far each rater lies above (mild) or below (strict) the others on the same things; the sum is 0.

    ``groups`` are raters who share rated things. More than one: the groups cannot be compared, and nothing is corrected.
    """

    of: Mapping[str, Fraction]
    groups: tuple[tuple[str, ...], ...]
    reason: Reason = ""

    def corrected(self, ratings: Ratings) -> dict[str, dict[str, Fraction]]:
        """Each rating less the severity of its rater; as given if there are no severities."""
        return {
            rater: {thing: points - self.of.get(rater, Fraction(0)) for thing, points in given.items() if points is not None}
            for rater, given in ratings.items()
        }


def severities(ratings: Ratings) -> Severities:
    """The rater effects b of points = mean + thing + b, Σ b = 0, by least squares (two-way additive model, Searle 1971, 7).

    In a full table this is the rater's mean less the grand mean, so that a corrected rating is x − rater mean + grand mean.
    With gaps only things rated by the same raters are compared. No severities with one rater, or if the raters fall into
    groups that share nothing.
    """
    given = {rater: {thing: x for thing, x in row.items() if x is not None} for rater, row in sorted(ratings.items())}
    given = {rater: row for rater, row in given.items() if row}
    raters = list(given)
    groups = _groups(given)
    if len(raters) < 2:
        return Severities({}, groups, "too_few_raters" if raters else "no_values")
    if len(groups) > 1:
        return Severities({}, groups, "no_pairs")
    return Severities(dict(zip(raters, _effects(given, raters), strict=True)), groups)


def _effects(given: Mapping[str, Mapping[str, Fraction]], raters: Sequence[str]) -> list[Fraction]:
    """The normal equations after the things are eliminated; the last one is replaced by Σ b = 0."""
    size = len(raters)
    left = [[Fraction(0)] * size for _ in raters]
    right = [Fraction(0)] * size
    for thing in sorted({thing for row in given.values() for thing in row}):
        who = [place for place, rater in enumerate(raters) if thing in given[rater]]
        mean = sum((given[raters[place]][thing] for place in who), Fraction(0)) / len(who)
        for a in who:
            right[a] += given[raters[a]][thing] - mean
            left[a][a] += 1
            for b in who:
                left[a][b] -= Fraction(1, len(who))
    left[-1], right[-1] = [Fraction(1)] * size, Fraction(0)
    return _solve(left, right)


def _solve(left: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss and Jordan, exactly; the equations of connected raters always have one solution."""
    rows = [[*line, value] for line, value in zip(left, right, strict=True)]
    for place in range(len(rows)):
        pivot = next(at for at in range(place, len(rows)) if rows[at][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [one / rows[place][place] for one in rows[place]]
        for at, row in enumerate(rows):
            if at != place and row[place]:
                rows[at] = [one - row[place] * mine for one, mine in zip(row, rows[place], strict=True)]
    return [row[-1] for row in rows]


def _groups(given: Mapping[str, Mapping[str, Fraction]]) -> tuple[tuple[str, ...], ...]:
    """Raters joined by things that both rated, directly or through others."""
    groups: list[tuple[set[str], set[str]]] = []
    for rater, row in given.items():
        mine, things = {rater}, set(row)
        for group in [one for one in groups if one[1] & things]:
            groups.remove(group)
            mine, things = mine | group[0], things | group[1]
        groups.append((mine, things))
    return tuple(sorted(tuple(sorted(one)) for one, _ in groups))
