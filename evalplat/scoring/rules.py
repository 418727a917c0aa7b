"""Turns one value into points by the rule of the file, and writes the arithmetic of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from evalplat.definitions.formula_values import UndefinedValue
from evalplat.definitions.indicators import Rule
from evalplat.definitions.numbers import natural_log, number_text, square_root


@dataclass(frozen=True, slots=True)
class Points:
    """Points out of ``rule.out_of``; ``expression`` gives them from the value, or is empty if they were looked up.

    ``test`` is what the value was held against (`` ≥ 0.95``); ``missed`` is true if it did not hold.
    """

    points: Fraction
    expression: str = ""
    test: str = ""
    missed: bool = False


def points_for(rule: Rule, value: Any) -> Points:
    """Points of a value by a rule that needs no other units, raters or answers; raises ``UndefinedValue``."""
    if rule.type == "levels":
        level = rule.level(_key(value))
        if level is None:
            raise UndefinedValue("bad_level")
        return Points(level.points)
    if isinstance(value, bool) or not isinstance(value, Fraction):
        raise UndefinedValue("not_a_number")
    if rule.type == "bands":
        return Points(next(band.points for band in rule.bands if band.holds(value)))
    if rule.type == "linear":
        return on_line(rule.points, value)
    if rule.type == "goalposts":
        return _between_goalposts(rule, value)
    if rule.type == "threshold":
        return _against_bound(rule, value)
    if rule.type == "deduct":
        return _deducted(rule, value)
    return Points(min(max(value, Fraction(0)), rule.out_of))


def on_line(points: tuple[tuple[Fraction, Fraction], ...], value: Fraction) -> Points:
    """Straight lines between the points, flat outside them."""
    if value <= points[0][0]:
        return Points(points[0][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        if value == x1:
            return Points(y1)
        if value < x1:
            earned = y0 + (value - x0) / (x1 - x0) * (y1 - y0)
            shown = [number_text(one, most=6) for one in (value, x0, x1, y0, y1)]
            v, a, b, low, high = shown
            start = f"{low} + " if y0 else ""
            rise = f"({high} − {low})" if y0 else high
            return Points(earned, f"{start}({v} − {a}) ÷ ({b} − {a}) × {rise}")
    return Points(points[-1][1])


def _between_goalposts(rule: Rule, value: Fraction) -> Points:
    """The place between the two fixed ends, on the values or on their logarithms; outside them only if not capped."""
    low, high = rule.ends
    if rule.log and value <= 0:
        raise UndefinedValue("log_of_non_positive")
    if rule.capped and not low < value < high:
        return Points(rule.out_of if (value >= high) == (rule.better == "high") else Fraction(0))
    if rule.better == "low":
        low, high = high, low
    names = [f"{'ln ' if rule.log else ''}{number_text(one, most=6)}" for one in (value, low, high)]
    at, start, end = (natural_log(one) for one in (value, low, high)) if rule.log else (value, low, high)
    return Points((at - start) / (end - start) * rule.out_of, _place(*names, reverse=rule.better == "low"))


def _place(at: str, start: str, end: str, *, reverse: bool) -> str:
    return f"({start} − {at}) ÷ ({start} − {end}) × {{full}}" if reverse else f"({at} − {start}) ÷ ({end} − {start}) × {{full}}"


def _against_bound(rule: Rule, value: Fraction) -> Points:
    high = rule.better == "high"
    reached = value >= rule.bound if high else value <= rule.bound
    sign = ("≥" if high else "≤") if reached else ("<" if high else ">")
    return Points(rule.out_of if reached else Fraction(0), test=f" {sign} {number_text(rule.bound, most=6)}", missed=not reached)


def top_share(rule: Rule, counts: Sequence[int]) -> tuple[Fraction, str]:
    """The share of answers in the best options (``counts``: the worst option first), and its arithmetic with ``{full}``."""
    best, total = sum(counts[-rule.best :]), sum(counts)
    return Fraction(best, total), f"{best} ÷ {total} × {{full}}"


def survey_share(rule: Rule, score: Fraction) -> Fraction:
    """A group result as a share between 0 and 1 of the full mark."""
    low, high = rule.scale
    return (score - low) / (high - low)


def survey_expression(rule: Rule, score: Fraction) -> str:
    """The same as arithmetic, with ``{full}`` where the full mark stands."""
    low, high = (number_text(one) for one in rule.scale)
    shown = number_text(score, most=6)
    return f"{{full}} × {shown} ÷ {high}" if low == "0" else f"({shown} − {low}) ÷ ({high} − {low}) × {{full}}"


def relative_share(rule: Rule, value: Fraction, others: list[Fraction]) -> tuple[Fraction, str]:
    """Share of the full mark of ``value`` among ``others`` (which hold it too), and its arithmetic with ``{full}``.

    minmax: place between the worst and the best; zscore: 3 standard deviations below the mean to 3 above;
    rank: (n − rank) ÷ (n − 1); percentile: share of units below. Units with the same value share the mean of their places
    (percentile: count half), or all get the best or worst of them, as ``ties`` says. target: way from the worst to the target.
    Raises ``UndefinedValue`` ("no_spread") if all values are the same.
    """
    sign = 1 if rule.better == "high" else -1
    mine, group = value * sign, sorted(one * sign for one in others)
    count = len(group)
    if rule.type == "target":
        return _way_to_target(rule, value, group[0] * sign)
    if group[0] == group[-1]:
        raise UndefinedValue("no_spread")
    low, high, shown = (number_text(one, most=6) for one in (group[0] * sign, group[-1] * sign, value))
    if rule.type == "minmax":
        return (mine - group[0]) / (group[-1] - group[0]), f"({shown} − {low}) ÷ ({high} − {low}) × {{full}}"
    better, same = sum(one > mine for one in group), sum(one == mine for one in group)
    if rule.type == "rank":
        rank = better + {"best": Fraction(1), "worst": Fraction(same)}.get(rule.ties, Fraction(same + 1, 2))
        return (count - rank) / (count - 1), f"({count} − {number_text(rank)}) ÷ ({count} − 1) × {{full}}"
    if rule.type == "percentile":
        below = count - better - same + {"best": Fraction(same), "worst": Fraction(0)}.get(rule.ties, Fraction(same, 2))
        return below / count, f"{number_text(below)} ÷ {count} × {{full}}"
    mean = sum(group, Fraction(0)) / count
    deviation = square_root(sum(((one - mean) ** 2 for one in group), Fraction(0)) / count)
    z = (mine - mean) / deviation
    share = min(max(Fraction(1, 2) + z / 6, Fraction(0)), Fraction(1))
    return share, f"(0.5 + {number_text(z, most=6)} ÷ 6) × {{full}}"


def _way_to_target(rule: Rule, value: Fraction, worst: Fraction) -> tuple[Fraction, str]:
    """How far ``value`` is on the way from the worst of the group to the target; all are there if the worst one is."""
    target, reverse = rule.bound, rule.better == "low"
    if (worst <= target) if reverse else (worst >= target):
        return Fraction(1), "1 × {full}"
    share = (value - worst) / (target - worst)
    text = _place(*(number_text(one, most=6) for one in (value, worst, target)), reverse=reverse)
    return (share, text) if not rule.capped or share <= 1 else (Fraction(1), text.replace("(", "min(1, (", 1).replace(" × {", ") × {"))


def _deducted(rule: Rule, count: Fraction) -> Points:
    if count < 0:
        raise UndefinedValue("negative")
    left = max(rule.start - rule.each * count, rule.floor)
    text = f"{number_text(rule.start)} − {number_text(rule.each)} × {number_text(count)}"
    return Points(left, text if left == rule.start - rule.each * count else f"max({number_text(rule.floor)}, {text})")


def _key(value: Any) -> str:
    return number_text(value) if isinstance(value, Fraction) else str(value)
