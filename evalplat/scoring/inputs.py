"""Reads the measurements of one unit: exact values by name for the formulas, references, and what does not fit the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalplat.definitions.fields import NUMERIC, Field
from evalplat.definitions.formulas import Formula
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.numbers import read_number
from evalplat.definitions.problems import Problem, Where
from evalplat.definitions.yamltext import suggestion

from .model import Plain, Row, UnitMeasurements, Value


@dataclass(slots=True)
class Inputs:
    """The values of one unit as formulas read them, with the reference of each name."""

    unit: UnitMeasurements
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, bool | None] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, hint: str = "", **params: object) -> None:
        """Add a problem of this unit."""
        self.problems.append(Problem(code, message, Where(), {"unit": self.unit.unit, **params}, hint))

    def warn(self, code: str, message: str, **params: object) -> None:
        """The same for what does not keep anything from being scored."""
        self.problems.append(Problem(code, message, Where(), {"unit": self.unit.unit, **params}, severity="warning"))

    def refs_of(self, formulas: Iterable[Formula]) -> tuple[str, ...]:
        """The references of every name that the formulas read, each once."""
        names = [name for one in formulas for use in one.uses() for name in (use.table, use.text) if name]
        return tuple(dict.fromkeys(self.refs[name] for name in names if self.refs.get(name)))


def read_inputs(system: IndicatorSystem, unit: UnitMeasurements) -> Inputs:
    """Exact values of one unit; a value that does not fit its field is reported and counts as missing."""
    inputs = Inputs(unit)
    _read_facts(system, inputs)
    for name, given in unit.fields.items():
        one = system.fields.get(name)
        if one is None or one.in_rows:
            inputs.report("M101", '{unit}: the field "{name}" is not in the file. {guess}', name=name,
                          guess=suggestion(name, system.fields))
            continue
        value = given if isinstance(given, Value) else Value(given)
        inputs.values[name] = _exact(inputs, one, value.value, name)
        inputs.refs[name] = value.ref
    for name, rows in unit.tables.items():
        _read_rows(system, inputs, name, rows)
    _check_codes(system, inputs)
    _count_answers(inputs)
    return inputs


def exact_number(value: Any) -> Fraction | None:
    """A number given as text, int, Decimal or Fraction; None if it is not one (floats are not exact and not taken)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    return read_number(value) if isinstance(value, str) else None


def _read_facts(system: IndicatorSystem, inputs: Inputs) -> None:
    for name, given in inputs.unit.facts.items():
        value = given if isinstance(given, Value) else Value(given)
        if name not in system.facts:
            inputs.report("M101", '{unit}: the fact "{name}" is not in the file. {guess}', name=name,
                          guess=suggestion(name, system.facts))
        elif value.value is not None and not isinstance(value.value, bool):
            inputs.report("M102", '{unit}: "{name}" must be yes or no.', name=name)
        else:
            inputs.facts[name] = inputs.values[name] = value.value
            inputs.refs[name] = value.ref


def _read_rows(system: IndicatorSystem, inputs: Inputs, name: str, rows: Iterable[Row]) -> None:
    table = system.tables.get(name)
    if table is None or not table.has_rows:
        inputs.report("M101", '{unit}: the table "{name}" is not in the file. {guess}', name=name,
                      guess=suggestion(name, system.tables))
        return
    columns = {one.column: one for one in table.fields}
    read: list[Mapping[str, Any]] = []
    refs: list[str] = []
    for row in rows:
        cells: dict[str, Any] = {"": row.key, table.row_key: row.key, **dict.fromkeys(columns)}
        for column, value in row.cells.items():
            if column in columns:
                cells[column] = _exact(inputs, columns[column], value, f"{name}[{row.key}].{column}")
            elif column != table.row_key:
                inputs.report("M101", '{unit}: the column "{name}" is not in the file. {guess}', name=f"{name}.{column}",
                              guess=suggestion(column, columns))
        read.append(cells)
        refs += [row.ref] if row.ref else []
    inputs.values[name] = tuple(read)
    inputs.refs[name] = ", ".join(dict.fromkeys(refs))


def _exact(inputs: Inputs, one: Field, value: Plain, shown: str) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        if isinstance(value, str):
            return one.read(value)
        if one.type in NUMERIC:
            number = exact_number(value)
            if number is None:
                raise ValueError("not_a_number")
            return one.check(number)
        if one.type == "yes_no" and isinstance(value, bool):
            return value
        raise ValueError("wrong_type")
    except ValueError as error:
        inputs.report("M102", '{unit}: "{value}" does not fit the field "{name}" ({reason}).', name=shown,
                      value=str(value), reason=str(error))
        return None


def _count_answers(inputs: Inputs) -> None:
    """Say where the answers that a survey counts option by option are not as many as it says."""
    for name, given in inputs.unit.surveys.items():
        total = sum(given.counts)
        if given.counts and given.n not in (None, total):
            inputs.warn("M108", '{unit}: of the survey "{name}" {n} answers are given, but the counts of its options add up to {sum}; '
                                "the share of the best options is that of the counts.", name=name, n=given.n, sum=total)


def _check_codes(system: IndicatorSystem, inputs: Inputs) -> None:
    unit, codes = inputs.unit, [item.code for item in system.tree]
    leaves = {leaf.code for leaf in system.leaves}
    rubric = {leaf.code for leaf in system.rubric_leaves}
    named: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("indicator", unit.ratings, rubric),
        ("indicator", unit.lead_decisions, rubric),
        ("indicator", unit.overrides, leaves),
        ("indicator", unit.last, leaves),
        ("indicator", unit.not_applicable, codes),
        ("survey group", unit.surveys, system.surveys),
        ("adjustment", [one.code for one in unit.adjustments], [one.code for one in system.adjustments]),
        ("veto", [one.code for one in unit.vetoes], [one.code for one in system.vetoes]),
        ("profile", [unit.profile] if unit.profile else [], system.profiles),
        ("category", [unit.category] if unit.category and system.categories else [], system.categories),
    )
    for what, given, known in named:
        known = tuple(known)
        for name in given:
            if name not in known:
                inputs.report("M101", '{unit}: the {what} "{name}" is not in the file. {guess}', what=what, name=name,
                              guess=suggestion(name, known))
