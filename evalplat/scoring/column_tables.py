"""Reads a large CSV table straight into columns: each text of a column is read once, however many units have it.

Whatever is unusual (a cell that does not fit, rows of a table beside it, counts of a survey) is left to the reader of ``tables``, which
says where it stands. So the same table is taken or refused, with the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalplat.definitions.fields import NUMERIC
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.definitions.numbers import read_number
from evalplat.definitions.problems import Problem

from .cell_words import typed
from .columns import LARGEST, NOBODY, Bools, Columns, Ints, Numbers, from_measurements, numbers, rubrics
from .leaves import policy_of
from .model import UnitMeasurements
from .tables import CsvReader, UnitRow, frozen, read_measurements, yes


class _Unusual(ValueError):
    """Something for the reader that tells where a fault is."""


def read_columns(system: IndicatorSystem, path: Path) -> tuple[Columns | None, list[Problem]]:
    """The columns of the table in ``path`` (see ``read_measurements`` for its form), or all that is wrong with it."""
    beside = any(path.with_name(f"{path.stem}.{table.id}.csv").is_file() for table in system.tables.values() if table.has_rows)
    if not beside:
        try:
            return _Reader.of(system, path).read(), []
        except ValueError:
            pass
    measurements, problems = read_measurements(system, path)
    return (None, problems) if problems else (from_measurements(system, measurements), [])


@dataclass
class _Reader:
    system: IndicatorSystem
    path: Path
    cells: CsvReader
    frame: pd.DataFrame
    order: Ints
    """Place among the units, sorted by their code → row."""
    odd: Bools
    decided: Bools
    fields: dict[str, Numbers] = field(default_factory=dict)
    facts: dict[str, Ints] = field(default_factory=dict)
    raters: dict[str, list[Ints]] = field(default_factory=dict)
    lead: dict[str, Bools] = field(default_factory=dict)
    answers: dict[str, Ints] = field(default_factory=dict)
    scores: dict[str, Numbers] = field(default_factory=dict)
    not_applicable: dict[str, Bools] = field(default_factory=dict)

    @classmethod
    def of(cls, system: IndicatorSystem, path: Path) -> _Reader:
        """The table, if its header is in order and every row has a unit of its own."""
        cells = CsvReader(system)
        frame = cells.table(path, ("unit",))
        if frame is None:
            raise _Unusual
        frame = pd.DataFrame({name: frame[name].str.strip() for name in frame.columns})
        cells.check_columns(path, [str(name) for name in frame.columns])
        units = [str(unit) for unit in frame["unit"]]
        if cells.problems or not units or not all(units) or len(set(units)) != len(units):
            raise _Unusual
        order = np.array(sorted(range(len(units)), key=units.__getitem__), dtype=np.int64)
        no = np.zeros(len(units), dtype=np.bool_)
        return cls(system, path, cells, frame.iloc[order], order, no, no.copy())

    def read(self) -> Columns:
        """All columns of the table."""
        for name in map(str, self.frame.columns):
            if name in ("unit", "profile", "category"):
                continue
            if name in self.system.facts:
                self.facts[name] = self._each(name, lambda text: yes(text) if text else -1, np.int8)
            elif name in self.system.fields:
                self._field(name)
            elif "@" in name:
                self._rating(*name.split("@", 1), name=name)
            else:
                self._decision(name, name.split(":"))
        return self._columns()

    def given(self, place: int) -> UnitMeasurements:
        """The measurements of one unit as the other reader reads them."""
        cells = {str(name): str(text) for name, text in zip(self.frame.columns, self.frame.iloc[place], strict=True)}
        unit = UnitRow(cells["unit"])
        for name, text in cells.items():
            self.cells.cell(self.path, int(self.order[place]) + 2, unit, name, text, cells)
        return frozen(unit)

    def _columns(self) -> Columns:
        profiles, categories = (tuple(map(str, self.frame[name])) if name in self.frame else ("",) * len(self.order)
                                for name in ("profile", "category"))
        self.odd |= np.array([bool(one) and one not in self.system.profiles for one in profiles])
        if self.system.categories:
            self.odd |= np.array([bool(one) and one not in self.system.categories for one in categories])
        for place in np.flatnonzero(self.decided | self.odd):
            self.given(int(place))
        if self.cells.problems:
            raise _Unusual
        units, nothing = len(self.order), np.zeros((0, len(self.order)), dtype=np.int8)
        rated = {code: np.stack(rows).astype(np.int8) for code, rows in self.raters.items() if rows}
        levels = {leaf.code: rated.get(leaf.code, nothing) for leaf in rubrics(self.system)}
        unscored = Numbers(np.zeros(units, dtype=np.int64), 1, np.zeros(units, dtype=np.bool_))
        surveys = {name: (self.answers.get(name, np.full(units, NOBODY)), self.scores.get(name, unscored))
                   for name in {*self.answers, *self.scores}}
        return Columns(tuple(map(str, self.frame["unit"])), profiles, categories, self.given, self.odd, self.decided, self.fields,
                       self.facts, levels, self.lead, surveys, self.not_applicable)

    def _texts(self, name: str) -> tuple[Ints, list[str]]:
        """For each unit the place of its text among the different ones, and these."""
        places, different = pd.factorize(self.frame[name])
        return np.asarray(places), [str(text) for text in different]

    def _each(self, name: str, deed: Callable[[str], Any], kind: Any) -> Ints:
        places, texts = self._texts(name)
        return np.array([deed(text) for text in texts], dtype=kind)[places]

    def _numbers(self, name: str, read: Callable[[str], Any]) -> Numbers:
        places, texts = self._texts(name)
        large = np.zeros(len(texts), dtype=np.bool_)
        found = numbers([read(text) if text else None for text in texts], large)
        self.odd |= large[places]
        return Numbers(found.above[places], found.below, found.known[places])

    def _field(self, name: str) -> None:
        one = self.system.fields[name]
        if one.type in NUMERIC:
            self.fields[name] = self._numbers(name, partial(typed, one))
        else:
            self._each(name, lambda text: bool(typed(one, text)), np.bool_)

    def _rating(self, code: str, rater: str, *, name: str) -> None:
        leaf = next(leaf for leaf in self.system.rubric_leaves if leaf.code == code)
        if rater.endswith(":note"):
            return
        if rater == "lead":
            self._each(name, lambda text: self._places(leaf, [text])[0] if text else -1, np.int16)
            self.lead[code] = self._each(name, bool, np.bool_)
        elif rater == "level":
            places, texts = self._texts(name)
            rows = [self._places(leaf, re.split(r"[\s/]+", text) if text else []) for text in texts]
            widest = max(map(len, rows), default=0)
            table = np.array([row + [-1] * (widest - len(row)) for row in rows], dtype=np.int16).reshape(len(rows), widest)
            self._rated(code, list(np.ascontiguousarray(table[places].T)), together=True)
        else:
            row = self._each(name, lambda text: self._places(leaf, [text])[0] if text else -1, np.int16)
            self._rated(code, [row], together=False)

    def _rated(self, code: str, rows: list[Ints], *, together: bool) -> None:
        if together and code in self.raters:
            raise _Unusual
        if any(str(name) == f"{code}@level" for name in self.frame.columns) and not together:
            raise _Unusual
        self.raters.setdefault(code, []).extend(rows)

    def _places(self, leaf: Leaf, levels: list[str]) -> list[int]:
        known = [level.key for level in leaf.rule.levels]
        if len(levels) > max(1, policy_of(self.system, leaf).count) or not set(levels) <= set(known):
            raise _Unusual
        return [known.index(level) for level in levels]

    def _decision(self, name: str, parts: list[str]) -> None:
        kind, code = parts[0], parts[1]
        if kind == "survey" and code in self.system.surveys and len(parts) == 2:
            self.scores[code] = self._numbers(name, _number)
        elif kind == "survey" and code in self.system.surveys and parts[2:] == ["n"]:
            self.answers[code] = self._each(name, _count, np.int64)
        elif kind == "na" and code in self.system.items:
            self.not_applicable[code] = self._each(name, bool, np.bool_)
        elif kind in ("adjust", "veto"):
            self.decided |= self._each(name, bool, np.bool_)
        elif kind == "last":
            self.odd |= self._each(name, bool, np.bool_)
        else:
            raise _Unusual


def _number(text: str) -> Fraction:
    found = read_number(text)
    if found is None:
        raise _Unusual
    return found


def _count(text: str) -> int:
    if not text:
        return NOBODY
    if not text.isdecimal() or int(text) > LARGEST:
        raise _Unusual
    return int(text)
