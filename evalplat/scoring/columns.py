"""Measurements of many units as columns of whole numbers: what ``totals`` computes with, instead of one object for each figure.

Nothing is rounded on the way in. A unit with something that does not fit a column is ``odd``: it is scored by ``score`` alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalplat.definitions.fields import NUMERIC, Field
from evalplat.definitions.indicators import IndicatorSystem, Leaf

from .inputs import exact_number, read_inputs
from .model import Measurements, Rating, SurveyValue, UnitMeasurements, Value

Ints = NDArray[Any]
Bools = NDArray[np.bool_]
LARGEST = 2**53
FINEST = 10**12
NOBODY = np.iinfo(np.int64).min
"""The number of answers of a group that was not asked."""
MOST_LEVELS = 127


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number for each unit: ``above`` ÷ ``below``, where ``known``."""

    above: Ints
    below: int
    known: Bools


@dataclass(frozen=True)
class Columns:
    """What was measured, by what it is about; a name that is not in a mapping was measured nowhere.

    ``levels``: leaf → raters × units, places of the levels of its rule (−1: none). ``facts``: 1 yes, 0 no, −1 unknown.
    ``lead``: where the lead decided. ``surveys``: group → answers and score. ``decided``: units with adjustments or vetoes.
    ``given``: the measurements of the unit at a place, for what goes unit by unit.
    """

    units: tuple[str, ...]
    profiles: tuple[str, ...]
    categories: tuple[str, ...]
    given: Callable[[int], UnitMeasurements]
    odd: Bools
    decided: Bools
    fields: Mapping[str, Numbers] = field(default_factory=dict)
    facts: Mapping[str, Ints] = field(default_factory=dict)
    levels: Mapping[str, Ints] = field(default_factory=dict)
    lead: Mapping[str, Bools] = field(default_factory=dict)
    surveys: Mapping[str, tuple[Ints, Numbers]] = field(default_factory=dict)
    not_applicable: Mapping[str, Bools] = field(default_factory=dict)


def from_measurements(system: IndicatorSystem, measurements: Measurements) -> Columns:
    """The columns of measurement objects, units sorted by their code."""
    units = sorted(measurements.units, key=lambda unit: unit.unit)
    odd = np.fromiter(map(_oddness(system), units), dtype=np.bool_, count=len(units))
    known = {name: one for name, one in system.fields.items() if not one.in_rows}
    fields = {name: numbers(_values(one, name, units, odd), odd) for name, one in known.items() if one.type in NUMERIC}
    for name, one in known.items():
        if one.type not in NUMERIC:
            _values(one, name, units, odd)
    return Columns(
        tuple(unit.unit for unit in units), tuple(unit.profile for unit in units), tuple(unit.category for unit in units),
        units.__getitem__, odd, np.array([bool(unit.adjustments or unit.vetoes) for unit in units], dtype=np.bool_), fields,
        {name: _facts(name, units, odd) for name in system.facts},
        {leaf.code: levels_of(leaf, [unit.ratings.get(leaf.code, ()) for unit in units]) for leaf in rubrics(system)},
        _masks(units, lambda unit: unit.lead_decisions),
        {name: _survey([unit.surveys.get(name) for unit in units], odd) for name in system.surveys},
        _masks(units, lambda unit: unit.not_applicable),
    )  # fmt: skip


def rubrics(system: IndicatorSystem) -> list[Leaf]:
    """The leaves whose ratings fit a column: those with one rubric and not too many levels."""
    return [leaf for leaf in system.leaves
            if leaf.rule.type == "levels" and leaf.rule.value is None and len(leaf.rule.levels) <= MOST_LEVELS]


def numbers(values: Sequence[Fraction | None], odd: Bools) -> Numbers:
    """Exact values over one denominator; a unit whose value is too large or too fine for that becomes odd."""
    below = 1
    for one in sorted({value.denominator for value in values if value is not None}):
        below = wider if (wider := math.lcm(below, one)) <= FINEST else below
    above, known = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.bool_)
    for place, value in enumerate(values):
        if value is None:
            continue
        scaled, rest = divmod(value.numerator * below, value.denominator)
        if rest or abs(scaled) > LARGEST:
            odd[place] = True
        else:
            above[place], known[place] = scaled, True
    return Numbers(above, below, known)


def levels_of(leaf: Leaf, given: Iterable[Sequence[Rating]]) -> Ints:
    """Raters × units. Ratings that cannot count (an unknown level, one rater twice) are as good as none."""
    places = {level.key: at for at, level in reversed(list(enumerate(leaf.rule.levels)))}
    rows = [_places(places, ratings) for ratings in given]
    widest = max(map(len, rows), default=0)
    rows = [row if len(row) == widest else row + [-1] * (widest - len(row)) for row in rows]
    return np.ascontiguousarray(np.array(rows, dtype=np.int8).reshape(len(rows), widest).T)


def _places(places: Mapping[str, int], ratings: Sequence[Rating]) -> list[int]:
    found = [places.get(one.level, -1) for one in ratings]
    return [] if -1 in found or len({one.rater for one in ratings}) != len(found) else found


def _oddness(system: IndicatorSystem) -> Callable[[UnitMeasurements], bool]:
    """Tells whether something was decided or given that only ``score`` knows what to do with, or that it will report."""
    codes, rubric = {item.code for item in system.tree}, {leaf.code for leaf in system.rubric_leaves}
    fields = {name for name, one in system.fields.items() if not one.in_rows}
    adjustments, vetoes = {one.code for one in system.adjustments}, {one.code for one in system.vetoes}

    def odd(unit: UnitMeasurements) -> bool:
        return bool(
            unit.overrides or unit.last or unit.fields.keys() - fields or unit.facts.keys() - system.facts.keys()
            or unit.surveys.keys() - system.surveys.keys() or unit.not_applicable.keys() - codes
            or unit.ratings.keys() - rubric or unit.lead_decisions.keys() - rubric
            or {one.code for one in unit.adjustments} - adjustments or {one.code for one in unit.vetoes} - vetoes
            or (unit.profile and unit.profile not in system.profiles)
            or (unit.category and system.categories and unit.category not in system.categories)
            or (unit.tables and read_inputs(system, UnitMeasurements(unit.unit, tables=unit.tables)).problems)
        )  # fmt: skip

    return odd


def _values(one: Field, name: str, units: Sequence[UnitMeasurements], odd: Bools) -> list[Fraction | None]:
    """Exact values of a field; a unit whose value will be reported becomes odd."""
    found: list[Fraction | None] = [None] * len(units)
    for place, unit in enumerate(units):
        given = unit.fields.get(name)
        value = given.value if isinstance(given, Value) else given
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            found[place] = _number(one, value)
        except ValueError:
            odd[place] = True
    return found


def _number(one: Field, value: Any) -> Fraction | None:
    if one.type not in NUMERIC:
        if isinstance(value, str):
            one.read(value)
        elif one.type != "yes_no" or not isinstance(value, bool):
            raise ValueError("wrong_type")
        return None
    if isinstance(value, str):
        value = one.read(value)
    number = exact_number(value)
    if number is None:
        raise ValueError("not_a_number")
    return one.check(number)


def _facts(name: str, units: Sequence[UnitMeasurements], odd: Bools) -> Ints:
    found = np.full(len(units), -1, dtype=np.int8)
    for place, unit in enumerate(units):
        given = unit.facts.get(name)
        value = given.value if isinstance(given, Value) else given
        if isinstance(value, bool):
            found[place] = value
        elif value is not None:
            odd[place] = True
    return found


def _survey(given: Sequence[SurveyValue | None], odd: Bools) -> tuple[Ints, Numbers]:
    answers = np.full(len(given), NOBODY, dtype=np.int64)
    scores: list[Fraction | None] = [None] * len(given)
    for place, one in enumerate(given):
        if one is None:
            continue
        count = sum(one.counts) if one.n is None and one.counts else one.n
        if count is not None and (abs(count) > LARGEST or (one.counts and count != sum(one.counts))):
            odd[place] = True
        elif count is not None:
            answers[place], scores[place] = count, exact_number(one.score)
    return answers, numbers(scores, odd)


def _masks(units: Sequence[UnitMeasurements], named: Callable[[UnitMeasurements], Iterable[str]]) -> dict[str, Bools]:
    found: dict[str, Bools] = {}
    for place, unit in enumerate(units):
        for code in named(unit):
            found.setdefault(code, np.zeros(len(units), dtype=np.bool_))[place] = True
    return found
