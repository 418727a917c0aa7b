"""Reads measurements from CSV tables, one row a unit, and refuses each bad cell with its file, row and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from evalplat.definitions.fields import Field
from evalplat.definitions.indicators import IndicatorSystem
from evalplat.definitions.numbers import read_number
from evalplat.definitions.problems import Problem, Where
from evalplat.definitions.yamltext import suggestion

from .cell_words import BadCell, bad_cell, typed
from .leaves import policy_of
from .model import (
    AdjustmentDecision,
    Approval,
    LastYear,
    LeadDecision,
    Measurements,
    Rating,
    Row,
    SurveyValue,
    UnitMeasurements,
    Value,
    VetoDecision,
)

_DECIDED = ("survey", "adjust", "veto", "na", "last")
_YES = ("yes", "true", "1", "y", "是")
_NO = ("", "no", "false", "0", "n", "否")


@dataclass(slots=True)
class UnitRow:
    """What one row says, before it is closed."""

    unit: str
    profile: str = ""
    category: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    ratings: dict[str, list[Rating]] = field(default_factory=dict)
    lead_decisions: dict[str, LeadDecision] = field(default_factory=dict)
    surveys: dict[str, SurveyValue] = field(default_factory=dict)
    not_applicable: dict[str, Approval] = field(default_factory=dict)
    adjustments: list[AdjustmentDecision] = field(default_factory=list)
    vetoes: list[VetoDecision] = field(default_factory=list)
    last: dict[str, LastYear] = field(default_factory=dict)


def read_measurements(system: IndicatorSystem, path: Path) -> tuple[Measurements, list[Problem]]:
    """The measurements in ``path`` and beside it (``<name>.T2.csv`` for table T2), and all that is wrong with them.

    Columns: ``unit``, ``profile``, ``category``, facts and scalar fields by their ids, ``LEAF@level`` (all levels, apart by
    spaces) or ``LEAF@RATER`` (one), ``LEAF@lead`` with ``LEAF@lead:note``, ``survey:GROUP`` and ``survey:GROUP:n``,
    ``survey:GROUP:counts`` (answers of each option, the worst option first) or ``survey:GROUP:top2`` (share of the best two),
    ``last:LEAF`` (what it earned last year: ``85%`` or ``3.4/4``) with ``last:LEAF:ref``,
    ``adjust:CODE`` or ``adjust:CODE:VARIANT`` (how many), ``veto:CODE`` (yes), ``na:CODE`` (the reason). An empty cell is missing.
    """
    reader = CsvReader(system)
    units = reader.units(path)
    for table in system.tables.values():
        beside = path.with_name(f"{path.stem}.{table.id}.csv")
        if table.has_rows and beside.is_file():
            reader.rows(beside, table.id, units)
    return Measurements([frozen(unit) for unit in units.values()]), reader.problems


def frozen(unit: UnitRow) -> UnitMeasurements:
    """The row as measurements."""
    return UnitMeasurements(**{name: getattr(unit, name) for name in unit.__slots__})


class CsvReader:
    """Reads tables as text (so that ``1.10`` stays ``1.10``) and collects problems; rows count from 2, as in a spreadsheet."""

    def __init__(self, system: IndicatorSystem) -> None:
        self.system = system
        self.problems: list[Problem] = []

    def error(self, code: str, path: Path, row: int, column: str, message: str, /, *, hint: str = "", **params: object) -> None:
        """Add a problem at a cell."""
        where = Where(str(path), cell=column, sheet=f"row {row}") if column else Where(str(path), row, 1)
        if not params.get("guess"):
            message = message.replace(" {guess}", "")
        self.problems.append(Problem(code, message, where, params, hint))

    def refuse(self, path: Path, row: int, column: str, text: str, why: BadCell) -> None:
        """Add what is wrong with the text of a cell."""
        self.error(why.code, path, row, column, why.message, hint=why.hint, text=text, **why.params)

    def table(self, path: Path, required: tuple[str, ...]) -> pd.DataFrame | None:
        """The cells as text; None if the file cannot be read as a table."""
        try:
            if self._ragged(path):
                return None
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
            self.error("D301", path, 1, "", "The table cannot be read: {reason}.", reason=str(error).strip(), hint="Save it as CSV UTF-8.")
            return None
        for name in required:
            if name not in frame.columns:
                self.error("D302", path, 1, name, 'The column "{column}" is missing.', column=name,
                           hint="The first row must name it, exactly so.")
        return frame if all(name in frame.columns for name in required) else None

    def _ragged(self, path: Path) -> bool:
        """True (and reported) if a row has more or fewer cells than the header: pandas would shift or invent cells."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        bad = [(number, len(row)) for number, row in enumerate(rows, 1) if len(row) != len(rows[0])]
        for number, count in bad:
            self.error("D307", path, number, "", "The row has {count} cells, the header has {header}.", count=count, header=len(rows[0]))
        return bool(bad)

    def units(self, path: Path) -> dict[str, UnitRow]:
        """One unit a row."""
        frame, found = self.table(path, ("unit",)), dict[str, UnitRow]()
        if frame is None:
            return found
        columns = [str(name) for name in frame.columns]
        self.check_columns(path, columns)
        for number, cells in enumerate(frame.to_dict("records"), 2):
            code = str(cells["unit"]).strip()
            if not code or code in found:
                text = 'The unit "{unit}" stands twice.' if code else "The row names no unit."
                self.error("D303", path, number, "unit", text, unit=code)
                continue
            found[code] = unit = UnitRow(code)
            for column in columns:
                self.cell(path, number, unit, column, str(cells[column]).strip(), cells)
        return found

    def check_columns(self, path: Path, columns: list[str]) -> None:
        """Report each column that the file does not know."""
        known = {*self.system.facts, *(one.id for one in self.system.fields.values() if not one.in_rows)}
        rubric = {leaf.code for leaf in self.system.rubric_leaves}
        for column in columns:
            stem, prefix = column.split("@")[0], column.split(":")[0]
            if column in known or column in ("unit", "profile", "category"):
                continue
            if ("@" in column and stem in rubric) or (":" in column and prefix in _DECIDED):
                continue
            guess = suggestion(stem, known | rubric)
            self.error("D304", path, 1, column, 'The column "{column}" is not in the indicator file. {guess}', column=column, guess=guess)

    def cell(self, path: Path, row: int, unit: UnitRow, column: str, text: str, cells: Mapping[Any, Any]) -> None:
        """Put one cell where it belongs; one that does not fit is reported."""
        if column == "unit" or not text:
            return
        ref = f"{path.name}:{row}:{column}"
        try:
            if column in ("profile", "category"):
                setattr(unit, column, text)
            elif column in self.system.facts:
                unit.facts[column] = Value(yes(text), ref)
            elif column in self.system.fields:
                unit.fields[column] = Value(typed(self.system.fields[column], text), ref)
            elif "@" in column:
                self._rating(unit, column, text, cells, ref)
            elif column.partition(":")[0] in _DECIDED:
                self._decision(unit, column.split(":"), text, cells, ref)
        except BadCell as why:
            self.refuse(path, row, column, text, why)

    def _rating(self, unit: UnitRow, column: str, text: str, cells: Mapping[Any, Any], ref: str) -> None:
        code, rater = column.split("@", 1)
        if rater.endswith(":note"):
            return
        leaf = next((one for one in self.system.rubric_leaves if one.code == code), None)
        if leaf is None:
            return
        levels = re.split(r"[\s/]+", text) if rater == "level" else [text]
        for level in levels:
            if leaf.rule.level(level) is None:
                raise BadCell('There is no level "{level}".', "Known: {known}.", level=level,
                              known=", ".join(one.key for one in leaf.rule.levels))
        if rater == "lead":
            unit.lead_decisions[code] = LeadDecision(text, str(cells.get(f"{code}@lead:note", "")).strip(), ref)
            return
        if len(levels) > policy_of(self.system, leaf).count:
            raise BadCell("There are more ratings than raters.", "Give at most {most}.", most=policy_of(self.system, leaf).count)
        mine = unit.ratings.setdefault(code, [])
        mine += [Rating(f"r{number}" if rater == "level" else rater, level, ref) for number, level in enumerate(levels, 1)]

    def _decision(self, unit: UnitRow, parts: list[str], text: str, cells: Mapping[Any, Any], ref: str) -> None:
        kind, code = parts[0], parts[1]
        known: dict[str, Iterable[str]] = {
            "survey": self.system.surveys,
            "adjust": [one.code for one in self.system.adjustments],
            "veto": [one.code for one in self.system.vetoes],
            "na": [one.code for one in self.system.tree],
            "last": [one.code for one in self.system.leaves],
        }
        if code not in known[kind]:
            guess = suggestion(code, known[kind])
            raise BadCell('"{name}" in the name of the column is not in the indicator file. {guess}', name=code, guess=guess)
        if kind == "survey":
            self._survey(unit, parts, text, cells, ref)
        elif kind == "adjust":
            variant = parts[2] if len(parts) > 2 else ""
            self._adjustment(unit, AdjustmentDecision(code, text, variant, ref=ref))
        elif kind == "veto":
            unit.vetoes += [VetoDecision(code, ref=ref)] if yes(text) else []
        elif kind == "last":
            if len(parts) == 2:
                unit.last[code] = LastYear(_share(text), str(cells.get(f"last:{code}:ref", "")).strip() or ref)
        else:
            unit.not_applicable[code] = Approval(text, ref)

    def _survey(self, unit: UnitRow, parts: list[str], text: str, cells: Mapping[Any, Any], ref: str) -> None:
        code, what = parts[1], parts[2] if len(parts) > 2 else ""
        before = unit.surveys.get(code) or SurveyValue(None, None, ref)
        if what == "n":
            if not text.isdecimal():
                raise bad_cell("not_a_whole_number")
            unit.surveys[code] = replace(before, n=int(text))
        elif what == "counts":
            counts = [int(one) if one.isdecimal() else _refused("not_a_whole_number") for one in re.split(r"[\s/]+", text)]
            unit.surveys[code] = replace(before, counts=tuple(counts))
        elif re.fullmatch(r"top[1-9]\d?", what):
            unit.surveys[code] = replace(before, top={**before.top, what[3:]: _share(text)})
        elif what:
            raise BadCell("The name of the column is not known.",
                          "Write survey:GROUP, survey:GROUP:n, survey:GROUP:counts or survey:GROUP:top2.")
        else:
            if read_number(text) is None:
                raise bad_cell("not_a_number")
            unit.surveys[code] = replace(before, score=text, ref=ref)

    def _adjustment(self, unit: UnitRow, decision: AdjustmentDecision) -> None:
        kinds = next(one.points for one in self.system.adjustments if one.code == decision.code)
        count = read_number(str(decision.count))
        if count is None or count < 0 or decision.variant not in kinds:
            raise BadCell('"{text}" is no possible count, or the column names no kind of this adjustment.',
                          "Write how many times it happened; kinds: {known}.", known=", ".join(filter(None, kinds)) or "–")
        unit.adjustments.append(decision)

    def rows(self, path: Path, table: str, units: dict[str, UnitRow]) -> None:
        """The rows of one table, each with the unit it belongs to."""
        key = self.system.tables[table].row_key
        frame = self.table(path, ("unit", key))
        if frame is None:
            return
        columns = {one.column: one for one in self.system.tables[table].fields}
        for name in frame.columns:
            if name not in columns and name not in ("unit", key):
                self.error("D304", path, 1, name, 'The column "{column}" is not in the indicator file. {guess}', column=name,
                           guess=suggestion(name, columns))
        for unit in units.values():
            unit.tables[table] = []
        for number, cells in enumerate(frame.to_dict("records"), 2):
            code = str(cells["unit"]).strip()
            if code not in units:
                self.error("D306", path, number, "unit", 'The unit "{unit}" is not in the main table.', unit=code)
                continue
            read = self._row_cells(path, number, columns, cells)
            units[code].tables[table].append(Row(str(cells[key]).strip(), read, f"{path.name}:{number}"))

    def _row_cells(self, path: Path, row: int, columns: Mapping[str, Field], cells: Mapping[Any, Any]) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for name, one in columns.items():
            text = str(cells.get(name, "")).strip()
            try:
                read[name] = typed(one, text)
            except BadCell as why:
                self.refuse(path, row, name, text, why)
        return read


def yes(text: str) -> bool:
    """A fact as it is written in a cell."""
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise bad_cell("not_yes_or_no")


def _share(text: str) -> Fraction:
    """``85%``, ``0.85`` or ``3.4/4`` as a share between 0 and 1."""
    points, _, full = text.partition("/")
    value, whole = read_number(points), read_number(full) if full else Fraction(1)
    if value is None or not whole or not 0 <= value / whole <= 1:
        raise BadCell('"{text}" is no share between 0 and 1.', "Write for example 85% or 3.4/4.")
    return value / whole


def _refused(reason: str) -> NoReturn:
    raise bad_cell(reason)
