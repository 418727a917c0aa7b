"""Ranks inside a category, and only when the whole category is scored; quotas of grades, fixed once at conclusion."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from evalplat.definitions.indicators import IndicatorSystem, Rule

from .model import LeafResult, Result

NO_RANK_MARKS = ("sample_short_block",)
COMPARED = 1.39
"""Half the width, in standard errors, of an interval that is made to be compared with another one: two that just touch
differ at about the 5 % level (Goldstein & Healy 1995, The graphical presentation of a collection of means, JRSS A 158)."""


class Contestant(Protocol):
    """What ranking reads of a unit's result: a ``UnitResult``, or as much of a frozen one."""

    @property
    def unit(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def total(self) -> Decimal | None: ...
    @property
    def total_exact(self) -> Fraction | None: ...
    @property
    def grade(self) -> str | None: ...
    @property
    def marks(self) -> tuple[str, ...]: ...
    @property
    def vetoes(self) -> Sequence[object]: ...


class ScoredLeaf(Protocol):
    """What the error of a total reads of one leaf's result."""

    @property
    def code(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def weight(self) -> Decimal: ...
    @property
    def counted(self) -> bool: ...
    @property
    def overridden(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rank of one unit among ``of`` ranked units; None with a ``reason``.

    Reasons: category_incomplete, sample_short, vetoed, screened, left_out, or what the caller gave (light, suspended, exempt, merged).
    ``tied``: others share the rank. ``last``: the last place of the tie group, where intervals do not tell its units apart.
    """

    unit: str
    category: str
    rank: int | None
    of: int
    tied: bool = False
    reason: str = ""
    last: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether the unit stands in a group of places rather than on one."""
        return self.rank is not None and self.last is not None and self.last > self.rank


LeftOut = Iterable[str] | Mapping[str, str]


def rank(results: Result | Iterable[Contestant], system: IndicatorSystem, *, left_out: LeftOut = (),
         errors: Mapping[str, float] | None = None) -> dict[str, Ranked]:
    """Unit → its rank in its category.

    ``left_out`` names units that take no part, as a mapping with the reason of each (light, suspended, exempt, merged). A
    category has ranks when every other unit of it has a total. A vetoed unit and one with a whole block short of answers are
    outside; the others keep their ranks. Ties as ``score.ties`` says, on the rounded or exact total as ``score.rank_on`` says.

    ``errors``: unit → standard error of its total, from the surveys in it (``total_error``). Then each unit has the interval
    total ± 1.39 standard errors (see ``COMPARED``), and units whose intervals overlap, directly or through others between
    them, share a tie group: all get its first place as ``rank`` and its last place as ``last``. A unit without an error is a
    point. Two groups never overlap, so what is said between groups holds; inside a group nothing is said.
    """
    units: list[Contestant] = list(results.units if isinstance(results, Result) else results)
    out = _screened(units) | (dict(left_out) if isinstance(left_out, Mapping) else dict.fromkeys(left_out, "left_out"))
    ranked: dict[str, Ranked] = {}
    for category in dict.fromkeys(unit.category for unit in units):
        mine = [unit for unit in units if unit.category == category]
        ranked |= _rank_category(system, mine, out, errors=errors or {})
    return ranked


def _screened(units: Iterable[Contestant]) -> dict[str, str]:
    """Units that were left out before scoring: the others of their category are ranked without them."""
    return {unit.unit: "screened" for unit in units if "screened" in unit.marks}


def _rank_category(system: IndicatorSystem, units: list[Contestant], out: Mapping[str, str], *,
                   errors: Mapping[str, float]) -> dict[str, Ranked]:
    taking_part = [unit for unit in units if unit.unit not in out]
    listed = [unit for unit in taking_part if not _outside(unit)]
    if any(unit.total is None for unit in taking_part):
        return {unit.unit: Ranked(unit.unit, unit.category, None, 0, reason=out.get(unit.unit, "category_incomplete"))
                for unit in units}
    found = {unit.unit: Ranked(unit.unit, unit.category, None, len(listed) if unit.unit not in out else 0,
                               reason=out.get(unit.unit) or _outside(unit)) for unit in units if unit.unit in out or _outside(unit)}
    return found | _grouped(listed, _places(system, listed), errors)


def _outside(unit: Contestant) -> str:
    """Why a unit with a result has no rank."""
    if unit.vetoes:
        return "vetoed"
    return "sample_short" if any(mark in unit.marks for mark in NO_RANK_MARKS) else ""


def _places(system: IndicatorSystem, units: list[Contestant]) -> dict[str, Ranked]:
    keys = {unit.unit: _key(system, unit) for unit in units}
    dense, many = system.score.ties == "same_rank_dense", Counter(keys.values())
    place: dict[Fraction, int] = {}
    better = 0
    for key in sorted(many, reverse=True):
        place[key] = 1 + (len(place) if dense else better)
        better += many[key]
    return {unit: Ranked(unit, category, place[keys[unit]], len(units), many[keys[unit]] > 1)
            for unit, category in ((one.unit, one.category) for one in units)}


def _grouped(units: list[Contestant], places: dict[str, Ranked], errors: Mapping[str, float]) -> dict[str, Ranked]:
    """Places with tie groups: the connected pieces of the intervals on the line, from the top."""
    if not any(errors.get(unit.unit) for unit in units):
        return places
    ends = {unit.unit: _interval(unit, errors.get(unit.unit, 0.0)) for unit in units}
    order = sorted(ends, key=lambda code: (-ends[code][1], code))
    groups: list[list[str]] = []
    reach = math.inf
    for code in order:
        if not groups or ends[code][1] < reach:
            groups.append([])
            reach = math.inf
        groups[-1].append(code)
        reach = min(reach, ends[code][0])
    found, first = {}, 1
    for group in groups:
        last = first + len(group) - 1
        for code in group:
            found[code] = replace(places[code], rank=first, last=last, tied=len(group) > 1)
        first = last + 1
    return found


def _interval(unit: Contestant, error: float) -> tuple[float, float]:
    half = COMPARED * error
    return float(unit.total or 0) - half, float(unit.total or 0) + half


def share_key(group: str, best: int) -> str:
    """How the share of the ``best`` best answers of a group is named among errors; the group's own name stands for its score."""
    return f"{group}:{best}"


def total_error(system: IndicatorSystem, leaves: Iterable[ScoredLeaf], errors: Mapping[str, float]) -> float:
    """The standard error of a unit's total from those of its surveys (group, or ``share_key``, → error), to first order.

    A leaf's share of the total times the slope of its rule; leaves of one group hang on one figure and add up, groups are
    independent and add in squares (Cochran 1977, 5.3). Other figures count as exact; a combination that is not a weighted
    sum is taken as one.
    """
    slopes: dict[str, float] = {}
    for leaf in leaves:
        if leaf.state != "scored" or leaf.overridden or not leaf.counted:
            continue
        for name, slope in _slopes(system.leaf(leaf.code).rule).items():
            slopes[name] = slopes.get(name, 0.0) + float(leaf.weight) / 100 * float(system.score.most) * slope
    return math.sqrt(sum((slope * errors.get(name, 0.0)) ** 2 for name, slope in slopes.items()))


def leaf_error(system: IndicatorSystem, leaf: LeafResult, errors: Mapping[str, float]) -> float:
    """The standard error of one leaf in points of its full mark; 0 for what no survey says."""
    if leaf.state != "scored" or leaf.overridden:
        return 0.0
    slopes = _slopes(system.leaf(leaf.code).rule)
    return float(leaf.effective_max) * math.sqrt(sum((slope * errors.get(name, 0.0)) ** 2 for name, slope in slopes.items()))


def _slopes(rule: Rule) -> dict[str, float]:
    """Figure of a survey → by how much the share of the full mark grows with it. Of sources in an order the first is taken: the
    frozen result does not say which one counted."""
    if rule.type == "survey":
        low, high = rule.scale
        return {rule.survey: 1 / float(high - low)}
    if rule.type == "top_box":
        return {share_key(rule.survey, rule.best): 1.0}
    parts = rule.parts if rule.type == "blend" else rule.parts[:1]
    whole = sum((part.weight for part in parts), Fraction(0))
    found: dict[str, float] = {}
    for part in parts:
        for name, slope in _slopes(part.rule).items():
            found[name] = found.get(name, 0.0) + float(part.weight / whole) * slope
    return found


def _key(system: IndicatorSystem, unit: Contestant) -> Fraction:
    exact = unit.total_exact if system.score.rank_on == "exact" else None
    return exact if exact is not None else Fraction(unit.total or 0)


def quota_grades(results: Result | Sequence[Contestant], system: IndicatorSystem, *, left_out: LeftOut = ()) -> dict[str, str | None]:
    """Unit → grade after the quotas of the file: those over a quota (and all who tie at its edge) get the next grade.

    For the one recorded act at conclusion; ``score`` itself never applies quotas, and nothing changes unless the file says
    ``quotas: true``. A unit that is ``left_out`` keeps its band grade and counts in no quota.
    """
    units: list[Contestant] = list(results.units if isinstance(results, Result) else results)
    grades = {unit.unit: unit.grade for unit in units}
    if not system.quotas:
        return grades
    out = {*left_out, *_screened(units)}
    for category in dict.fromkeys(unit.category for unit in units):
        mine = [unit for unit in units if unit.category == category and unit.unit not in out]
        for grade, below in zip(system.grades, system.grades[1:], strict=False):
            if grade.quota is None:
                continue
            holders = [unit for unit in mine if grades[unit.unit] == grade.code]
            allowed = grade.quota * len(mine)
            for unit in holders:
                level = sum(_key(system, other) >= _key(system, unit) for other in holders)
                if level > allowed:
                    grades[unit.unit] = below.code
    return grades
