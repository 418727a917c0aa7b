"""Ranks inside a category, and only when the whole category is scored; quotas of grades, fixed once at conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evalplat.definitions.indicators import IndicatorSystem

from .model import Result, UnitResult

NO_RANK_MARKS = ("sample_short_block",)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The rank of one unit among ``of`` ranked units; None with a ``reason``: category_incomplete, sample_short, left_out."""

    unit: str
    category: str
    rank: int | None
    of: int
    tied: bool = False
    reason: str = ""


def rank(results: Result | Iterable[UnitResult], system: IndicatorSystem, *, left_out: Iterable[str] = ()) -> dict[str, Ranked]:
    """Unit → its rank in its category.

    ``left_out`` names units that take no part (suspended, exempt). Ties as ``score.ties`` says, on the rounded or exact
    total as ``score.rank_on`` says. A unit with a whole block short of answers has no rank; the others keep theirs.
    """
    units = list(results.units if isinstance(results, Result) else results)
    out = set(left_out)
    ranked: dict[str, Ranked] = {}
    for category in dict.fromkeys(unit.category for unit in units):
        ranked |= _rank_category(system, category, [unit for unit in units if unit.category == category], out)
    return ranked


def _rank_category(system: IndicatorSystem, category: str, units: list[UnitResult], out: set[str]) -> dict[str, Ranked]:
    short = {unit.unit for unit in units if any(mark in unit.marks for mark in NO_RANK_MARKS)}
    taking_part = [unit for unit in units if unit.unit not in out]
    listed = [unit for unit in taking_part if unit.unit not in short]
    incomplete = any(unit.total is None for unit in taking_part)
    found: dict[str, Ranked] = {}
    for unit in units:
        if unit.unit in out:
            found[unit.unit] = Ranked(unit.unit, category, None, 0, reason="left_out")
        elif incomplete:
            found[unit.unit] = Ranked(unit.unit, category, None, 0, reason="category_incomplete")
        elif unit.unit in short:
            found[unit.unit] = Ranked(unit.unit, category, None, len(listed), reason="sample_short")
    return found if incomplete else found | _places(system, category, listed)


def _places(system: IndicatorSystem, category: str, units: list[UnitResult]) -> dict[str, Ranked]:
    keys = {unit.unit: _key(system, unit) for unit in units}
    distinct = sorted(set(keys.values()), reverse=True)
    found: dict[str, Ranked] = {}
    for unit in units:
        mine = keys[unit.unit]
        better = sum(key > mine for key in keys.values())
        place = distinct.index(mine) if system.score.ties == "same_rank_dense" else better
        tied = sum(key == mine for key in keys.values()) > 1
        found[unit.unit] = Ranked(unit.unit, category, place + 1, len(units), tied)
    return found


def _key(system: IndicatorSystem, unit: UnitResult) -> Fraction:
    exact = unit.total_exact if system.score.rank_on == "exact" else None
    return exact if exact is not None else Fraction(unit.total or 0)


def quota_grades(results: Result | Sequence[UnitResult], system: IndicatorSystem) -> dict[str, str | None]:
    """Unit → grade after the quotas of the file: those over a quota (and all who tie at its edge) get the next grade.

    For the one recorded act at conclusion; ``score`` itself never applies quotas, and nothing changes unless the file says
    ``quotas: true``.
    """
    units = list(results.units if isinstance(results, Result) else results)
    grades = {unit.unit: unit.grade for unit in units}
    if not system.quotas:
        return grades
    for category in dict.fromkeys(unit.category for unit in units):
        mine = [unit for unit in units if unit.category == category]
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
