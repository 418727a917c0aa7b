"""What taking the workbook would change: new, changed field by field, unchanged, and what it does not name, which stays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evalplat.audit.log import canonical

from .book_checks import Checked
from .book_format import CLOSED, IN_USE, NO, PERSON_COLUMNS, UNIT_COLUMNS, YES, Column, Words
from .book_state import State
from .roles import Role
from .unit_order import merged

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class Field:
    """One entry before and after, as the workbook says it."""

    head: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One department or person: key, name, what becomes of it."""

    key: str
    name: str
    what: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Everything that would change; ``missing``: what the workbook does not name (key, name); ``order``: the office's order of its
    units from then on, empty where none is stored; ``reordered``: units that are there already change places."""

    units: tuple[Change, ...]
    people: tuple[Change, ...]
    missing_units: tuple[tuple[str, str], ...] = ()
    missing_people: tuple[tuple[str, str], ...] = ()
    order: tuple[str, ...] = ()
    reordered: bool = False

    def count(self, kind: str, what: str) -> int:
        """How many of a kind (units, people) are new, changed or the same."""
        return sum(change.what == what for change in getattr(self, kind))

    @property
    def touches_people(self) -> bool:
        """Whether any account would be made or changed."""
        return any(change.what != SAME for change in self.people)

    @property
    def changes_anything(self) -> bool:
        """Whether taking it would do anything."""
        return self.touches_people or self.reordered or any(change.what != SAME for change in self.units)

    @property
    def digest(self) -> str:
        """What was shown is what is taken: the confirmation names this."""
        told = [[kind, one.key, one.what, [[part.head, part.before, part.after] for part in one.fields]]
                for kind, listed in (("u", self.units), ("p", self.people)) for one in listed if one.what != SAME]
        return hashlib.sha256(canonical([told, list(self.order) if self.reordered else []]).encode()).hexdigest()


def compare(checked: Checked, state: State, words: Words) -> Comparison:
    """The workbook beside what is set up."""
    units = _changes(checked.units, state.units, UNIT_COLUMNS, words)
    people = _changes(checked.people, state.people, PERSON_COLUMNS, words)
    order = _order(checked, state)
    moved = bool(order) and [code for code in order if code in state.units] != list(state.units)
    return Comparison(units, people, _missing(state.units, checked.units), _missing(state.people, checked.people), order, moved)


def _order(checked: Checked, state: State) -> tuple[str, ...]:
    """A whole list sets the order; a part of one adds to an order that was set before."""
    whole = set(checked.units) >= set(state.units)
    return merged(state.units, checked.units, state.units) if checked.units and (whole or state.listed) else ()


def _missing(there: Mapping[str, dict[str, Any]], said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, one["name"]) for key, one in there.items() if key not in said) if said else ()


def _changes(said: Mapping[str, dict[str, Any]], there: Mapping[str, dict[str, Any]], columns: tuple[Column, ...],
             words: Words) -> tuple[Change, ...]:
    heads = {column.key: column.head for column in columns}
    found = []
    for key, values in said.items():
        before = there.get(key)
        parts = tuple(Field(heads[name], "" if before is None else spoken(name, before.get(name), words), spoken(name, value, words))
                      for name, value in values.items() if before is None or before.get(name) != value)
        what = NEW if before is None else CHANGED if parts else SAME
        shown = parts if before is not None else tuple(part for part in parts if part.after)
        found.append(Change(key, values.get("name", (before or {}).get("name", "")), what, shown))
    return tuple(found)


def spoken(key: str, value: Any, words: Words) -> str:
    """A value as the workbook says it; what is missing is empty."""
    if value is None or value == "":
        return ""
    if key == "category":
        return words.categories.get(value, value)
    if key == "roles":
        return roles_spoken(value, words)
    if key == "active":
        return IN_USE if value else CLOSED
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat() if isinstance(value, date) else str(value)


def roles_spoken(pairs: tuple[tuple[str, str], ...], words: Words, *, units: bool = True) -> str:
    """Roles with their departments in brackets, or without where the next cell names the one department of all."""
    return "、".join(words.roles[Role(role)] + (f"（{unit}）" if unit and units else "") for role, unit in pairs)


def one_unit(pairs: tuple[tuple[str, str], ...]) -> str | None:
    """The one department of all roles that have one; None where they differ."""
    units = {unit for _, unit in pairs if unit}
    return next(iter(units), "") if len(units) < 2 else None
