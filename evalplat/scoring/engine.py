"""Scores units by an indicator system: a pure function, exact inside, the same bytes for the same inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from evalplat.definitions.formula_values import UndefinedValue
from evalplat.definitions.indicators import GROUP_MEAN, IndicatorSystem, Leaf
from evalplat.definitions.numbers import to_decimal

from .adjust import adjust
from .assessed import Assessed
from .canonical import input_hash
from .inputs import Inputs, read_inputs
from .leaves import assess
from .model import LeafResult, Measurements, Options, Result, UnitResult
from .readying import Readied, make_ready
from .rollup import leaf_result, roll_up
from .rules import relative_share

Assessments = dict[str, dict[str, Assessed]]


def score(system: IndicatorSystem, measurements: Measurements, *, options: Options | None = None, only: str = "") -> Result:
    """Score every unit of ``measurements``; units come out sorted by their code. With ``only`` the others are compared with that one,
    but have no result of their own: scoring each of many units among all takes no more than it must.

    Nothing is guessed: a value that is not there leaves its leaf missing, with a reason, and the file's policy decides
    what that does to the total. Values that do not fit are reported in ``Result.problems`` and count as missing.
    """
    options = options or Options()
    units = sorted(measurements.units, key=lambda unit: unit.unit)
    if len({unit.unit for unit in units}) != len(units):
        raise ValueError("the same unit is given twice")
    inputs = {unit.unit: read_inputs(system, unit) for unit in units}
    ready = make_ready(system, inputs)
    assessed: Assessments = {
        unit: {leaf.code: ready.told(assess(system, leaf, given), unit) for leaf in system.leaves} for unit, given in inputs.items()
    }
    for leaf in system.leaves:
        if leaf.rule.relative:
            compare(leaf, assessed, {unit: given for unit, given in inputs.items() if unit not in ready.screened}, only=only)
    shown = {unit: leaves for unit, leaves in assessed.items() if only in ("", unit)}
    groups = sorted({inputs[unit].unit.category for unit in shown})
    means = {category: _means(system, assessed, inputs, category) for category in groups}
    scored = tuple(
        _unit(system, inputs[unit], leaves, options, means[inputs[unit].unit.category], ready) for unit, leaves in shown.items()
    )
    return Result(system.id, system.version, system.hash, input_hash(measurements, options), scored)


def compare(leaf: Leaf, assessed: Assessments, inputs: Mapping[str, Inputs], *, only: str = "") -> None:
    """Give points by a relative rule; while a value of the group is missing, nobody in it gets any. What ``only`` gets never rests on
    the points of the others: with a value it needs no mean of theirs, and without one its group has no points."""
    groups: dict[str, list[str]] = {}
    for unit, given in inputs.items():
        if assessed[unit][leaf.code].state != "not_applicable":
            groups.setdefault(given.unit.category if leaf.rule.within == "category" else "", []).append(unit)
    for units in groups.values():
        values = [assessed[unit][leaf.code].value for unit in units]
        known = sorted(value for value in values if value is not None) if only in ("", *units) else []
        for unit, value in zip(units, values, strict=True):
            if value is not None and only in ("", unit):
                assessed[unit][leaf.code] = _compared(assessed[unit][leaf.code], value, known, len(units))


def _compared(one: Assessed, value: Fraction, known: list[Fraction], size: int) -> Assessed:
    if len(known) < size:
        return replace(one, state="missing", reason="group_incomplete")
    try:
        share, expression = relative_share(one.leaf.rule, value, known)
    except UndefinedValue as error:
        return replace(one, state="missing", reason=error.reason)
    return replace(one, share=share, expression=expression)


def _means(system: IndicatorSystem, assessed: Assessments, inputs: Mapping[str, Inputs], category: str) -> dict[str, Fraction]:
    """Mean share of each leaf over the scored units of a category, for the policy group_mean."""
    found: dict[str, Fraction] = {}
    for leaf in system.leaves:
        if system.when_missing(leaf) != GROUP_MEAN:
            continue
        shares = [
            share
            for unit, leaves in assessed.items()
            if inputs[unit].unit.category == category and (share := leaves[leaf.code].share) is not None
        ]
        if shares:
            found[leaf.code] = sum(shares, Fraction(0)) / len(shares)
    return found


def _with_value(leaf: LeafResult, value: Fraction | None) -> LeafResult:
    return leaf if value is None else replace(leaf, compared=value)


def _unit(system: IndicatorSystem, inputs: Inputs, leaves: dict[str, Assessed], options: Options,
          means: Mapping[str, Fraction], ready: Readied) -> UnitResult:  # fmt: skip
    rolled = roll_up(system, leaves, inputs, shown_only=options.shown_only, means=means)
    if inputs.unit.unit in ready.screened:
        rolled = replace(rolled, base=None, marks=("screened",))
    elif any(one.counted and one.code in ready.filled(inputs.unit.unit) for one in rolled.leaves):
        rolled = replace(rolled, marks=(*rolled.marks, "imputed"))
    adjusted = adjust(system, rolled.base, inputs)
    places = system.score.decimals
    unit = inputs.unit
    return UnitResult(
        unit=unit.unit,
        profile=unit.profile,
        category=unit.category,
        leaves=tuple(_with_value(leaf_result(system, one), one.assessed.value) for one in rolled.leaves),
        nodes=rolled.nodes,
        applicable=to_decimal(rolled.applicable, places),
        earned=to_decimal(rolled.earned, places),
        base=None if rolled.base is None else to_decimal(rolled.base, places),
        dimensions=rolled.dimensions,
        adjustments=adjusted.applied,
        adjustment_total=to_decimal(adjusted.change, places),
        total=adjusted.total,
        total_exact=adjusted.total_exact,
        grade=adjusted.grade,
        grade_before_veto=adjusted.grade_before_veto,
        vetoes=adjusted.vetoes,
        coverage=to_decimal(rolled.coverage * 100, 2),
        marks=rolled.marks,
        lines=(rolled.line, *adjusted.lines) if rolled.base is not None else (),
        problems=tuple(inputs.problems),
        prepared=ready.changes.get(unit.unit, ()),
    )
