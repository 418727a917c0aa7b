"""Runs the steps that an indicator file declares under ``prepare`` on the figures of all units, and keeps what each one changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.prepare import PrepareStep

from .assessed import Assessed
from .inputs import Inputs
from .leaves import not_applicable
from .model import PreparedFigure, Step
from .preparing import Apart, Change, Prepared, denominate, impute, screen, treat_outliers

_NAMES = {"denominate": "divide"}
"""What a step is called in the file, where the statistics call it otherwise."""


@dataclass(frozen=True, slots=True)
class Readied:
    """What was changed (unit → in the order of the steps), the units that were left out, what each leaf reads (by its code), and what
    the figures are called in the file."""

    changes: Mapping[str, tuple[PreparedFigure, ...]] = field(default_factory=dict)
    screened: frozenset[str] = frozenset()
    read: Mapping[str, frozenset[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def filled(self, unit: str) -> frozenset[str]:
        """The leaves of a unit that read a figure which was missing and was filled."""
        fields = {made.field for made in self.changes.get(unit, ()) if made.step == "impute"}
        return frozenset(code for code, read in self.read.items() if read & fields) if fields else frozenset()

    def told(self, one: Assessed, unit: str) -> Assessed:
        """The assessment with what was changed of the figures it reads; without a value if the unit was left out."""
        if one.state == "not_applicable" or unit not in self.changes:
            return one
        if unit in self.screened:
            left = tuple(Step("prepared", made.shown) for made in self.changes[unit] if not made.field)
            return Assessed(replace(one.leaf, missing="not_scored"), "missing", reason="screened", steps=left, refs=one.refs)
        steps = tuple(Step("prepared", f"{self.titles[made.field]}: {made.shown}") for made in self.changes[unit]
                      if made.field in self.read[one.leaf.code])
        return replace(one, steps=(*steps, *one.steps)) if steps else one


def make_ready(system: IndicatorSystem, inputs: Mapping[str, Inputs]) -> Readied:
    """Do the steps in the order of the file. The values in ``inputs`` are the changed ones afterwards; what was measured stays."""
    if not system.prepare:
        return Readied()
    names = system.prepared_names
    table: dict[str, dict[str, Fraction | None]] = {
        unit: {name: given.values.get(name) for name in sorted(names)} for unit, given in inputs.items()}
    read = {leaf.code: _read_by(system, leaf) & names for leaf in system.leaves}
    apart = {unit: _apart(system, given, read) for unit, given in inputs.items()}
    changes: dict[str, list[PreparedFigure]] = {}
    for number, step in enumerate(system.prepare, 1):
        made = _done(system, step, table, inputs=inputs, apart=apart)
        for one in made.changes:
            changes.setdefault(one.unit, []).append(_figure(number, one))
        for name in made.unresolved:
            _warn(inputs, name, [unit for unit, row in made.table.items() if row[name] is not None])
        table = made.table
    for unit, row in table.items():
        _keep(inputs[unit], row, changes.get(unit, []), divided={one.figures[0]: one.by for one in system.prepare if one.step == "divide"})
    return Readied({unit: tuple(found) for unit, found in changes.items()}, frozenset(inputs.keys() - table.keys()), read,
                   {name: str(system.fields[name].title) or name for name in names})


def _done(system: IndicatorSystem, step: PrepareStep, table: dict[str, dict[str, Fraction | None]], *, inputs: Mapping[str, Inputs],
          apart: Apart) -> Prepared:
    figures = system.figures_of(step)
    if step.step == "divide":
        return denominate(table, {figures[0]: step.by})
    if step.step == "impute":
        groups = {unit: inputs[unit].unit.category for unit in table if inputs[unit].unit.category} if step.within == "category" else None
        how = "mean" if step.filling == "mean" else "median"
        return impute(table, figures, how, groups=groups, coverage=step.coverage, apart=apart)  # type: ignore[arg-type]
    if step.step == "screen":
        return screen(table, figures, step.coverage, apart=apart) if figures else Prepared(table, ())
    return treat_outliers(table, figures, skewness=float(step.skewness), kurtosis=float(step.kurtosis), most=step.pulled)


def _read_by(system: IndicatorSystem, leaf: Leaf) -> frozenset[str]:
    """The fields that a leaf reads, and those that they are divided by."""
    return leaf.names | {step.by for step in system.prepare if step.by and step.figures[0] in leaf.names}


def _apart(system: IndicatorSystem, given: Inputs, read: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The fields that only indicators read which do not apply to the unit."""
    idle, used = set[str](), set[str]()
    for leaf in system.leaves:
        if read[leaf.code]:
            absent = not_applicable(system, leaf, given)
            (idle if absent is not None and absent.state == "not_applicable" else used).update(read[leaf.code])
    return frozenset(idle - used)


def _figure(number: int, one: Change) -> PreparedFigure:
    return PreparedFigure(number, _NAMES.get(one.step, one.step), one.indicator, one.before, one.after, one.shown, one.why)


def _keep(given: Inputs, row: Mapping[str, Fraction | None], made: list[PreparedFigure], *, divided: Mapping[str, str]) -> None:
    """Put the changed values where the formulas read them; a divided figure comes from its denominator's source as well."""
    for one in made:
        if not one.field:
            continue
        given.values[one.field] = row[one.field]
        if one.step == "divide":
            both = (given.refs.get(one.field, ""), given.refs.get(divided[one.field], ""))
            given.refs[one.field] = ", ".join(dict.fromkeys(ref for ref in both if ref))


def _warn(inputs: Mapping[str, Inputs], name: str, units: list[str]) -> None:
    for unit in units:
        inputs[unit].warn("M109", '{unit}: "{name}" still has outliers after all that "prepare" allows.', name=name)
