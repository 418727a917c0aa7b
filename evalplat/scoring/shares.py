"""What each unit earned of one indicator's full mark, for all units at once and exact: the rules of ``leaves`` on columns.

Whole numbers of 64 bits. Before each product its size is looked at: a unit for which it could be too large is ``lost`` and is
scored by ``score``. A rule that has no form here raises ``Uncovered``, and its indicator goes unit by unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from evalplat.definitions.formulas import Part
from evalplat.definitions.indicators import IndicatorSystem, Leaf, RaterPolicy, Rule

from .columns import NOBODY, Bools, Columns, Ints
from .leaves import policy_of

WIDE = 2**61
EVERYBODY = 2**40
"""Numbers of the file itself stay below this, so that products with them seldom lose a unit."""


class Uncovered(Exception):
    """There is no form with columns for this; it goes unit by unit."""


@dataclass(slots=True)
class Guard:
    """Products and sums that never wrap around: the units for which they could are put on the list ``lost``."""

    lost: Bools

    def times(self, one: Any, other: Any) -> Any:
        """``one`` × ``other``; 1 where it would be too large."""
        if most(one) * most(other) < WIDE:
            return one * other
        return self._without(one, other, np.multiply)

    def plus(self, one: Any, other: Any) -> Any:
        """``one`` + ``other``; 2 where it would be too large."""
        if most(one) + most(other) < WIDE:
            return one + other
        return self._without(one, other, np.add)

    def summable(self, rows: Ints) -> Ints:
        """The same rows; 0 for a unit whose sum could be too large."""
        if most(rows) * max(1, len(rows)) < WIDE:
            return rows
        large = np.abs(rows.astype(np.float64)).sum(axis=0) >= WIDE / 2
        self.lost |= large
        return np.where(large, 0, rows)

    def _without(self, one: Any, other: Any, deed: Any) -> Any:
        fixed = [value for value in (one, other) if isinstance(value, int)]
        if len(fixed) == 2 or max(map(abs, fixed), default=0) >= WIDE:
            raise Uncovered("a number of the file is too large")
        large = deed(*(np.abs(np.asarray(value, dtype=np.float64)) for value in (one, other))) >= WIDE / 2
        self.lost |= large.any(axis=0) if large.ndim > 1 else large
        return deed(np.where(large, 1, one), np.where(large, 1, other))

    def rounded(self, above: Any, below: Any, places: int, *, scale: Any = 1) -> Ints:
        """``above`` × ``scale`` ÷ ``below`` in units of 10^−places, halves away from zero."""
        factor = Fraction(10**places)
        if isinstance(below, int):
            factor, below = Fraction(10**places, below), 1
            if factor == 1 and isinstance(scale, int) and scale == 1:
                return np.asarray(above)
        double: Ints = self.times(above, 2 * factor.numerator * scale)
        under = self.times(below, factor.denominator)
        negative = double < 0 if double.size and double.min() < 0 else None
        np.abs(double, out=double)
        if most(double) + most(under) >= WIDE:
            double = self.plus(double, under)
        else:
            double += under
        double //= self.times(under, 2)
        return double if negative is None else np.where(negative, -double, double)


def most(value: Any) -> int:
    """The largest size in an array, or of a number."""
    if isinstance(value, int):
        return abs(value)
    return max(int(value.max()), -int(value.min())) if value.size else 0


@dataclass(slots=True)
class Found:
    """One leaf: the share earned is ``above`` ÷ ``below`` where ``known``; ``short``: too few answers, so it does not apply."""

    above: Ints
    below: Any
    known: Bools
    alert: Bools | None = None
    short: Bools | None = None
    differs: Bools | None = None


def over_one(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values over one denominator."""
    below = math.lcm(*(value.denominator for value in values))
    above = [value.numerator * (below // value.denominator) for value in values]
    if max(map(abs, [*above, below])) > EVERYBODY:
        raise Uncovered("numbers of the file are too fine")
    return above, below


def found_for(system: IndicatorSystem, leaf: Leaf, columns: Columns, guard: Guard) -> Found:
    """What all units earned by the rule of a leaf, whether or not it applies to them."""
    rule = leaf.rule
    if rule.parts or rule.relative or rule.zero_if or rule.partial_if or rule.type == "top_box" or rule.out_of <= 0:
        raise Uncovered(rule.type)
    if rule.type == "survey":
        return _survey(system, rule, columns, guard)
    if rule.type == "levels":
        raise Uncovered("levels of a value, or too many of them")
    if rule.value is None:
        (above,), below = over_one([rule.given / rule.out_of])
        return Found(np.full(len(columns.units), above, dtype=np.int64), below, np.ones(len(columns.units), dtype=np.bool_))
    if rule.value.uses_rule:
        raise Uncovered("the formula asks for points itself")
    return _by_pieces(rule, _worked(rule.value.root, columns, guard), guard)


def rubrics(system: IndicatorSystem, columns: Columns, guard: Guard) -> dict[str, Found]:
    """The leaves that raters grade, those with the same levels and raters together."""
    alike: dict[Any, list[Leaf]] = {}
    for leaf in system.leaves:
        if leaf.code in columns.levels and leaf.rule.out_of > 0:
            points = tuple((level.points.numerator, level.points.denominator) for level in leaf.rule.levels)
            alike.setdefault((points, leaf.rule.out_of, policy_of(system, leaf).id, columns.levels[leaf.code].shape), []).append(leaf)
    found: dict[str, Found] = {}
    for leaves in alike.values():
        try:
            found |= _rated(leaves, policy_of(system, leaves[0]), columns, guard)
        except Uncovered:
            continue
    return found


def _rated(leaves: list[Leaf], policy: RaterPolicy, columns: Columns, guard: Guard) -> dict[str, Found]:
    """Leaves with one rule, from leaves × raters × units."""
    rule, levels = leaves[0].rule, np.stack([columns.levels[leaf.code] for leaf in leaves])
    shares, below = over_one([level.points / rule.out_of for level in rule.levels])
    small = max(map(abs, shares)) * (levels.shape[1] + 2) < 2**15
    points = np.array([*shares, 0], dtype=np.int16 if small else np.int64).take(levels)
    full = bool(levels.size) and levels.min() >= 0
    given = np.full((len(leaves), levels.shape[2]), levels.shape[1]) if full else (levels >= 0).sum(axis=1)
    known = given >= max(1, policy.minimum)
    if not levels.shape[1]:
        return {leaf.code: Found(np.zeros(levels.shape[2], dtype=np.int64), 1, row) for leaf, row in zip(leaves, known, strict=True)}
    allowed, apart = math.floor(policy.alert_spread * below), None
    ends = None
    if policy.combine == "trimmed_mean" or allowed < max(shares) - min(shares):
        far = max(map(abs, shares)) + 1
        high, low = (points if full else np.where(levels < 0, one, points) for one in (far, -far))
        ends = high.min(axis=1), low.max(axis=1)
        apart = known & (ends[1] - ends[0] > allowed)
    above, times = _together(policy.combine, points, levels, given, full=full, ends=ends)
    if apart is not None and policy.above_spread == "lead":
        for leaf, row in zip(leaves, apart, strict=True):
            guard.lost |= row & columns.lead[leaf.code] if leaf.code in columns.lead else False
        known = known & ~apart
    return {leaf.code: Found(above[at], below * times, known[at], None if apart is None else apart[at]) for at, leaf in enumerate(leaves)}


def _together(how: str, points: Ints, levels: Ints, given: Ints, *, full: bool, ends: tuple[Ints, Ints] | None) -> tuple[Ints, int]:
    """The mean, median or trimmed mean of the ratings of each unit, as a sum and what to divide it by."""
    number, counts = points.shape[1], given
    if how == "median":
        ordered = np.sort(points if full else np.where(levels < 0, np.iinfo(points.dtype).max, points), axis=1)
        middle = np.maximum(given - 1, 0)
        low, high = (np.take_along_axis(ordered, at[:, None], axis=1)[:, 0] for at in (middle // 2, (middle + 1) // 2))
        return np.where(given > 0, low.astype(np.int64) + high, 0), 2
    above = points.sum(axis=1, dtype=points.dtype).astype(np.int64)
    if how == "trimmed_mean" and ends is not None and number > 2:
        above = np.where(given > 2, above - ends[0] - ends[1], above)
        counts, number = np.where(given > 2, given - 2, given), number - 2
    if full:
        return above, number
    times = math.lcm(*range(1, points.shape[1] + 1))
    if times > EVERYBODY // 2**10:
        raise Uncovered("too many raters")
    return above * (times // np.maximum(counts, 1)), times


def _survey(system: IndicatorSystem, rule: Rule, columns: Columns, guard: Guard) -> Found:
    """A group's score on its scale; a score outside it is reported by ``score``."""
    units = len(columns.units)
    if rule.survey not in columns.surveys:
        return Found(np.zeros(units, dtype=np.int64), 1, np.zeros(units, dtype=np.bool_))
    answers, scores = columns.surveys[rule.survey]
    asked = answers != NOBODY
    short = asked & (answers < system.surveys[rule.survey].minimum)
    low, high = rule.scale
    (slope, start, one), _ = over_one([1 / (high - low), -low / (high - low), Fraction(1)])
    known = asked & ~short & scores.known
    above = guard.plus(guard.times(scores.above, slope), start * scores.below)
    whole = guard.times(one, scores.below)
    guard.lost |= known & ((above < 0) | (above > whole))
    return Found(np.where(known, above, 0), whole, known, short=short)


@dataclass(slots=True)
class _Worked:
    """The value of a formula for each unit."""

    above: Ints
    below: Any
    known: Bools


def _worked(part: Part, columns: Columns, guard: Guard) -> _Worked:
    """A formula of numbers; one that reads rows, texts, facts or conditions is uncovered."""
    units = len(columns.units)
    if part.kind == "number":
        (above,), below = over_one([part.value])
        return _Worked(np.full(units, above, dtype=np.int64), below, np.ones(units, dtype=np.bool_))
    if part.kind == "name" and part.value in columns.fields:
        one = columns.fields[part.value]
        return _Worked(one.above, one.below, one.known)
    if part.kind == "negative":
        one = _worked(part.parts[0], columns, guard)  # type: ignore[assignment]
        return _Worked(-one.above, one.below, one.known)
    if part.kind == "arithmetic":
        return _arithmetic(part.value, *(_worked(inner, columns, guard) for inner in part.parts), guard=guard)
    if part.kind == "call" and part.value == "abs" and part.parts[0].kind != "rows":
        one = _worked(part.parts[0], columns, guard)  # type: ignore[assignment]
        return _Worked(np.abs(one.above), one.below, one.known)
    raise Uncovered(part.kind)


def _arithmetic(sign: str, left: _Worked, right: _Worked, *, guard: Guard) -> _Worked:
    known = left.known & right.known
    if sign == "×":
        return _Worked(guard.times(left.above, right.above), guard.times(left.below, right.below), known)
    if sign == "÷":
        known = known & (right.above != 0)
        divisor = np.where(known, right.above, 1)
        above = guard.times(guard.times(left.above, right.below), np.sign(divisor))
        return _Worked(above, guard.times(left.below, np.abs(divisor)), known)
    other = right.above if sign == "+" else -right.above
    if isinstance(left.below, int) and isinstance(right.below, int) and left.below == right.below:
        return _Worked(guard.plus(left.above, other), left.below, known)
    above = guard.plus(guard.times(left.above, right.below), guard.times(other, left.below))
    return _Worked(above, guard.times(left.below, right.below), known)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the line of numbers on which points are ``slope`` × value + ``start``."""

    test: str
    bound: Fraction
    slope: Fraction
    start: Fraction


def _by_pieces(rule: Rule, value: _Worked, guard: Guard) -> Found:
    """Points of a value by the first piece that holds it, as a share of the full mark."""
    zero, known = Fraction(0), value.known
    if rule.type == "deduct":
        known = known & (value.above >= 0)
    pieces = _pieces(rule)
    numbers, below = over_one([number / rule.out_of for one in pieces for number in (one.slope, one.start)])
    above = np.zeros(len(known), dtype=np.int64)
    for at, one in reversed(list(enumerate(pieces))):
        earned = guard.times(value.below, numbers[2 * at + 1])
        if one.slope != zero:
            earned = guard.plus(guard.times(value.above, numbers[2 * at]), earned)
        above = np.where(_holds(one, value, guard), earned, above)
    under = guard.times(value.below, below)
    if rule.capped and rule.type != "threshold":
        above = np.clip(above, 0, under)
    return Found(np.where(known, above, 0), under if isinstance(under, int) else np.where(known, under, 1), known)


def _holds(one: _Piece, value: _Worked, guard: Guard) -> Any:
    if one.test == "else":
        return True
    if max(abs(one.bound.numerator), one.bound.denominator) > EVERYBODY:
        raise Uncovered("a bound is too fine")
    left, right = guard.times(value.above, one.bound.denominator), guard.times(value.below, one.bound.numerator)
    tests = {"from": np.greater_equal, "above": np.greater, "to": np.less_equal, "below": np.less}
    return tests[one.test](left, right)


def _pieces(rule: Rule) -> list[_Piece]:
    zero, full = Fraction(0), rule.out_of
    if rule.type == "bands":
        return [_Piece(band.test, band.bound, zero, band.points) for band in rule.bands]
    if rule.type == "linear":
        return _lines(rule.points)
    if rule.type == "goalposts" and not rule.log:
        return _goalposts(rule)
    if rule.type == "threshold":
        return [_Piece("from" if rule.better == "high" else "to", rule.bound, zero, full), _Piece("else", zero, zero, zero)]
    if rule.type == "deduct" and rule.each > 0:
        end = (rule.start - rule.floor) / rule.each
        return [_Piece("from", end, zero, rule.floor), _Piece("else", zero, -rule.each, rule.start)]
    if rule.type == "formula":
        return [_Piece("to", zero, zero, zero), _Piece("from", full, zero, full), _Piece("else", zero, Fraction(1), zero)]
    raise Uncovered(rule.type)


def _lines(points: Sequence[tuple[Fraction, Fraction]]) -> list[_Piece]:
    zero, pieces = Fraction(0), [_Piece("to", points[0][0], Fraction(0), points[0][1])]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x1 <= x0:
            raise Uncovered("points that do not rise")
        slope = (y1 - y0) / (x1 - x0)
        pieces.append(_Piece("to", x1, slope, y0 - slope * x0))
    return [*pieces, _Piece("else", zero, zero, points[-1][1])]


def _goalposts(rule: Rule) -> list[_Piece]:
    (low, high), zero, full = rule.ends, Fraction(0), rule.out_of
    start, end = (low, high) if rule.better == "high" else (high, low)
    slope = full / (end - start)
    line = _Piece("else", zero, slope, -slope * start)
    if not rule.capped:
        return [line]
    best, worst = (full, zero) if rule.better == "high" else (zero, full)
    return [_Piece("from", high, zero, best), _Piece("to", low, zero, worst), line]
