"""Makes one value of several blind ratings: the mean if they are near, the lead's decision if they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from evalplat.definitions.indicators import RaterPolicy, Rule
from evalplat.definitions.numbers import exact_sum, number_text

from .model import LeadDecision, Rating, Step


@dataclass(frozen=True, slots=True)
class Rated:
    """Points (None with a ``reason``), the arithmetic that gives them, and whether the spread raises an alert."""

    points: Fraction | None
    expression: str = ""
    steps: tuple[Step, ...] = ()
    reason: str = ""
    alert: bool = False


def combine_ratings(rule: Rule, policy: RaterPolicy, ratings: Sequence[Rating], *, lead: LeadDecision | None) -> Rated:
    """The points of one rubric. Reasons: no_ratings, too_few_ratings, same_rater_twice, bad_level, lead_must_decide."""
    if not ratings:
        return Rated(None, reason="no_ratings")
    if len({one.rater for one in ratings}) != len(ratings):
        return Rated(None, reason="same_rater_twice")
    levels = [rule.level(one.level) for one in ratings]
    points = [level.points for level in levels if level]
    if len(points) != len(levels):
        return Rated(None, reason="bad_level")
    shown = ", ".join(f"{one.rater} {one.level} → {number_text(p)}" for one, p in zip(ratings, points, strict=True))
    steps = (Step("ratings", shown),)
    if len(points) < policy.minimum:
        return Rated(None, steps=steps, reason="too_few_ratings")
    if _apart(points, policy.alert_spread, rule.out_of):
        if policy.above_spread == "lead":
            return _by_lead(rule, lead, steps)
        value, expression = _combined(policy.combine, points)
        return Rated(value, expression, steps, alert=True)
    value, expression = _combined(policy.combine, points)
    return Rated(value, expression, steps)


def _by_lead(rule: Rule, lead: LeadDecision | None, steps: tuple[Step, ...]) -> Rated:
    level = rule.level(lead.level) if lead else None
    if lead is None or not lead.note.strip():
        return Rated(None, steps=steps, reason="lead_must_decide", alert=True)
    if level is None:
        return Rated(None, steps=steps, reason="bad_level", alert=True)
    told = Step("decision", f"{lead.level} → {number_text(level.points)} ({lead.note.strip()})")
    return Rated(level.points, number_text(level.points), (*steps, told), alert=True)


def _apart(points: list[Fraction], share: Fraction, full: Fraction) -> bool:
    """Whether the points lie further apart than a share of the full mark; in whole numbers, for this is asked of every rubric."""
    below = lcm(*[one.denominator for one in points])
    scaled = [one.numerator * (below // one.denominator) for one in points]
    return (max(scaled) - min(scaled)) * share.denominator * full.denominator > share.numerator * full.numerator * below


def _combined(how: str, points: list[Fraction]) -> tuple[Fraction, str]:
    if how == "median":
        ordered = sorted(points)
        middle = len(ordered) // 2
        chosen = ordered[middle : middle + 1] if len(ordered) % 2 else ordered[middle - 1 : middle + 1]
    elif how == "trimmed_mean" and len(points) > 2:
        chosen = sorted(points)[1:-1]
    else:
        chosen = points
    total = exact_sum(chosen)
    value = Fraction(total.numerator, total.denominator * len(chosen))
    if len(chosen) == 1:
        return value, number_text(value)
    return value, f"({' + '.join(map(number_text, chosen))}) ÷ {len(chosen)}"
